import { findBucket, listObjects } from '../../account/buckets.ts';
import { type Operation, text } from '../../operation.ts';
import { bucketArnOf, bucketName, listedObjects, traceListing } from '../../s3-rules.ts';

/** The older listing. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export default {
  service: 's3',
  name: 'ListObjects',
  readOnly: true,
  rest: { method: 'GET', on: 'bucket', root: 'ListBucketResult' },
  permission: 's3:ListBucket',
  dataEvent: true,
  input: {
    Bucket: bucketName,
    Prefix: { type: 'string' },
    Delimiter: { type: 'string' },
    Marker: { type: 'string' },
    MaxKeys: { type: 'number', min: 0 },
    EncodingType: { type: 'string', values: ['url'] },
  },
  resources: bucketArnOf,
  trace: traceListing,
  run(input, { account }) {
    const bucket = findBucket(account.buckets, text(input, 'Bucket'));
    const page = listObjects(bucket, {
      prefix: text(input, 'Prefix'),
      delimiter: text(input, 'Delimiter'),
      after: text(input, 'Marker'),
      max: Math.min(Number(input.MaxKeys ?? 1000), 1000),
    });
    return {
      ...listedObjects(bucket, input, page),
      Marker: text(input, 'Marker'),
      IsTruncated: page.last !== undefined,
      NextMarker: page.last,
    };
  },
} satisfies Operation;
