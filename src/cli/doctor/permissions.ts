import type { Aws, Identity } from '../../aws/aws.ts';
import { operations } from '../../aws/operations.ts';
import { permissionsOf } from '../../aws/permissions.ts';
import { notSeenBySimulator, principalBehind } from '../../containment/permissions.ts';
import { AwsCallError } from '../../model/errors.ts';

/** What IAM's simulator says of everything that this program can send. */
export interface Permissions {
  /** `not-allowed`: the simulator may not be asked, so nothing is known but what was tried. */
  readonly checked: 'simulated' | 'not-allowed';
  /** IAM actions that are missing to watch. */
  readonly missingToRead: readonly string[];
  /** IAM actions that are missing to contain. */
  readonly missingToContain: readonly string[];
  readonly notSeen: readonly string[];
  /** Why nothing was checked; empty otherwise. */
  readonly why: string;
}

/** Names that the simulator takes at once. */
const batch = 50;

/** IAM actions behind the operations of one kind, each once, sorted. */
export const actionsFor = (kinds: readonly string[]): readonly string[] =>
  [
    ...new Set(
      Object.entries(operations)
        .filter(([, kind]) => kinds.includes(kind))
        .flatMap(([name]) => permissionsOf(name)),
    ),
  ].sort();

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
export async function simulatePermissions(aws: Aws, identity: Identity, signal: AbortSignal): Promise<Permissions> {
  const unknown = (why: string): Permissions => ({
    checked: 'not-allowed',
    missingToRead: [],
    missingToContain: [],
    notSeen: notSeenBySimulator,
    why,
  });
  try {
    const principal = await principalBehind(identity.arn, { aws, signal });
    if (principal === undefined) return unknown('this identity has no role or user policies to simulate');
    const reading = actionsFor(['read', 'stream']);
    const writing = actionsFor(['write']);
    const missing = new Set<string>();
    const all = [...new Set([...reading, ...writing])];
    for (let from = 0; from < all.length; from += batch) {
      for (let Marker: string | undefined; ; ) {
        const answer = await aws.call(
          'iam:SimulatePrincipalPolicy',
          {
            PolicySourceArn: principal,
            ActionNames: all.slice(from, from + batch),
            ...(Marker ? { Marker } : {}),
          },
          { signal, priority: 'operator' },
        );
        for (const { EvalActionName, EvalDecision } of answer.EvaluationResults ?? [])
          if (EvalActionName && EvalDecision !== 'allowed') missing.add(EvalActionName);
        if (!answer.IsTruncated || !answer.Marker) break;
        Marker = answer.Marker;
      }
    }
    return {
      checked: 'simulated',
      missingToRead: reading.filter((action) => missing.has(action)),
      missingToContain: writing.filter((action) => missing.has(action)),
      notSeen: notSeenBySimulator,
      why: '',
    };
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.reason === 'aborted') throw error;
    return unknown(`${error.operation}: ${error.code}${error.nextSteps[0] ? ` (${error.nextSteps[0]})` : ''}`);
  }
}
