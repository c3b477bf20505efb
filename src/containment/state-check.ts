import type { Aws, ReadCall } from '../aws/aws.ts';
import { AwsCallError } from '../model/errors.ts';
import type { StateCheck } from './action.ts';

/** AWS says that there is no such thing. The door knows the many ways in which it says so. */
export const isGone = (error: unknown): boolean => error instanceof AwsCallError && error.reason === 'not-found';

/** What a read answers; `undefined` when AWS says that there is no such thing. @throws AwsCallError, "denied" included. */
export async function unlessGone<Value>(read: Promise<Value>): Promise<Value | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The member at a dotted path; list items by number. `undefined` when there is none. */
export function memberOf(answer: unknown, path: string): unknown {
  let value = answer;
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.hasOwn(value, name) ? (value as { readonly [member: string]: unknown })[name] : undefined;
  }
  return value;
}

/** Sends a read that is data. */
export const readAs = async (aws: Aws, read: ReadCall, signal: AbortSignal): Promise<unknown> =>
  // The name and the input of a `ReadCall` belong together; TypeScript cannot follow that through a union.
  aws.call(read.name, read.input as never, {
    signal,
    priority: 'operator',
    ...(read.region === undefined ? {} : { region: read.region }),
  });

/** How a look at AWS turned out. `underWay`: not there yet, but the call before has arrived. */
export interface Look {
  readonly state: 'reached' | 'under-way' | 'not-yet' | 'hopeless' | 'missing';
  /** What AWS said: `NotebookInstanceStatus = Stopping`. */
  readonly says: string;
}

/** Looks once. @throws AwsCallError for everything but "not found". */
export async function look(aws: Aws, check: StateCheck, signal: AbortSignal): Promise<Look> {
  let answer: unknown;
  try {
    answer = await readAs(aws, check.read, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
    return {
      state: check.until === 'gone' || check.orGone ? 'reached' : 'missing',
      says: `${check.read.name} finds nothing`,
    };
  }
  const value = check.member === undefined ? undefined : String(memberOf(answer, check.member));
  const reason = memberOf(answer, 'FailureReason');
  const says =
    value === undefined
      ? `${check.read.name} finds it`
      : `${check.member} = ${value}${typeof reason === 'string' && reason ? ` (${reason})` : ''}`;
  if (check.until !== 'gone' && (value === undefined || check.until.includes(value))) return { state: 'reached', says };
  if (value !== undefined && check.unless?.includes(value)) return { state: 'hopeless', says };
  if (value !== undefined && check.underWay?.includes(value)) return { state: 'under-way', says };
  return { state: 'not-yet', says };
}

/** What a wait waits for, as the JSON and the preview spell it: `NotebookInstanceStatus = Stopped`. */
export function untilText({ read, member, until }: StateCheck): string {
  if (until === 'gone') return `${read.name} finds nothing`;
  return member === undefined ? `${read.name} finds it` : `${member} = ${until.join(' or ')}`;
}
