import { contentOf, findObject } from '../../account/buckets.ts';
import { Fault } from '../../fault.ts';
import { type Operation, optionalText, text } from '../../operation.ts';
import { bucketName, objectArnOf, objectKey, traceObject } from '../../s3-rules.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export default {
  service: 's3',
  name: 'GetObject',
  readOnly: true,
  rest: { method: 'GET', on: 'object' },
  dataEvent: true,
  input: { Bucket: bucketName, Key: objectKey, Range: { type: 'string' } },
  resources: objectArnOf,
  trace: traceObject,
  run(input, { account }) {
    const object = findObject(account.buckets, text(input, 'Bucket'), text(input, 'Key'));
    const whole = contentOf(object);
    const wanted = optionalText(input, 'Range');
    const range = wanted === undefined ? undefined : rangeOf(wanted, whole.length);
    return {
      Body: range ? whole.subarray(range.from, range.to + 1) : whole,
      ContentType: object.contentType,
      ETag: object.etag,
      LastModified: new Date(object.modifiedAt),
      AcceptRanges: 'bytes',
      ContentRange: range && `bytes ${range.from}-${range.to}/${whole.length}`,
    };
  },
} satisfies Operation;

/** @throws Fault `InvalidRange`. A header that is none is ignored, as HTTP wants it. */
function rangeOf(text: string, size: number): { readonly from: number; readonly to: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text.trim());
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const from = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const to = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (from > to) throw new Fault('InvalidRange', 'The requested range is not satisfiable', 416);
  return { from, to };
}
