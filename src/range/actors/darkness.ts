import type { Disguise, Goal } from './attack.ts';
import { tend } from './upkeep.ts';

const watchMs = 30_000;
const roundsBorne = 9;

/** A trail that does not log. */
export interface DarknessPlan {
  readonly trail: string;
  readonly by: readonly Disguise[];
  /** How long it must not log, all in all, ms of the account's time. */
  readonly darkMs: number;
  readonly endings: Goal['endings'];
}

/** The goal is that what happens is not recorded, for some time. */
export function darkness(plan: DarknessPlan): Goal {
  let dark = 0;
  return {
    endings: plan.endings,
    state: ({ trail }) => (trail.state?.logging === false ? 'has' : 'no'),
    reached({ trail }, everyMs) {
      if (trail.state?.logging === false) dark += everyMs;
      return dark >= plan.darkMs;
    },
    /** Switches it off whenever it is on. */
    async *hold(hand) {
      const Name = plan.trail;
      const step = (call: string) => ({ phase: 'defence evasion', afterMs: 0, call, input: { Name }, by: plan.by });
      const upkeep = {
        look: step('cloudtrail:GetTrailStatus'),
        mend: (seen: unknown) =>
          typeof seen === 'object' && (seen as { IsLogging?: unknown }).IsLogging === false
            ? []
            : [{ ...step('cloudtrail:StopLogging'), afterMs: 6_000 }],
      };
      for (let refused = 0; refused < roundsBorne; ) {
        yield watchMs;
        if (hand.world.story.get().state !== 'running') return;
        const outcome = yield* tend(hand, [upkeep]);
        if (outcome === 'refused') await hand.renew();
        refused = outcome === 'refused' ? refused + 1 : 0;
      }
    },
  };
}
