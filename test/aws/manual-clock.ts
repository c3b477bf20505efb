import type { Clock } from '../../src/shared/clock.ts';

/** A clock that the test turns by hand. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes who slept until then, in order; lets every continuation run before it returns. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

export function createManualClock(start = Date.UTC(2026, 10, 23, 20, 0)): ManualClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleepers: () => timers.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const timer = { at: now + ms, wake: resolve };
        timers.add(timer);
        signal?.addEventListener('abort', () => {
          timers.delete(timer);
          reject(signal.reason);
        });
      }),
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
