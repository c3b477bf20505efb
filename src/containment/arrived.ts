import type { WriteCall } from '../aws/aws.ts';
import { AwsCallError, RefusedError } from '../model/errors.ts';
import { canonicalJson } from '../shared/json.ts';
import type { CallStep, Plan, Step } from './action.ts';
import type { Doors } from './doors.ts';
import { look } from './state-check.ts';
import { callsOf, waitAfter } from './step.ts';

/** A call of which no answer came, where it stands. */
export interface Unanswered {
  readonly steps: readonly Step[];
  readonly at: number;
  readonly phase: 'do' | 'undo';
  /** The plan that was approved. */
  readonly plan: Plan;
  /** Plans the same action again; reads only. */
  replan(): Promise<Plan>;
}

const same = (one: WriteCall, other: WriteCall) =>
  canonicalJson([one.name, one.input]) === canonicalJson([other.name, other.input]);

/**
 * Whether a call that "may have happened" did, as far as AWS tells. The wait that follows it knows what its effect looks like; without
 * one, a new plan does: it no longer holds a call that has been done. Sends nothing.
 */
export async function arrived(
  call: WriteCall,
  { steps, at, phase, plan, replan }: Unanswered,
  { aws }: Pick<Doors, 'aws'>,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'unknown'> {
  try {
    const watch = waitAfter(steps, at);
    // An update ends in the state it started from: looking at it says nothing.
    if (watch && !/:Update/.test(call.name)) {
      const { state } = await look(aws, watch.check, signal);
      return state === 'reached' || state === 'under-way' ? 'yes' : state === 'hopeless' ? 'unknown' : 'no';
    }
    const now = callsOf((await replan()).steps);
    if (phase === 'do') return now.some((one) => same(one, call)) ? 'no' : 'yes';
    // What it undoes could be done again, if it arrived. Of several calls that undo one together, one alone tells nothing.
    const undone = plan.steps.find(
      (step): step is CallStep => step.kind === 'call' && callsOf(step.undo ?? []).some((one) => same(one, call)),
    );
    if (undone && callsOf(undone.undo ?? []).length === 1) {
      if (now.some((one) => same(one, undone.call))) return 'yes';
      return now.some(({ name }) => name === undone.call.name) ? 'unknown' : 'no';
    }
    // Undone: what was done could be done again.
    const before = callsOf(plan.steps);
    if (before.length > 0 && before.every((one) => now.some((again) => same(again, one)))) return 'yes';
    return now.length === 0 ? 'no' : 'unknown';
  } catch (error) {
    if (error instanceof AwsCallError || error instanceof RefusedError) return 'unknown';
    throw error;
  }
}
