import { kinds } from '../inventory/catalogue.ts';
import { lookThrough, Reads } from '../inventory/look.ts';
import { type User, usersOf } from '../inventory/users-of.ts';
import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Affected } from './action.ts';

/**
 * Who in this Region runs as a role, by the reverse scan of the inventory: whatever runs or could, jobs only while they run.
 * @throws AwsCallError at the end when something could not be looked at: then there may be more.
 */
export async function* roleUsers(role: ResourceRef, context: ActionContext): AsyncIterable<Affected> {
  const { aws, account, region, partition, signal } = context;
  const look = lookThrough(
    new Reads(aws, signal),
    { account, region, partition, ours: new Set([account]) },
    { signal, priority: 'background' },
  );
  let told = 0;
  let problems: readonly string[] = [];
  for await (const scan of usersOf(role, look, kinds)) {
    for (const user of scan.found.slice(told))
      yield { kind: user.ref.kind, arn: user.ref.arn, why: inWords(user), ...doing(user) };
    told = scan.found.length;
    problems = scan.problems;
    context.progress?.(scan.done, scan.total);
  }
  if (problems.length > 0)
    throw new AwsCallError({
      operation: 'reverse scan',
      code: 'NotEverythingSeen',
      message: `not everything was looked at: ${problems.slice(0, 4).join('; ')}${problems.length > 4 ? `; and ${problems.length - 4} more` : ''}`,
      region,
      reason: 'other',
      outcome: 'refused',
    });
}

/** What the role's end means for whoever runs as it. */
function inWords({ ref, state, activity }: User): string {
  const what = `${ref.kind
    .slice(ref.kind.indexOf('.') + 1)
    .replace('notebook-instance', 'notebook')
    .replaceAll('-', ' ')} ${ref.name}`;
  if (ref.kind === 'sagemaker.endpoint')
    return state === 'Deleting'
      ? `${what} is still being deleted and runs as the role: restrict the role after it has gone, or it may get stuck`
      : `${what} is ${state} and runs as the role; delete it first if it is to go`;
  if (settings.has(ref.kind)) return `${what} gives its apps the role: those fail at their next call`;
  if (state === '') return `${what} runs as the role`;
  return activity === 'idle'
    ? `${what} uses the role; it is ${state}`
    : `${what} is ${state} with the role: stop it first, or it fails at its next call`;
}

/** They give a role to what runs, and run nothing themselves. */
const settings: ReadonlySet<string> = new Set(['sagemaker.domain', 'sagemaker.user-profile', 'sagemaker.space']);

const doing = ({ ref, state, activity }: User): Pick<Affected, 'doing'> =>
  state === 'Deleting'
    ? { doing: 'being deleted' }
    : activity === 'idle' || state === '' || settings.has(ref.kind)
      ? {}
      : { doing: 'running' };
