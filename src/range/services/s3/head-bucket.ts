import { findBucket } from '../../account/buckets.ts';
import { type Operation, text } from '../../operation.ts';
import { bucketArnOf, bucketName, traceBucket } from '../../s3-rules.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export default {
  service: 's3',
  name: 'HeadBucket',
  readOnly: true,
  rest: { method: 'HEAD', on: 'bucket' },
  permission: 's3:ListBucket',
  input: { Bucket: bucketName },
  resources: bucketArnOf,
  trace: traceBucket,
  run: (input, { account }) => ({ BucketRegion: findBucket(account.buckets, text(input, 'Bucket')).region }),
} satisfies Operation;
