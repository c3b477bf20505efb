import { type Clock, ticksOf } from '../shared/clock.ts';

/**
 * Work that follows changes: one run at a time, at most so often, and once more when a change came meanwhile. Until `ending`.
 * @returns What is called at each change.
 */
export function paced(parts: {
  readonly atMostEveryMs: number;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  work(): Promise<void>;
  failed(error: unknown): void;
}): () => void {
  const { atMostEveryMs, clock, ending } = parts;
  let isBusy = false;
  let again = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    isBusy = true;
    try {
      await parts.work();
    } catch (error) {
      // The session ends, or the store's thread died and begins anew: the next change asks again.
      if (!ending.aborted && !(error instanceof Error && error.name === 'AbortError')) parts.failed(error);
    } finally {
      isBusy = false;
      endedAt = ticksOf(clock);
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
      Math.max(0, endedAt + atMostEveryMs - ticksOf(clock)),
    ).unref();
  }

  ending.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return soon;
}
