import type { Clock } from '../shared/clock.ts';
import { type Observable, observable } from '../shared/observable.ts';
import type { TailMeter } from './tail-hub.ts';

const minuteMs = 60_000;

/**
 * Counts open sessions and their minutes, each begun one whole, as the bill may. Told at every start and end, and when a minute begins.
 */
export interface RunningMeter {
  readonly meter: Observable<TailMeter>;
  /** @returns Ends the counting of this session. */
  start(): () => void;
}

/** Nothing is counted and nothing sleeps before the first `start`. */
export function createTailMeter(clock: Clock): RunningMeter {
  const meter = observable<TailMeter>({ openSessions: 0, minutes: 0 });
  let openSessions = 0;
  let minutes = 0;
  const tell = () => meter.set({ openSessions, minutes });
  return {
    meter,
    start() {
      const ending = new AbortController();
      openSessions += 1;
      const count = async () => {
        while (!ending.signal.aborted) {
          minutes += 1;
          tell();
          // Ended sessions begin no further minute.
          await clock.sleep(minuteMs, ending.signal).catch(() => undefined);
        }
      };
      void count();
      return () => {
        if (ending.signal.aborted) return;
        ending.abort();
        openSessions -= 1;
        tell();
      };
    },
  };
}
