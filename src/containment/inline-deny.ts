import { AwsCallError, RefusedError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Check, Step } from './action.ts';
import { awsDenyAll, countedCharacters, denyAllDocument, sameDocument } from './policy-document.ts';
import {
  attachPolicy,
  deleteBoundary,
  deleteInline,
  detachPolicy,
  type HeldPolicies,
  type PolicyHolder,
  putBoundary,
  putInline,
  quotas,
  readInline,
} from './policy-holder.ts';
import { call } from './step.ts';
import { some } from './words.ts';

/** A policy that we put on roles and users. */
export interface InlineDeny {
  /** Its name. */
  readonly policy: string;
  readonly document: string;
}

/** Which way a deny goes, decided before anything is sent. */
export interface DenyRoute {
  readonly how: 'inline' | 'attached' | 'boundary';
  readonly steps: readonly Step[];
  /** `with inline policy X`, `by attaching …`. */
  readonly words: string;
  /** Why it is not the inline policy, and what of somebody else's is replaced. */
  readonly warnings: readonly string[];
  /** Whether AWS's own policy stands in, which denies more: logs stop. */
  readonly everything: boolean;
}

/** The step that puts an inline policy, and back what was there under its name. */
export const inlineStep = (
  holder: Pick<PolicyHolder, 'kind' | 'name'>,
  { policy, document }: InlineDeny,
  before: string | undefined,
): Step =>
  call(putInline(holder, policy, document), {
    undo: [call(before === undefined ? deleteInline(holder, policy) : putInline(holder, policy, before))],
  });

const shown = (document: string): string => (document.length > 300 ? `${document.slice(0, 300)}…` : document);

/** What is said of a policy of our own name that somebody else wrote. */
export const replaces = (policy: string, before: string | undefined): readonly string[] =>
  before === undefined
    ? []
    : [`A different policy named ${policy} is replaced; undo puts it back. It says: ${shown(before)}`];

/** Characters that the other inline policies take. */
export const takenBy = ({ inline }: HeldPolicies, policy: string): number =>
  [...(inline ?? [])].reduce((sum, [name, document]) => sum + (name === policy ? 0 : countedCharacters(document)), 0);

/**
 * An inline policy where there is room for it. @throws RefusedError `PolicyQuota`
 */
export function inlineOnly(
  holder: PolicyHolder,
  deny: InlineDeny,
  before: string | undefined,
  held: HeldPolicies,
): readonly Step[] {
  const taken = takenBy(held, deny.policy);
  const quota = quotas.inline[holder.kind];
  if (taken + countedCharacters(deny.document) > quota)
    throw new RefusedError(
      'PolicyQuota',
      `the inline policies of ${holder.name} hold ${taken} of ${quota} characters: AWS would refuse this one (LimitExceeded)`,
      [`Use ${holder.kind}.${holder.kind === 'iam.role' ? 'quarantine' : 'deny-all'}, which finds another way`],
    );
  return [inlineStep(holder, deny, before)];
}

/**
 * How a role or user is denied everything: by the inline policy; where its quota is full by attaching AWS's AWSDenyAll; where that quota is
 * full too, by AWSDenyAll as the boundary. Facts 5.10.
 */
export function denyRoute(
  holder: PolicyHolder,
  deny: InlineDeny,
  before: string | undefined,
  held: HeldPolicies,
  { partition }: Pick<ActionContext, 'partition'>,
): DenyRoute {
  const taken = takenBy(held, deny.policy);
  const quota = quotas.inline[holder.kind];
  if (taken + countedCharacters(deny.document) <= quota)
    return {
      how: 'inline',
      steps: [inlineStep(holder, deny, before)],
      words: `with inline policy ${deny.policy}`,
      warnings: replaces(deny.policy, before),
      everything: deny.document === denyAllDocument,
    };
  const arn = awsDenyAll(partition);
  const full = `The inline policies of ${holder.name} hold ${taken} of ${quota} characters: AWS would refuse one more (LimitExceeded; the quota is assumed, not measured on AWS).`;
  const attached = held.attached?.length ?? 0;
  if (attached < quotas.attached)
    return {
      how: 'attached',
      steps: [call(attachPolicy(holder, arn), { undo: [call(detachPolicy(holder, arn))] })],
      words: `by attaching ${arn}`,
      warnings: [full],
      everything: true,
    };
  return {
    how: 'boundary',
    steps: [
      call(putBoundary(holder, arn), {
        undo: [call(holder.boundary === undefined ? deleteBoundary(holder) : putBoundary(holder, holder.boundary))],
      }),
    ],
    words: `by ${arn} as its permissions boundary`,
    warnings: [
      full,
      `${attached} managed policies are attached already, and AWS allows ${quotas.attached}.`,
      ...(holder.boundary === undefined ? [] : [`Its boundary ${holder.boundary} is replaced; undo puts it back.`]),
    ],
    everything: true,
  };
}

/** What denies a role or user everything already; `undefined` when nothing of what we would do is there. */
export function deniedBy(
  holder: Pick<PolicyHolder, 'boundary'>,
  documents: readonly (InlineDeny & { readonly found: string | undefined })[],
  held: Pick<HeldPolicies, 'attached'>,
  { partition }: Pick<ActionContext, 'partition'>,
): string | undefined {
  const inline = documents.find(({ found, document }) => found !== undefined && sameDocument(found, document));
  if (inline) return `inline policy ${inline.policy}`;
  const arn = awsDenyAll(partition);
  if (held.attached?.includes(arn)) return `attached policy ${arn}`;
  return holder.boundary === arn ? `permissions boundary ${arn}` : undefined;
}

/** The documents with what is found under their names. */
export const readDenies = (
  holder: Pick<PolicyHolder, 'kind' | 'name'>,
  denies: readonly InlineDeny[],
  context: ActionContext,
): Promise<readonly (InlineDeny & { readonly found: string | undefined })[]> =>
  Promise.all(denies.map(async (deny) => ({ ...deny, found: await readInline(holder, deny.policy, context) })));

/**
 * Whether IAM's simulator denies calls explicitly. Empty when it does not tell: no statement, rather than a wrong one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function simulatedDeny(
  target: ResourceRef,
  probe: {
    readonly actions: readonly string[];
    readonly resources?: readonly string[];
    /** Condition keys, as dates. */
    readonly dates?: { readonly [key: string]: string };
  },
  { aws, signal }: ActionContext,
): Promise<readonly Check[]> {
  let results: readonly { readonly EvalActionName?: string | undefined; readonly EvalDecision?: string | undefined }[];
  try {
    const answer = await aws.call(
      'iam:SimulatePrincipalPolicy',
      {
        PolicySourceArn: target.arn,
        ActionNames: [...probe.actions],
        ...(probe.resources ? { ResourceArns: [...probe.resources] } : {}),
        ...(probe.dates
          ? {
              ContextEntries: Object.entries(probe.dates).map(([ContextKeyName, value]) => ({
                ContextKeyName,
                ContextKeyType: 'date' as const,
                ContextKeyValues: [value],
              })),
            }
          : {}),
      },
      { signal, priority: 'operator' },
    );
    results = answer.EvaluationResults ?? [];
  } catch (error) {
    // The policy itself was read back: what the simulator does not tell (not allowed, not there) is left out, never held against it.
    if (error instanceof AwsCallError && error.reason !== 'aborted') return [];
    throw error;
  }
  const allowed = results.filter(({ EvalDecision }) => EvalDecision !== 'explicitDeny');
  return [
    {
      what: `the IAM simulator denies ${target.name} ${probe.actions.length} calls explicitly`,
      holds: allowed.length === 0 && results.length > 0,
      why:
        allowed.length === 0
          ? 'explicitDeny for all'
          : `not explicitly denied: ${some(allowed.map(({ EvalActionName }) => EvalActionName ?? '?'))}`,
      settles: true,
    },
  ];
}
