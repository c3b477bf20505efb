import type { Operation } from '../../operation.ts';
import { traceBucket } from '../../s3-rules.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export default {
  service: 's3',
  name: 'ListBuckets',
  readOnly: true,
  rest: { method: 'GET', on: 'service', root: 'ListAllMyBucketsResult' },
  permission: 's3:ListAllMyBuckets',
  trace: traceBucket,
  run: (_input, { account }) => ({
    Buckets: {
      Bucket: [...account.buckets.values()]
        .filter(({ owner }) => owner === account.id)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ arn, createdAt, name, region }) => ({
          Name: name,
          CreationDate: new Date(createdAt),
          BucketRegion: region,
          BucketArn: arn,
        })),
    },
    Owner: { ID: account.id.repeat(6).slice(0, 64) },
  }),
} satisfies Operation;
