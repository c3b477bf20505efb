import { findBucket, listObjects } from '../../account/buckets.ts';
import { Fault } from '../../fault.ts';
import { type Operation, optionalText, text } from '../../operation.ts';
import { bucketArnOf, bucketName, listedObjects, traceListing } from '../../s3-rules.ts';

/** CloudTrail calls both listings `ListObjects`. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export default {
  service: 's3',
  name: 'ListObjectsV2',
  readOnly: true,
  rest: { method: 'GET', on: 'bucket', subresource: 'list-type', root: 'ListBucketResult' },
  permission: 's3:ListBucket',
  eventName: 'ListObjects',
  dataEvent: true,
  input: {
    Bucket: bucketName,
    Prefix: { type: 'string' },
    Delimiter: { type: 'string' },
    MaxKeys: { type: 'number', min: 0 },
    StartAfter: { type: 'string' },
    ContinuationToken: { type: 'string' },
    EncodingType: { type: 'string', values: ['url'] },
  },
  resources: bucketArnOf,
  trace: traceListing,
  run(input, { account }) {
    const bucket = findBucket(account.buckets, text(input, 'Bucket'));
    const token = optionalText(input, 'ContinuationToken');
    const from = token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
    if (from === '') throw new Fault('InvalidArgument', 'The continuation token provided is incorrect');
    const page = listObjects(bucket, {
      prefix: text(input, 'Prefix'),
      delimiter: text(input, 'Delimiter'),
      after: from ?? text(input, 'StartAfter'),
      max: Math.min(Number(input.MaxKeys ?? 1000), 1000),
    });
    return {
      ...listedObjects(bucket, input, page),
      KeyCount: page.objects.length + page.prefixes.length,
      IsTruncated: page.last !== undefined,
      ContinuationToken: token,
      NextContinuationToken: page.last && Buffer.from(page.last).toString('base64url'),
    };
  },
} satisfies Operation;
