import type { AttackStep, Disguise, Goal, Hand } from './attack.ts';
import { tend, type Upkeep } from './upkeep.ts';

/** Rounds in a row in which he got nothing and could do nothing about it before he gives up. */
const roundsBorne = 9;

/** Data that are carried off, object by object. */
export interface TheftPlan {
  readonly objects: readonly { readonly Bucket: string; readonly Key: string }[];
  readonly by: readonly Disguise[];
  /** Pause between two objects, ms of the account's time. */
  readonly everyMs: number;
  /** What he looks after when he gets nothing any more. */
  readonly upkeeps?: readonly Upkeep[];
  readonly endings: Goal['endings'];
}

/** The goal is to have all of them. */
export function theft(plan: TheftPlan): Goal {
  const left = [...plan.objects];
  const has = () => left.length === 0;
  return {
    endings: plan.endings,
    state: () => (has() ? 'has' : 'no'),
    reached: has,
    hold: (hand) => hold(hand, plan, left),
  };
}

/** Takes one after the other; what is refused he comes back for, with new credentials and after putting right what was taken from him. */
async function* hold(
  hand: Hand,
  plan: TheftPlan,
  left: { Bucket: string; Key: string }[],
): AsyncGenerator<number, void> {
  let idle = 0;
  for (let object = left[0]; object; object = left[0]) {
    yield plan.everyMs;
    if (hand.world.story.get().state !== 'running') return;
    hand.listen();
    const outcome = yield* hand.attempt(taking(object, plan.by));
    // What is not there is nothing to come back for.
    if (outcome !== 'refused') {
      left.shift();
      idle = 0;
      continue;
    }
    await hand.renew();
    const mended = yield* tend(hand, plan.upkeeps ?? []);
    idle = mended === 'mended' ? 0 : idle + 1;
    if (idle >= roundsBorne) return;
  }
}

/** One object, as a step. */
export const taking = (
  input: { readonly Bucket: string; readonly Key: string },
  by: readonly Disguise[],
  afterMs = 0,
): AttackStep => ({ phase: 'exfiltration', afterMs, call: 's3:GetObject', input, by });
