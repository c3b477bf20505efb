import type { ReadCall } from '../aws/aws.ts';
import { kinds } from '../inventory/catalogue.ts';
import { type Details, merged } from '../inventory/details.ts';
import type { InventoryRelation } from '../inventory/inventory.ts';
import { type Look, lookThrough, type Reads } from '../inventory/look.ts';
import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Missing } from './collect.ts';

/** How the parts of a collection ask AWS: equal questions once, refusals taken down. */
export interface CollectDoor {
  readonly reads: Reads;
  readonly where: Pick<Look, 'account' | 'region' | 'partition' | 'ours'>;
  readonly signal: AbortSignal;
  readonly missing: Missing;
}

/** One thing of the Describe tree and what AWS says about it. */
export interface TreeNode {
  readonly ref: ResourceRef;
  /** How it came into the tree: `target`, or `role of sagemaker.endpoint fraud-scorer`. */
  readonly by: string;
  readonly state: string;
  readonly facts: Details['facts'];
  readonly relations: readonly InventoryRelation[];
}

/** Things in one tree: more than any endpoint or pipeline needs, and an end where names lead in circles. */
const mostNodes = 60;
const deepest = 4;
/** Relations that lead away from the target: what merely stands beside it is not evidence about it. */
const notFollowed: ReadonlySet<string> = new Set(['policy', 'boundary', 'security-group', 'image', 'image-specified']);

/** What is asked about kinds that the inventory does not describe. */
const plainReads: { readonly [kind: string]: (ref: ResourceRef) => readonly ReadCall[] } = {
  's3.bucket': ({ name: Bucket }) => [
    { name: 's3:GetBucketLocation', input: { Bucket } },
    { name: 's3:GetBucketPolicy', input: { Bucket } },
  ],
  'cloudtrail.trail': ({ arn, name }) => [
    { name: 'cloudtrail:DescribeTrails', input: { trailNameList: [arn || name] } },
    { name: 'cloudtrail:GetTrailStatus', input: { Name: arn || name } },
    { name: 'cloudtrail:GetEventSelectors', input: { TrailName: arn || name } },
  ],
  'logs.log-group': ({ name: logGroupNamePrefix }) => [
    { name: 'logs:DescribeLogGroups', input: { logGroupNamePrefix, limit: 50 } },
  ],
  'sagemaker.model-package': ({ arn, name }) => [
    { name: 'sagemaker:DescribeModelPackage', input: { ModelPackageName: arn || name } },
  ],
  'sagemaker.model-package-group': ({ name: ModelPackageGroupName }) => [
    { name: 'sagemaker:DescribeModelPackageGroup', input: { ModelPackageGroupName } },
    { name: 'sagemaker:GetModelPackageGroupPolicy', input: { ModelPackageGroupName } },
  ],
  'application-autoscaling.scalable-target': ({ name }) => [
    {
      name: 'application-autoscaling:DescribeScalableTargets',
      input: { ServiceNamespace: 'sagemaker', ResourceIds: [name] },
    },
    {
      name: 'application-autoscaling:DescribeScalingPolicies',
      input: { ServiceNamespace: 'sagemaker', ResourceId: name },
    },
  ],
};

/** Whether anything can be asked about a kind of thing. */
export const canDescribe = (kind: string): boolean =>
  Object.hasOwn(plainReads, kind) || kinds.some(({ id, describe }) => id === kind && describe !== undefined);

/** One read of a collection; what AWS refuses is taken down. */
export async function readPart(call: ReadCall, what: string, door: CollectDoor): Promise<unknown> {
  try {
    const how = { region: door.where.region, signal: door.signal, priority: 'operator' as const };
    return (await door.reads.read(call.name, call.input as never, how)).value;
  } catch (error) {
    if (!(error instanceof AwsCallError) || door.signal.aborted) throw error;
    // "Not there" was read, and stands among the answers.
    if (error.reason !== 'not-found') door.missing(what, error);
    return undefined;
  }
}

/**
 * Walks from a target to everything that it uses and that AWS describes: config, model, role, lifecycle config …
 * @throws The signal's reason.
 */
export async function walkTree(
  target: ResourceRef,
  door: CollectDoor,
): Promise<{ readonly nodes: readonly TreeNode[]; readonly target: 'read' | 'denied' | 'gone' | 'failed' }> {
  const look = lookThrough(door.reads, door.where, { signal: door.signal, priority: 'operator' });
  const nodes: TreeNode[] = [];
  const seen = new Set<string>();
  const queue: { readonly ref: ResourceRef; readonly by: string; readonly depth: number }[] = [
    { ref: target, by: 'target', depth: 0 },
  ];
  let targetRead: 'read' | 'denied' | 'gone' | 'failed' = 'read';
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { ref, by, depth } = next;
    const key = `${ref.kind} ${(ref.arn || ref.name).toLowerCase()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (nodes.length >= mostNodes) {
      door.missing(`what ${ref.name} uses`, `more than ${mostNodes} things hang together: the rest was not read`);
      break;
    }
    let details: Details | undefined;
    try {
      details = await describe(ref, look, door);
    } catch (error) {
      if (!(error instanceof AwsCallError) || door.signal.aborted) throw error;
      door.missing(`${ref.kind} ${ref.name}`, error);
      if (depth === 0)
        targetRead = error.reason === 'denied' ? 'denied' : error.reason === 'not-found' ? 'gone' : 'failed';
    }
    const relations = details?.relations ?? [];
    nodes.push({ ref, by, state: details?.state ?? '', facts: details?.facts ?? [], relations });
    for (const problem of details?.problems ?? []) door.missing(problemWhat(problem), problemWhy(problem));
    if (depth >= deepest) continue;
    for (const { role, to } of relations)
      if (!notFollowed.has(role) && canDescribe(to.kind))
        queue.push({ ref: to, by: `${role} of ${ref.kind} ${ref.name}`, depth: depth + 1 });
  }
  return { nodes, target: targetRead };
}

async function describe(ref: ResourceRef, look: Look, door: CollectDoor): Promise<Details | undefined> {
  const kind = kinds.find(({ id }) => id === ref.kind);
  if (kind?.describe) {
    const details = await kind.describe(ref, look);
    return kind.more ? merged(details, await kind.more(ref, look, details)) : details;
  }
  const [first, ...more] = plainReads[ref.kind]?.(ref) ?? [];
  if (!first) {
    door.missing(`${ref.kind} ${ref.name}`, 'nothing is read about this kind of resource');
    return undefined;
  }
  const how = { region: door.where.region, signal: door.signal, priority: 'operator' as const };
  await door.reads.read(first.name, first.input as never, how);
  for (const call of more) await readPart(call, `${call.name} of ${ref.name}`, door);
  return undefined;
}

/** Problems of the inventory read "what: why". */
const problemWhat = (problem: string): string => problem.slice(0, Math.max(0, problem.indexOf(': '))) || problem;
const problemWhy = (problem: string): string | AwsCallError => {
  const why = problem.slice(problem.indexOf(': ') + 2);
  const permission = /^denied: needs (\S+)$/.exec(why)?.[1];
  return permission
    ? new AwsCallError({
        operation: permission,
        code: 'AccessDenied',
        message: why,
        reason: 'denied',
        outcome: 'refused',
        nextSteps: [`Needs ${permission}`],
      })
    : why;
};
