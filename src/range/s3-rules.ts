import { type Bucket, bucketArn, objectArn } from './account/buckets.ts';
import type { MemberRule, Members, Trace, TracedCall } from './operation.ts';
import { optionalText, structure, text } from './operation.ts';
import { Random } from './random.ts';

/** Names as S3 allows them. */
export const bucketName: MemberRule = { type: 'string', required: true, pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ };
export const objectKey: MemberRule = { type: 'string', required: true, min: 1, max: 1024 };

/** ARN of the call's bucket, for policies. */
export const bucketArnOf = (input: Members): readonly string[] => [bucketArn(text(input, 'Bucket'))];
/** ARN of the call's object. */
export const objectArnOf = (input: Members): readonly string[] => [
  objectArn(text(input, 'Bucket'), text(input, 'Key')),
];

type Traced = Parameters<typeof traceBucket>[0];

/** The record of a call on a bucket or an object, refused ones included. */
function trace(call: Traced, resources: readonly Members[], bytesOut: number): Trace {
  const { account, input, requestId } = call;
  const bucket = optionalText(input, 'Bucket');
  const region = account.buckets.get(bucket ?? '')?.region ?? account.homeRegion;
  const host = `${bucket === undefined ? '' : `${bucket}.`}s3.${region}.amazonaws.com`;
  const key = optionalText(input, 'Key');
  const query = structure(input.Query);
  return {
    region,
    host,
    parameters: {
      ...query,
      ...(bucket === undefined ? {} : { bucketName: bucket }),
      Host: host,
      ...(key === undefined ? {} : { key }),
    },
    additional: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: Buffer.byteLength(optionalText(input, 'Body') ?? ''),
      AuthenticationMethod: query['X-Amz-Credential'] === undefined ? 'AuthHeader' : 'QueryString',
      'x-amz-id-2': extendedId(requestId),
      bytesTransferredOut: bytesOut,
    },
    resources,
  };
}

const ofBucket = (account: TracedCall['account'], bucket: string): Members => ({
  accountId: account.buckets.get(bucket)?.owner ?? account.id,
  type: 'AWS::S3::Bucket',
  ARN: bucketArn(bucket),
});

/** Bytes of the answer as far as CloudTrail counts them. */
const sent = (output: Members | undefined): number =>
  output === undefined ? 243 : Buffer.isBuffer(output.Body) ? output.Body.length : JSON.stringify(output).length;

/** `trace` of operations on a bucket, or on none. */
export const traceBucket = (
  call: TracedCall & { readonly input: Members; readonly output: Members | undefined },
): Trace => {
  const bucket = optionalText(call.input, 'Bucket');
  return trace(call, bucket === undefined ? [] : [ofBucket(call.account, bucket)], sent(call.output));
};

/** `trace` of operations that list a bucket's objects. */
export const traceListing = (call: Traced): Trace => {
  const bucket = text(call.input, 'Bucket');
  return trace(
    call,
    [{ type: 'AWS::S3::Object', ARNPrefix: `${bucketArn(bucket)}/` }, ofBucket(call.account, bucket)],
    sent(call.output),
  );
};

/** `trace` of operations on an object. */
export const traceObject = (call: Traced): Trace => {
  const bucket = text(call.input, 'Bucket');
  return trace(
    call,
    [{ type: 'AWS::S3::Object', ARN: objectArn(bucket, text(call.input, 'Key')) }, ofBucket(call.account, bucket)],
    sent(call.output),
  );
};

/** `x-amz-id-2`: the second id of every answer of S3. */
export const extendedId = (requestId: string): string =>
  `${new Random(requestId).letters(75, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')}=`;

/** Members that both list operations answer. */
export function listedObjects(
  bucket: Bucket,
  input: Members,
  page: {
    readonly objects: readonly { key: string; size: number; etag: string; modifiedAt: number }[];
    readonly prefixes: readonly string[];
  },
): Members {
  const written = (key: string) =>
    input.EncodingType === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key;
  return {
    Name: bucket.name,
    Prefix: written(text(input, 'Prefix')),
    Delimiter: optionalText(input, 'Delimiter'),
    MaxKeys: Number(input.MaxKeys ?? 1000),
    EncodingType: optionalText(input, 'EncodingType'),
    Contents: page.objects.map(({ etag, key, modifiedAt, size }) => ({
      Key: written(key),
      LastModified: new Date(modifiedAt),
      ETag: etag,
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: written(prefix) })),
  };
}
