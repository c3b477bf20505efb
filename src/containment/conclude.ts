import { AwsCallError, RefusedError } from '../model/errors.ts';
import { canonicalJson } from '../shared/json.ts';
import type { ActionContext, Check, ContainmentAction, Plan } from './action.ts';
import type { Effect } from './containment.ts';
import type { Doors } from './doors.ts';
import { planDigest, volatileParts } from './plan.ts';
import { planDifference } from './plan-text.ts';
import { isGone } from './state-check.ts';

/** Pauses before the looks that decide *written*, ms: AWS's own reads lag a little behind its writes. */
const looksMs = [0, 1_000, 2_000, 5_000] as const;

/** What a look found out. */
export interface Conclusion {
  readonly effect: Effect;
  readonly checks: readonly (Check & { readonly at: number })[];
}

/** Whether the checks hold; those that settle later count only when `settled`. */
export const allHold = (checks: readonly Check[], settled: boolean): boolean =>
  checks.length > 0 && checks.every(({ holds, settles }) => holds || (settles && !settled));

/** What reading back needs: AWS's time, and what actions are given, which is asked for anew each time. */
export interface ReadBack {
  readonly aws: Pick<ActionContext['aws'], 'now'>;
  context(): Promise<ActionContext>;
}

/** Reads back once. `unknown`: AWS did not tell, or not even who asks: credentials run out in mid-run, too. */
export async function readBack(
  action: ContainmentAction,
  plan: Plan,
  { aws, context }: ReadBack,
  settled: boolean,
): Promise<Conclusion> {
  const at = aws.now();
  try {
    const checks = (await action.verify(plan.target, await context())).map((check) => ({ ...check, at }));
    return { effect: allHold(checks, settled) ? (settled ? 'holding' : 'written') : 'absent', checks };
  } catch (error) {
    // What it was for is not there any more: an answer, and not the one wanted.
    if (error instanceof RefusedError || isGone(error))
      return { effect: 'absent', checks: [{ what: 'read it back', holds: false, why: (error as Error).message, at }] };
    if (!(error instanceof AwsCallError)) throw error;
    return { effect: 'unknown', checks: [{ what: 'read it back', holds: false, why: error.message, at }] };
  }
}

/** Reads back until it is *written*, for a few seconds. */
export async function confirmWritten(
  action: ContainmentAction,
  plan: Plan,
  read: ReadBack,
  { clock, pace }: Pick<Doors, 'clock' | 'pace'>,
): Promise<Conclusion> {
  let found: Conclusion = { effect: 'unknown', checks: [] };
  for (const ms of looksMs) {
    if (ms > 0) await clock.sleep(pace(ms));
    found = await readBack(action, plan, read, false);
    if (found.effect === 'written') return found;
  }
  return found;
}

/** The plan without the calls that nothing undoes. */
const undoable = (plan: Plan): Plan => ({
  ...plan,
  steps: plan.steps.filter((step) => step.kind === 'wait' || step.undo !== undefined),
});

/**
 * Proves an undo by planning again: the same plan means that the world is as it was. What moves by itself is told beside it and never
 * held against it.
 */
export async function proveUndone(
  plan: Plan,
  replan: () => Promise<Plan>,
  aws: Pick<ActionContext['aws'], 'now'>,
  { clock, pace }: Pick<Doors, 'clock' | 'pace'>,
): Promise<Conclusion> {
  let found: Conclusion = { effect: 'unknown', checks: [] };
  for (const ms of looksMs) {
    if (ms > 0) await clock.sleep(pace(ms));
    try {
      const again = await replan();
      // A call without undo is not put back, and the plan said so: it proves nothing.
      const equal = again.digest === plan.digest || planDigest(undoable(again)) === planDigest(undoable(plan));
      const at = aws.now();
      found = {
        effect: equal ? 'written' : 'absent',
        checks: [
          {
            what: `${plan.target.name} is as it was: planning again gives the same plan`,
            holds: equal,
            why: equal ? plan.digest : planDifference(plan, again).join('; ') || `another digest: ${again.digest}`,
            at,
          },
          ...drift(plan, again).map((why) => ({ what: 'what moves by itself', holds: true, why, at })),
        ],
      };
      if (equal) return found;
    } catch (error) {
      if (!(error instanceof AwsCallError) && !(error instanceof RefusedError)) throw error;
      found = { effect: 'unknown', checks: [{ what: 'plan again', holds: false, why: error.message, at: aws.now() }] };
    }
  }
  return found;
}

/** Volatile parts that differ now from what undo put back, a phrase each. */
function drift(before: Plan, now: Plan): readonly string[] {
  const current = volatileParts(now);
  return volatileParts(before).flatMap(({ what, value }, at) => {
    const other = current[at]?.what === what ? current[at]?.value : undefined;
    return other === undefined || canonicalJson(other) === canonicalJson(value)
      ? []
      : [`${what}: put back ${canonicalJson(value)}, now ${canonicalJson(other)}`];
  });
}
