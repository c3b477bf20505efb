import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, refOfArn } from '../refs.ts';

/** HyperPod clusters. Their ARN holds an id, not the name; their nodes stand in no EC2 list. */
const kind: InventoryKind = {
  id: 'sagemaker.cluster',
  title: 'HyperPod clusters',
  order: 1,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListClusters.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListClusters', {
          SortBy: 'CREATION_TIME',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.ClusterSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: { kind: 'sagemaker.cluster', arn: one.ClusterArn ?? '', name: one.ClusterName ?? '' },
        state: one.ClusterStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: undefined,
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeCluster';
    const cluster = await details.must(from, { ClusterName: ref.arn || ref.name });
    details.state = cluster.ClusterStatus ?? '';
    details.createdAt = ms(cluster.CreationTime);
    details.fact('failure', cluster.FailureMessage, from);
    for (const group of [...(cluster.InstanceGroups ?? []), ...(cluster.RestrictedInstanceGroups ?? [])]) {
      details.runsAs(group.ExecutionRole, from);
      details.runsOn(group.InstanceType, group.CurrentCount);
      if ('LifeCycleConfig' in group) {
        details.s3('s3-source', group.LifeCycleConfig?.SourceS3Uri, from);
        details.fact(`script of ${group.InstanceGroupName ?? '?'}`, group.LifeCycleConfig?.OnCreate, from);
      }
    }
    details.runsAs(cluster.ClusterRole, from);
    details.relate('eks-cluster', refOfArn(cluster.Orchestrator?.Eks?.ClusterArn), from);
    details.internet = cluster.VpcConfig ? undefined : true;
    return details.done();
  },
};
export default kind;
