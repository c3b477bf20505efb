import { findBucket } from '../../account/buckets.ts';
import { type Operation, text } from '../../operation.ts';
import { bucketArnOf, bucketName, traceBucket } from '../../s3-rules.ts';

/** Empty for us-east-1. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export default {
  service: 's3',
  name: 'GetBucketLocation',
  readOnly: true,
  rest: { method: 'GET', on: 'bucket', subresource: 'location', root: 'LocationConstraint' },
  input: { Bucket: bucketName },
  resources: bucketArnOf,
  trace: traceBucket,
  run(input, { account }) {
    const { region } = findBucket(account.buckets, text(input, 'Bucket'));
    return region === 'us-east-1' ? {} : { '#text': region };
  },
} satisfies Operation;
