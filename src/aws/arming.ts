import { RefusedError } from '../model/errors.ts';
import { type Clock, ticksOf } from '../shared/clock.ts';
import { canonicalJson } from '../shared/json.ts';
import type { Arming, Permit, WriteCall } from './aws.ts';

/** How long the session stays armed, ms. */
export const leaseMs = 15 * 60_000;

/** The arming lease and the memory of what was confirmed under it. The writer asks `holds`; nobody else needs it. */
export interface ArmingLease extends Arming {
  /** Whether the permit was made here and holds this very call: same operation, same input, same Region. */
  holds(permit: Permit, call: WriteCall): boolean;
}

/** Starts disarmed. With `readOnly` it stays so: `arm` and `confirm` throw RefusedError `ReadOnly`. */
export function createArming({
  clock,
  readOnly = false,
}: {
  readonly clock: Clock;
  readonly readOnly?: boolean;
}): ArmingLease {
  let until: number | undefined;
  /** The same by the clock that never jumps: the time of day may be set back, and a lease must not grow by that. */
  let untilTicks = 0;
  // The text of each call as it was confirmed: neither a forged permit nor one that was changed afterwards passes.
  const confirmed = new WeakMap<Permit, ReadonlySet<string>>();
  const refuseReadOnly = () => {
    if (readOnly) {
      throw new RefusedError('ReadOnly', 'the session is read-only', ['Start Firebreak without --read-only']);
    }
  };
  const armedUntil = () => {
    const leftMs = untilTicks - ticksOf(clock);
    if (until !== undefined && (clock.now() >= until || leftMs <= 0)) until = undefined;
    // In the time of day as it is now.
    return until === undefined ? undefined : Math.min(until, clock.now() + leftMs);
  };
  return {
    armedUntil,
    arm() {
      refuseReadOnly();
      until = clock.now() + leaseMs;
      untilTicks = ticksOf(clock) + leaseMs;
      return until;
    },
    disarm() {
      until = undefined;
    },
    confirm(planDigest, calls) {
      refuseReadOnly();
      if (armedUntil() === undefined) {
        throw new RefusedError('NotArmed', 'the session is not armed: nothing was sent', [
          'Arm with A (console) or --arm (command line)',
        ]);
      }
      const texts = calls.map((call) => canonicalJson(call));
      const permit: Permit = Object.freeze({
        planDigest,
        calls: Object.freeze(texts.map((text) => JSON.parse(text) as WriteCall)),
      });
      confirmed.set(permit, new Set(texts));
      return permit;
    },
    holds: (permit, call) => confirmed.get(permit)?.has(canonicalJson(call)) ?? false,
  };
}
