import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../src/shared/clock.ts';
import { ManualClock } from './manual-clock.ts';

/** The most, ms, that one turn of the event loop counts. */
const mostPerTurn = 12;

/**
 * A clock that goes with the machine's as long as the machine keeps up, and waits where it is held up: on a busy one the story that is played
 * a hundred times faster than real would be over before the responder has read his first page.
 */
export function patientClock(): { readonly clock: Clock; stop(): void } {
  const clock = new ManualClock(Date.now());
  let stopped = false;
  const run = async () => {
    for (let last = performance.now(); !stopped; ) {
      await pause(2);
      const now = performance.now();
      await clock.advance(Math.min(now - last, mostPerTurn));
      last = now;
    }
  };
  void run();
  return {
    clock,
    stop() {
      stopped = true;
    },
  };
}
