import { type Attempts, isProvable, type ProofWatch } from '../policy/proof.ts';
import type { Plan } from './action.ts';
import type { Containment } from './containment.ts';
import { expectations } from './expectations.ts';
import { restrictionsIn } from './restrictions.ts';

/** Calls on the target that fail while the action holds. */
function attemptsOf({ action, target }: Pick<Plan, 'action' | 'target'>): Attempts | undefined {
  const { attempts, orNot } = expectations[action] ?? {};
  return attempts ? { target, actions: attempts, orNot: orNot ?? false } : undefined;
}

/** Whether a refused call can ever prove a plan's effect. */
export const isProvablePlan = (plan: Pick<Plan, 'action' | 'target' | 'steps' | 'account'>): boolean =>
  isProvable({ restrictions: restrictionsIn(plan), attempts: attemptsOf(plan) });

/**
 * What to watch arriving events for, of a containment; `undefined` when nothing can be evidence, nothing was sent, or it was undone. It is
 * watched on when it is proved: a later call that passes contradicts it.
 *
 * @param skewMs How far this machine's clock, by which the journal tells when a call ended, is ahead of AWS's, by which events are.
 */
export function proofWatchOf(containment: Containment, skewMs: number): ProofWatch | undefined {
  const { id, plan, state, steps, verdict } = containment;
  const stands = state === 'written' || state === 'confirmed' || (verdict.contradictedBy ?? null) !== null;
  if (!stands || containment.undo || !isProvablePlan(plan)) return undefined;
  const calls = new Set(plan.steps.flatMap((step) => (step.kind === 'call' ? [step.id] : [])));
  const sent = steps.flatMap(({ id: step, phase, endedAt }) =>
    phase === 'do' && calls.has(step) && endedAt !== undefined ? [endedAt] : [],
  );
  if (sent.length === 0) return undefined;
  return {
    id,
    restrictions: restrictionsIn(plan),
    attempts: attemptsOf(plan),
    writtenAt: Math.min(...sent) - skewMs,
    holdingAt: containment.holdingAt,
  };
}
