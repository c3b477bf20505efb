import { findBucket } from '../../account/buckets.ts';
import { Fault } from '../../fault.ts';
import { matches } from '../../iam/pattern.ts';
import { parsePolicy, type Statement } from '../../iam/policy.ts';
import { checkDocument } from '../../iam-rules.ts';
import { type CallContext, type Members, type Operation, text } from '../../operation.ts';
import { bucketArnOf, bucketName, traceBucket } from '../../s3-rules.ts';

/** Of a bucket policy, bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const largest = 20 * 1024;
/** As policies of IAM: read back at once, enforced later. */
const lagMs = 4000;
const service = 's3';
const input = { Bucket: bucketName };

const malformed = (message: string) => new Fault('MalformedPolicy', message);

/** @throws Fault `MalformedPolicy`. */
function checked(document: string, arn: string, { account }: CallContext): readonly Statement[] {
  if (!document.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (Buffer.byteLength(document) > largest) throw malformed('Policy exceeds the maximum allowed document size.');
  try {
    checkDocument(document, 'resource', account);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw malformed(/^Invalid principal/.test(error.message) ? 'Invalid principal in policy' : error.message);
  }
  const statements = parsePolicy(document);
  const resources = statements.flatMap(({ resources, notResources }) => [...resources, ...(notResources ?? [])]);
  if (!resources.every((one) => one === arn || one.startsWith(`${arn}/`) || matches(one, arn)))
    throw malformed('Policy has invalid resource');
  return statements;
}

/** Policies of buckets: one document each, replaced as a whole. */
export default [
  {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
    service,
    name: 'GetBucketPolicy',
    readOnly: true,
    rest: { method: 'GET', on: 'bucket', subresource: 'policy' },
    input,
    resources: bucketArnOf,
    trace: traceBucket,
    run(members, { account }) {
      const { policy } = findBucket(account.buckets, text(members, 'Bucket'));
      if (policy === undefined) throw new Fault('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      return { Body: policy, ContentType: 'application/json' };
    },
  },
  {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    service,
    name: 'PutBucketPolicy',
    readOnly: false,
    rest: { method: 'PUT', on: 'bucket', subresource: 'policy' },
    input: { ...input, Body: { type: 'string', required: true } },
    resources: bucketArnOf,
    trace(call) {
      const traced = traceBucket(call);
      return { ...traced, parameters: { ...traced.parameters, bucketPolicy: readable(text(call.input, 'Body')) } };
    },
    run(members, context) {
      const bucket = findBucket(context.account.buckets, text(members, 'Bucket'));
      const document = text(members, 'Body');
      const statements = checked(document, bucket.arn, context);
      bucket.policy = document;
      context.later(lagMs, () => {
        bucket.enforced = statements;
      });
      return undefined;
    },
  },
  {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
    service,
    name: 'DeleteBucketPolicy',
    readOnly: false,
    rest: { method: 'DELETE', on: 'bucket', subresource: 'policy' },
    input,
    resources: bucketArnOf,
    trace: traceBucket,
    run(members, context) {
      const bucket = findBucket(context.account.buckets, text(members, 'Bucket'));
      bucket.policy = undefined;
      context.later(lagMs, () => {
        bucket.enforced = [];
      });
      return undefined;
    },
  },
] satisfies readonly Operation[];

/** A document as CloudTrail keeps it; what is no JSON was refused, and is left as it came. */
function readable(document: string): Members | string {
  try {
    return JSON.parse(document) as Members;
  } catch {
    return document;
  }
}
