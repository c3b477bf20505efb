import type { Members } from '../operation.ts';
import type { AttackStep, Hand } from './attack.ts';

/** Something that the attacker keeps as he wants it. */
export interface Upkeep {
  /** How he looks whether it is still so. */
  readonly look: AttackStep;
  /** What he does about what he saw, in this order; nothing while it is as he wants it, or on its way there. */
  mend(seen: Members | 'refused' | 'gone'): readonly AttackStep[];
}

/**
 * Looks after each in turn.
 *
 * @returns `refused` when something was to be mended and nothing that he tried was let through.
 */
export async function* tend(
  hand: Hand,
  upkeeps: readonly Upkeep[],
): AsyncGenerator<number, 'fine' | 'mended' | 'refused'> {
  let tried = 0;
  let done = 0;
  for (const { look, mend } of upkeeps) {
    for (const step of mend(await hand.ask(look))) {
      if (hand.world.story.get().state !== 'running') return 'refused';
      yield step.afterMs;
      tried += 1;
      if ((yield* hand.attempt(step)) === 'done') done += 1;
    }
  }
  return tried === 0 ? 'fine' : done > 0 ? 'mended' : 'refused';
}
