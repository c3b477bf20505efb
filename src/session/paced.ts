import { type Clock, ticksOf } from '../shared/clock.ts';

/** The longest that work rests for having taken long. */
const longestRestMs = 5_000;

/**
 * Work that follows changes: one run at a time, at most so often, and once more when a change came meanwhile. Until `ending`.
 * @returns What is called at each change.
 */
export function paced(parts: {
  readonly atMostEveryMs: number;
  /** Rests so many times what it took, where that is longer: what keeps a thread busy that others ask too. */
  readonly restShare?: number;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  work(): Promise<void>;
  failed(error: unknown): void;
}): () => void {
  const { atMostEveryMs, restShare = 0, clock, ending } = parts;
  let isBusy = false;
  let again = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  let restMs = atMostEveryMs;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    isBusy = true;
    const from = ticksOf(clock);
    try {
      await parts.work();
    } catch (error) {
      // The session ends, or the store's thread died and begins anew: the next change asks again.
      if (!ending.aborted && !(error instanceof Error && error.name === 'AbortError')) parts.failed(error);
    } finally {
      isBusy = false;
      endedAt = ticksOf(clock);
      restMs = Math.max(atMostEveryMs, Math.min(longestRestMs, restShare * (endedAt - from)));
      if (again) {
        again = false;
        soon();
      }
    }
  }

  function soon(): void {
    if (ending.aborted) return;
    if (isBusy) {
      again = true;
      return;
    }
    timer ??= setTimeout(
      () => {
        timer = undefined;
        void run();
      },
      Math.max(0, endedAt + restMs - ticksOf(clock)),
    ).unref();
  }

  ending.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return soon;
}
