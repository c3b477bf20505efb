/** Time as a replaceable service, so that tests turn it by hand. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Ms since some moment: it never jumps, as the time of day does when somebody sets it. Absent: `now` does not jump either. */
  ticks?(): number;
  /** @throws The signal's reason, as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** For how long something has been going on is read from this, never from the time of day. Ms. */
export const ticksOf = (clock: Pick<Clock, 'now' | 'ticks'>): number => clock.ticks?.() ?? clock.now();

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};

/**
 * A clock for intervals: it says the time of day as it was when it was made and what has passed since, whatever is done to the time of day.
 * What is due in a second must not come an hour later because somebody has set the machine's clock back.
 */
export function steadyClock(clock: Clock): Clock {
  const begun = clock.now() - ticksOf(clock);
  return {
    now: () => begun + ticksOf(clock),
    ticks: () => ticksOf(clock),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
