import type { Identity } from '../aws/aws.ts';
import { parseArn } from '../model/arn.ts';
import { RefusedError, UsageError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import { digestOf } from '../shared/digest.ts';
import type { Json } from '../shared/json.ts';
import type { ActionContext, ActionPlan, CallStep, ContainmentAction, Plan, Step } from './action.ts';
import { HandOffError, otherAccountHandOff } from './hand-off.ts';
import { ownRefusedCalls } from './lock-out.ts';
import { answerJson, recorded } from './recording.ts';
import { numbered } from './step.ts';

/** How long a plan can be confirmed. */
export const planLifeMs = 15 * 60_000;

/** A plan and every answer that it was made from. */
export interface Planned {
  readonly plan: Plan;
  /** Goes into `snapshots/` when the plan is approved. */
  readonly snapshot: Json;
}

/**
 * Lets an action plan, and keeps what it read. Sends nothing.
 * @throws UsageError for an unknown parameter, RefusedError when the action must not be done, `OwnLockOut` when it would refuse our own next call, `OtherAccount` or `OtherRegion` when the target is not where we act. AwsCallError.
 */
export async function planWith(
  action: ContainmentAction,
  target: ResourceRef,
  context: ActionContext,
  identity: Pick<Identity, 'account' | 'region'> & Partial<Pick<Identity, 'partition'>>,
): Promise<Planned> {
  if (!action.appliesTo.includes(target.kind))
    throw new RefusedError(
      'OtherKind',
      `${action.id} is for ${action.appliesTo.join(', ')}, not for ${target.kind} ${target.name}`,
      ['See firebreak actions'],
    );
  const known = (action.parameters ?? []).map(({ name }) => name);
  const fixed = action.fixes ?? [];
  const unknown = Object.keys(context.params).find((name) => !known.includes(name) && !fixed.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`${action.id} has no parameter ${unknown}`, {
      nextSteps: [known.length > 0 ? `Use one of ${known.join(', ')}` : 'Leave --set away'],
    });
  refuseElsewhere(target, identity, { action, incident: context.incident });
  const { aws, reads } = recorded(context.aws);
  // JSON through and through: what was `undefined` is gone before anyone hashes it, and what is previewed is what a journal gives back.
  const made = JSON.parse(JSON.stringify(await action.plan(target, { ...context, aws }))) as ActionPlan;
  const facts = {
    ...made,
    steps: numbered(made.steps),
    action: action.id,
    target: { kind: target.kind, arn: target.arn, name: target.name },
    account: identity.account,
    region: identity.region,
    params: { ...context.params, ...made.params },
    incident: context.incident,
    class: action.class,
  };
  const plan: Plan = {
    ...facts,
    digest: planDigest(facts),
    expiresAt: earlier(new Date(context.aws.now() + planLifeMs).toISOString(), made.expiresAt),
  };
  const ownCalls = ownRefusedCalls(plan, context.responderArn);
  if (ownCalls.length > 0)
    throw new RefusedError(
      'OwnLockOut',
      `it would refuse your own next calls (${ownCalls.join(', ')}): you could not go on, or undo it`,
      ['Use another identity for this containment'],
    );
  return {
    plan,
    snapshot: {
      format: 1,
      action: action.id,
      target: answerJson(plan.target),
      account: plan.account,
      region: plan.region,
      digest: plan.digest,
      reads: [...reads],
    },
  };
}

/** The earlier of two points in time, ISO 8601. */
const earlier = (one: string, other: string | undefined): string =>
  other !== undefined && Date.parse(other) < Date.parse(one) ? other : one;

/**
 * A target in another account or Region would be looked for here, and perhaps something of the same name would be found.
 * @throws RefusedError `OtherPartition`, `OtherRegion`, `OtherAccount`: a HandOffError where it is known what for.
 */
export function refuseElsewhere(
  target: ResourceRef,
  identity: Pick<Identity, 'account' | 'region'> & Partial<Pick<Identity, 'partition'>>,
  wanted?: { readonly action: Pick<ContainmentAction, 'id' | 'title'>; readonly incident: string },
): void {
  const arn = parseArn(target.arn);
  if (!arn) return;
  if (identity.partition !== undefined && arn.partition !== identity.partition)
    throw new RefusedError(
      'OtherPartition',
      `${target.arn} is in partition ${arn.partition}; these credentials are of ${identity.partition}`,
      ['Use credentials of that partition'],
    );
  if (arn.account && arn.account !== identity.account && wanted)
    throw new HandOffError(
      'OtherAccount',
      `${target.arn} is in account ${arn.account}; these credentials are of ${identity.account}`,
      otherAccountHandOff(wanted.action, target, identity.account, wanted.incident),
    );
  if (arn.account && arn.account !== identity.account)
    throw new RefusedError(
      'OtherAccount',
      `${target.arn} is in account ${arn.account}; these credentials are of ${identity.account}`,
      ['Use credentials of that account'],
    );
  if (arn.region && arn.region !== identity.region)
    throw new RefusedError(
      'OtherRegion',
      `${target.arn} is in ${arn.region}; this session acts in ${identity.region}`,
      [`Use --region ${arn.region}`],
    );
}

type Digested = Pick<Plan, 'action' | 'target' | 'account' | 'region' | 'params' | 'steps' | 'preconditions'>;

/**
 * What is compared at confirm and after undo: the calls with their inputs, the waits, the undo steps, the target's identity and the
 * preconditions. Never texts, and never what moves by itself: see `Volatile`.
 */
export const planDigest = ({ action, target, account, region, params, steps, preconditions }: Digested): string =>
  digestOf({ action, target, account, region, params, steps: steps.flatMap(digested), preconditions });

/** Ids say nothing that the order does not, and volatile steps would shift them. */
function digested(step: Step): readonly object[] {
  if (step.volatile === 'step') return [];
  if (step.kind === 'wait') {
    const { id: _, ...rest } = step;
    return [rest];
  }
  const { name, region } = step.call;
  return [
    {
      kind: 'call',
      call: { name, region, input: steadyInput(step) },
      ...(step.undo ? { undo: step.undo.flatMap(digested) } : {}),
    },
  ];
}

function steadyInput({ call, volatile = [] }: CallStep): object {
  return Object.fromEntries(Object.entries(call.input).filter(([member]) => !volatile.includes(member)));
}

/** One thing that undo restores though it moves by itself, at its value when the plan was approved. */
export interface VolatilePart {
  /** `Tags of sagemaker:CreateEndpoint`. */
  readonly what: string;
  readonly value: Json;
}

/** The volatile parts of a plan's undo: compared after undo and told, never held against it. */
export function volatileParts(plan: Pick<Plan, 'steps'>): readonly VolatilePart[] {
  const undo = plan.steps.flatMap((step) => (step.kind === 'call' ? (step.undo ?? []) : []));
  return undo.flatMap((step): VolatilePart[] => {
    if (step.kind !== 'call' || step.volatile === undefined) return [];
    const { name } = step.call;
    if (step.volatile === 'step') return [{ what: name, value: answerJson(step.call.input) }];
    const input = answerJson(step.call.input) as { readonly [member: string]: Json | undefined };
    return step.volatile.map((member) => ({ what: `${member} of ${name}`, value: input[member] ?? null }));
  });
}
