import type { Clock } from '../shared/clock.ts';

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/**
 * A clock that stands until it is turned. `advance` lets each sleeper wake at its own time and waits until it sleeps again, so that a whole
 * story runs in order without waiting for it.
 */
export class TurnedClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();
  #asleep: (() => void) | undefined;

  constructor(now = Date.UTC(2026, 10, 23, 20, 0, 0)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const sleeper = {
        until: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
      this.#asleep?.();
    });
  }

  /** One thing sleeps on this clock: the range's queue, which always comes back to it. */
  async #idle(): Promise<void> {
    while (this.#sleepers.size === 0)
      await new Promise<void>((resolve) => {
        this.#asleep = resolve;
      });
    // An earlier item may just be replacing the sleep.
    await new Promise(setImmediate);
    if (this.#sleepers.size === 0) await this.#idle();
  }

  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    for (;;) {
      await this.#idle();
      const [next] = [...this.#sleepers].sort((a, b) => a.until - b.until);
      if (!next || next.until > target) break;
      this.#now = next.until;
      next.wake();
    }
    this.#now = target;
  }
}
