import { type Thing, thingOf, thingsOf } from '../../account/things.ts';
import { Fault } from '../../fault.ts';
import { listPage, listRules } from '../../listing.ts';
import type { CallContext, MemberRule, Members, Operation } from '../../operation.ts';
import { structures, text } from '../../operation.ts';
import { listing } from '../../thing-operations.ts';

const kind = 'cluster';
/** A name, an id or an ARN; the ARN holds the id. */
const named: { readonly [member: string]: MemberRule } = {
  ClusterName: { type: 'string', required: true, min: 1, max: 256 },
};

/** One node, as it stands in the cluster's `nodes`. */
interface Node {
  readonly name: string;
  readonly group: string;
  readonly type: string;
  readonly createdAt: number;
  readonly status: string;
}

function find(input: Members, { region }: Pick<CallContext, 'region'>): Thing | undefined {
  const wanted = text(input, 'ClusterName');
  const id = wanted.slice(wanted.lastIndexOf('/') + 1);
  return thingOf(region, kind, id) ?? thingsOf(region, kind).find(({ name }) => name === id);
}

function clusterOf(input: Members, context: CallContext): Thing {
  const cluster = find(input, context);
  if (!cluster) throw new Fault('ResourceNotFound', `Cluster with name ${text(input, 'ClusterName')} not found.`);
  return cluster;
}

const arnOf: Operation['resources'] = (input, context) => [
  find(input, context)?.arn ??
    `arn:aws:sagemaker:${context.region.name}:${context.account.id}:cluster/${text(input, 'ClusterName')}`,
];
const nodesOf = (cluster: Thing): readonly Node[] => cluster.members.nodes as readonly Node[];

const node = (entry: Node): Members => ({
  InstanceGroupName: entry.group,
  InstanceId: entry.name,
  InstanceType: entry.type,
  LaunchTime: new Date(entry.createdAt),
  LastSoftwareUpdateTime: new Date(entry.createdAt),
  InstanceStatus: { Status: entry.status, Message: '' },
});

/** HyperPod, to look at: the range makes and changes no clusters. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html */
export default [
  listing('ListClusters', kind, 'ClusterSummaries', (cluster) => ({
    ClusterArn: cluster.arn,
    ClusterName: cluster.name,
    CreationTime: new Date(cluster.createdAt),
    ClusterStatus: cluster.status,
  })),
  {
    service: 'sagemaker',
    name: 'DescribeCluster',
    readOnly: true,
    input: named,
    resources: arnOf,
    run(input, context) {
      const cluster = clusterOf(input, context);
      const { nodes: _nodes, ...members } = cluster.members;
      return {
        ClusterArn: cluster.arn,
        ClusterName: cluster.name,
        ClusterStatus: cluster.status,
        CreationTime: new Date(cluster.createdAt),
        ...members,
        InstanceGroups: structures(members.InstanceGroups).map((group) => ({
          ...group,
          CurrentCount: nodesOf(cluster).filter((entry) => entry.group === group.InstanceGroupName).length,
        })),
      };
    },
  },
  {
    service: 'sagemaker',
    name: 'ListClusterNodes',
    readOnly: true,
    input: { ...listRules, ...named, InstanceGroupNameContains: { type: 'string' } },
    resources: arnOf,
    run(input, context) {
      const nodes = nodesOf(clusterOf(input, context)).filter(({ group }) =>
        group.includes(text(input, 'InstanceGroupNameContains')),
      );
      return listPage(nodes, input, 'ClusterNodeSummaries', node);
    },
  },
  {
    service: 'sagemaker',
    name: 'DescribeClusterNode',
    readOnly: true,
    input: { ...named, NodeId: { type: 'string', required: true } },
    resources: arnOf,
    run(input, context) {
      const found = nodesOf(clusterOf(input, context)).find(({ name }) => name === input.NodeId);
      if (!found) throw new Fault('ResourceNotFound', `Node ${text(input, 'NodeId')} not found.`);
      return { NodeDetails: node(found) };
    },
  },
] satisfies readonly Operation[];
