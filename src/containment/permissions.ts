import type { Identity, WriteCall } from '../aws/aws.ts';
import { parseArn } from '../model/arn.ts';
import { AwsCallError } from '../model/errors.ts';
import type { JournalLine } from '../store/journal.ts';
import type { ActionContext, Plan } from './action.ts';
import type { Assessment } from './containment.ts';
import { roleNameOf } from './protected-roles.ts';
import { callsOf, undoSteps } from './step.ts';

/** What `iam:SimulatePrincipalPolicy` cannot see. */
export const notSeenBySimulator: readonly string[] = ['RCP', 'session policy', 'resource policy'];

/** Which kind of SageMaker resource a member of an input names. */
const namedBy: { readonly [member: string]: string } = {
  EndpointName: 'endpoint',
  EndpointConfigName: 'endpoint-config',
  InferenceComponentName: 'inference-component',
  NotebookInstanceName: 'notebook-instance',
};

/** The role or user that a call changes; the target's own ARN has the path, which the call leaves out. */
function iamResource(input: object, { target, account }: Plan, partition: string): string {
  const { RoleName, UserName } = input as { readonly RoleName?: string; readonly UserName?: string };
  const [type, name] = RoleName === undefined ? ['user', UserName] : ['role', RoleName];
  return target.kind === `iam.${type}` && target.name === name
    ? target.arn
    : `arn:${partition}:iam::${account}:${type}/${name}`;
}

/** The resources that a call needs a permission on; `*` where the service has none we know. */
function resourcesOf({ name, input }: WriteCall, plan: Plan, partition: string): readonly string[] {
  if (name.startsWith('iam:')) return [iamResource(input, plan, partition)];
  if (name.startsWith('s3:')) return [plan.target.arn];
  if (!name.startsWith('sagemaker:')) return ['*'];
  // A component is created on an endpoint, but the permission is on the component.
  const members = Object.entries(input).filter(
    ([member]) => namedBy[member] && !(name.includes('InferenceComponent') && member !== 'InferenceComponentName'),
  );
  return members.map(
    ([member, value]) =>
      `arn:${partition}:sagemaker:${plan.region}:${plan.account}:${namedBy[member]}/${String(value).toLowerCase()}`,
  );
}

/** IAM actions with the resources they are needed on, undo's after those of the plan itself. */
function needed(
  plan: Plan,
  partition: string,
): readonly { readonly resources: readonly string[]; readonly actions: readonly string[] }[] {
  const groups = new Map<string, { resources: readonly string[]; actions: Set<string> }>();
  const add = (action: string, resources: readonly string[]) => {
    const key = resources.join(' ');
    const group = groups.get(key) ?? { resources, actions: new Set() };
    group.actions.add(action);
    groups.set(key, group);
  };
  for (const call of [...callsOf(plan.steps), ...callsOf(undoSteps(plan))])
    add(call.name, resourcesOf(call, plan, partition));
  for (const action of plan.alsoNeeds ?? []) add(action, [action.startsWith('sagemaker:') ? plan.target.arn : '*']);
  return [...groups.values()].map(({ resources, actions }) => ({ resources, actions: [...actions] }));
}

/** The role or user whose policies decide: the simulator takes no session, and a session's ARN leaves the role's path out. */
export async function principalBehind(
  arn: string,
  { aws, signal }: Pick<ActionContext, 'aws' | 'signal'>,
): Promise<string | undefined> {
  const role = roleNameOf(arn);
  if (role === undefined) return parseArn(arn)?.resource.startsWith('user/') ? arn : undefined;
  return (await aws.call('iam:GetRole', { RoleName: role }, { signal })).Role?.Arn;
}

/** Calls by name that AWS took of us (`true`) or denied us (`false`), the last word of each. */
export type TriedCalls = ReadonlyMap<string, boolean>;

/** What a journal tells of calls that were tried. */
export function triedCalls(lines: readonly JournalLine[]): TriedCalls {
  const starting = new Map<string, string>();
  const tried = new Map<string, boolean>();
  for (const { entry } of lines) {
    const step = `${entry.id} ${entry.phase} ${entry.step}`;
    if (entry.type === 'step-starting') starting.set(step, String(entry.name));
    const name = starting.get(step);
    if (name === undefined) continue;
    if (entry.type === 'step-done' && !entry.already) tried.set(name, true);
    if (entry.type === 'step-failed' && /AccessDenied|Unauthorized/.test(String(entry.code))) tried.set(name, false);
  }
  return tried;
}

/** Where the simulator may not be asked: what was tried before tells, on other resources perhaps. */
function byTrial(plan: Plan, partition: string, tried: TriedCalls): Assessment['permissions'] {
  const names = [...new Set(needed(plan, partition).flatMap(({ actions }) => actions))];
  const missing = names.filter((name) => tried.get(name) === false);
  const untried = names.filter((name) => !tried.has(name));
  return missing.length > 0 || (names.length > 0 && untried.length === 0)
    ? {
        checked: 'tried',
        missing,
        notSeen: ['other resources than those tried', ...untried.map((name) => `${name}, never tried`)],
      }
    : { checked: 'not-allowed', missing: [], notSeen: notSeenBySimulator };
}

/**
 * Whether the responder may send the plan and its undo, as IAM's simulator sees it; where that may not be asked, as far as the same calls were
 * tried before in this incident.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function checkPermissions(
  plan: Plan,
  identity: Pick<Identity, 'arn' | 'partition'>,
  context: ActionContext,
  tried: TriedCalls = new Map(),
): Promise<Assessment['permissions']> {
  const unchecked = byTrial(plan, identity.partition, tried);
  try {
    const principal = await principalBehind(identity.arn, context);
    // Root and federated users have no policies that the simulator could read.
    if (principal === undefined) return unchecked;
    const missing = new Set<string>();
    for (const { resources, actions } of needed(plan, identity.partition)) {
      for (let Marker: string | undefined; ; ) {
        const answer = await context.aws.call(
          'iam:SimulatePrincipalPolicy',
          {
            PolicySourceArn: principal,
            ActionNames: [...actions],
            ResourceArns: [...resources],
            ...(Marker ? { Marker } : {}),
          },
          { signal: context.signal },
        );
        for (const { EvalActionName, EvalDecision } of answer.EvaluationResults ?? [])
          if (EvalActionName && EvalDecision !== 'allowed') missing.add(EvalActionName);
        if (!answer.IsTruncated || !answer.Marker) break;
        Marker = answer.Marker;
      }
    }
    return { checked: 'simulated', missing: [...missing], notSeen: notSeenBySimulator };
  } catch (error) {
    if (error instanceof AwsCallError && error.reason !== 'aborted') return unchecked;
    throw error;
  }
}
