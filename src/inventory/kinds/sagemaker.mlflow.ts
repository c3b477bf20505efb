import { creatorOf, DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, s3Ref, sagemakerRef } from '../refs.ts';

/** MLflow tracking servers: opened by presigned URL, they write to a bucket as their role. */
const server: InventoryKind = {
  id: 'sagemaker.mlflow-tracking-server',
  title: 'MLflow tracking servers',
  order: 2,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMlflowTrackingServers.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeMlflowTrackingServer.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListMlflowTrackingServers', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.TrackingServerSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('mlflow-tracking-server', one.TrackingServerName, one.TrackingServerArn, look),
        state: one.TrackingServerStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeMlflowTrackingServer';
    const one = await details.must(from, { TrackingServerName: ref.name });
    details.state = one.TrackingServerStatus ?? '';
    details.createdAt = ms(one.CreationTime);
    details.modifiedAt = ms(one.LastModifiedTime);
    details.creator = creatorOf(one.CreatedBy);
    details.runsAs(one.RoleArn, from);
    const owner = one.S3BucketOwnerAccountId;
    // The one place where SageMaker itself says whose bucket it is.
    if (owner)
      details.relate('s3-sink', s3Ref(one.ArtifactStoreUri, look.partition), from, {
        outside: !look.ours.has(owner),
        note: `belongs to ${owner}`,
      });
    else details.s3('s3-sink', one.ArtifactStoreUri, from);
    details.fact('active', one.IsActive, from);
    details.fact('size', one.TrackingServerSize, from);
    return details.done();
  },
};

/** MLflow apps: they cannot be stopped, only deleted. */
const app: InventoryKind = {
  id: 'sagemaker.mlflow-app',
  title: 'MLflow apps',
  order: 3,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMlflowApps.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeMlflowApp.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListMlflowApps', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.Summaries, next: value.NextToken };
      },
      (one) => ({
        ref: { kind: 'sagemaker.mlflow-app', arn: one.Arn ?? '', name: one.Name ?? '' },
        state: one.Status ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeMlflowApp';
    const one = await details.must(from, { Arn: ref.arn });
    details.state = one.Status ?? '';
    details.createdAt = ms(one.CreationTime);
    details.modifiedAt = ms(one.LastModifiedTime);
    details.creator = creatorOf(one.CreatedBy);
    details.runsAs(one.RoleArn, from);
    details.s3('s3-sink', one.ArtifactStoreUri, from);
    return details.done();
  },
};
export default [server, app];
