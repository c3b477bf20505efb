import type { WriteCall } from '../aws/aws.ts';
import type { ActionPlan, CallStep, Plan, StateCheck, Step, Volatile, WaitStep } from './action.ts';
import { memberOf } from './state-check.ts';

/** A call with what undoes it. `planWith` numbers it. */
export const call = (
  write: WriteCall,
  more: { readonly undo?: readonly Step[]; readonly volatile?: Volatile } = {},
): CallStep => ({ id: '', kind: 'call', call: write, ...more });

/** Half an hour: what AWS's own waiters for endpoints and notebooks allow (30 s × 60). */
const waiterMs = 30 * 60_000;

/** A wait of at most half an hour. `planWith` numbers it. */
export const wait = (why: string, check: StateCheck, more: { readonly volatile?: 'step' } = {}): WaitStep => ({
  id: '',
  kind: 'wait',
  why,
  check,
  atMostMs: waiterMs,
  ...more,
});

/** A plan without steps: it is so already, or there is nothing. `summary` says which. */
export const nothingToSend = (summary: string): ActionPlan => ({
  summary,
  impact: 'Nothing is sent.',
  evidenceLost: [],
  notRestored: [],
  steps: [],
  preconditions: [],
});

/** Ids from `1`, in each undo list by itself. */
export const numbered = (steps: readonly Step[]): readonly Step[] =>
  steps.map((step, at) => ({
    ...step,
    id: String(at + 1),
    ...(step.kind === 'call' && step.undo ? { undo: numbered(step.undo) } : {}),
  }));

/** The calls among the steps, in order. */
export const callsOf = (steps: readonly Step[]): readonly WriteCall[] =>
  steps.flatMap((step) => (step.kind === 'call' ? [step.call] : []));

/** What undo runs, last call first: the `undo` of each call that was sent, numbered from `1`. Without `sent`: as if all were. */
export function undoSteps(plan: Pick<Plan, 'steps'>, sent?: ReadonlySet<string>): readonly Step[] {
  const undone = plan.steps.flatMap((step) =>
    step.kind === 'call' && step.undo && (sent?.has(step.id) ?? true) ? [step.undo] : [],
  );
  return numbered(undone.reverse().flat());
}

/** The wait that follows a call and watches the same resource: what its read asks for stands in the call's input too. */
export function waitAfter(steps: readonly Step[], at: number): WaitStep | undefined {
  const step = steps[at];
  if (step?.kind !== 'call') return undefined;
  const input: object = step.call.input;
  return steps
    .slice(at + 1)
    .find(
      (next): next is WaitStep =>
        next.kind === 'wait' &&
        Object.entries(next.check.read.input).every(([member, value]) => memberOf(input, member) === value),
    );
}
