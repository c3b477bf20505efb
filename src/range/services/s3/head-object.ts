import { findObject } from '../../account/buckets.ts';
import { type Operation, text } from '../../operation.ts';
import { bucketName, objectArnOf, objectKey, traceObject } from '../../s3-rules.ts';

/** Needs the permission of GetObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export default {
  service: 's3',
  name: 'HeadObject',
  readOnly: true,
  rest: { method: 'HEAD', on: 'object' },
  permission: 's3:GetObject',
  dataEvent: true,
  input: { Bucket: bucketName, Key: objectKey },
  resources: objectArnOf,
  trace: (call) => {
    const trace = traceObject(call);
    return { ...trace, additional: { ...trace.additional, bytesTransferredOut: 0 } };
  },
  run(input, { account }) {
    const object = findObject(account.buckets, text(input, 'Bucket'), text(input, 'Key'));
    return {
      ContentLength: object.size,
      ContentType: object.contentType,
      ETag: object.etag,
      LastModified: new Date(object.modifiedAt),
      AcceptRanges: 'bytes',
    };
  },
} satisfies Operation;
