import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction, Params } from '../action.ts';
import { inlineOnly, simulatedDeny } from '../inline-deny.ts';
import { type PolicyStatement, statementsOf } from '../policy-document.ts';
import { readHolder, readInline, readPolicies } from '../policy-holder.ts';
import { roleUsers } from '../role-users.ts';
import { nothingToSend } from '../step.ts';
import { lines } from '../words.ts';

/** The name that IAM's console gives the policy, so that both find each other's. */
const policy = 'AWSRevokeOlderSessions';
/** How far ahead the cut-off lies: IAM enforces it seconds to minutes after it was put. That long fresh sessions are refused too. */
const aheadMs = 5 * 60_000;
const minuteMs = 60_000;
const iso = (at: number): string => new Date(at).toISOString();

const statement = (cutoff: string): PolicyStatement => ({
  Effect: 'Deny',
  Action: ['*'],
  Resource: ['*'],
  Condition: { DateLessThan: { 'aws:TokenIssueTime': cutoff } },
});

/** The cut-off of a statement that revokes older sessions of everything; `undefined` for any other. */
function cutoffOf(one: PolicyStatement): number | undefined {
  const all = (value: string | readonly string[] | undefined) => [value].flat().includes('*');
  const condition = Object.entries(one.Condition ?? {});
  const date = one.Condition?.DateLessThan?.['aws:TokenIssueTime'];
  if (one.Effect !== 'Deny' || !all(one.Action) || !all(one.Resource) || condition.length !== 1) return undefined;
  const at =
    typeof date === 'string' && Object.keys(condition[0]?.[1] ?? {}).length === 1 ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The latest cut-off that a document holds. */
const latest = (document: string | undefined): number | undefined =>
  (document === undefined ? [] : (statementsOf(document) ?? []))
    .map(cutoffOf)
    .reduce((found, at) => (at !== undefined && (found === undefined || at > found) ? at : found), undefined);

/** The document to put: ours in place of earlier cut-offs; what somebody else wrote under the name stays. */
function revoking(before: string | undefined, cutoff: string): string {
  const others =
    (before === undefined ? undefined : statementsOf(before))?.filter((one) => cutoffOf(one) === undefined) ?? [];
  return JSON.stringify({ Version: '2012-10-17', Statement: [...others, statement(cutoff)] });
}

/** @throws UsageError when the cut-off is no time. */
function cutoffIn({ cutoff }: Params): number | undefined {
  if (cutoff === undefined) return undefined;
  const at = Date.parse(cutoff);
  if (Number.isNaN(at)) throw new UsageError(`cutoff=${cutoff} is no time`, { nextSteps: ['Leave it away'] });
  return at;
}

/** What runs on SageMaker gets a fresh token by itself: law 4 of the facts. */
const law4 = (role: string) => ({
  what: `fresh sessions of ${role}: whoever may assume it, and every running notebook, app, job and endpoint, whose credentials SageMaker refreshes by itself (reasoned, assumed, not measured on AWS)`,
  until: null,
  closeWith: `iam.role.quarantine ${role}`,
});

const openAfter = (arn: string, name: string) => [
  law4(arn),
  {
    what: `sessions of other roles that sessions of ${name} had assumed`,
    until: null,
    closeWith: 'iam.role.revoke-sessions on each of those roles',
  },
];

/**
 * Refuses every session that was issued before a point in time; what is issued later passes. The time is AWS's (the `Date` of its last
 * answer) plus five minutes; the plan ends a minute before it. Facts R3, 5.10. Assumed, not measured on AWS: that SageMaker compute refreshes its
 * credentials across the cut-off.
 */
const action: ContainmentAction = {
  id: 'iam.role.revoke-sessions',
  title: 'Revoke role sessions issued until now (running compute gets fresh ones)',
  class: 'seconds',
  appliesTo: ['iam.role'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
  ],
  reversible: true,
  fixes: ['cutoff'],

  async plan(target, context: ActionContext) {
    const holder = await readHolder(target, context);
    const now = context.aws.now();
    const given = cutoffIn(context.params);
    const before = await readInline(holder, policy, context);
    const stands = latest(before);
    const stillOpen = openAfter(holder.arn, holder.name);
    // A later one of somebody else is kept: replacing it would let sessions in again.
    if (stands !== undefined && stands >= (given ?? now))
      return {
        ...nothingToSend(`Sessions of ${holder.name} issued before ${iso(stands)} are refused already, by ${policy}`),
        params: { cutoff: iso(given ?? stands) },
        stillOpen,
      };
    const cutoff = given ?? Math.ceil((now + aheadMs) / 1000) * 1000;
    const document = revoking(before, iso(cutoff));
    const held = await readPolicies(holder, context);
    if (before !== undefined && statementsOf(before) === undefined)
      throw new RefusedError('PolicyNotReadable', `the policy ${policy} of ${holder.name} is no JSON`, [
        'Look at it in IAM; use iam.role.quarantine meanwhile',
      ]);
    const steps = inlineOnly(holder, { policy, document }, before, held);
    return {
      summary: `Refuse ${holder.name} every call with a session issued before ${iso(cutoff)}`,
      impact: lines(
        `Every session of ${holder.name} that exists is refused within seconds to minutes, whoever uses it; unsaved work is lost.`,
        `Until ${iso(cutoff)} (AWS time) fresh sessions are refused too. After that every fresh session passes, those of running SageMaker compute included: it is not stopped by this.`,
        before !== undefined &&
          `The policy ${policy} that stands there is changed; undo puts it back. It says: ${before}`,
      ),
      evidenceLost: [],
      notRestored: [`calls that failed while sessions of ${holder.name} were refused`],
      steps,
      preconditions: [],
      params: { cutoff: iso(cutoff) },
      expiresAt: iso(cutoff - minuteMs),
      stillOpen,
      comesBack: [`sessions of ${holder.name} issued before ${iso(cutoff)} that have not expired`],
    };
  },

  async verify(target, context) {
    const cutoff = cutoffIn(context.params) ?? context.aws.now();
    const document = await readInline({ kind: 'iam.role', name: target.name }, policy, context);
    const stands = latest(document);
    const before = iso(cutoff - minuteMs * 60);
    return [
      {
        what: `${policy} of ${target.name} refuses sessions issued before ${iso(cutoff)}`,
        holds: stands !== undefined && stands >= cutoff,
        why: document ?? 'the policy is not there',
      },
      ...(await simulatedDeny(
        target,
        { actions: ['s3:GetObject', 'sagemaker:CreateTrainingJob'], dates: { 'aws:TokenIssueTime': before } },
        context,
      )),
    ];
  },

  affected: roleUsers,
};
export default action;
