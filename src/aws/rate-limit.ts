import type { Clock } from '../shared/clock.ts';

/** Who waits: what the operator asked for goes before what runs by itself. */
export type Priority = 'operator' | 'background';

/** Keeps calls within a rate, for each operation and Region by itself. */
export interface RateLimiter {
  /**
   * Resolves when the call may be sent, at once for operations without a limit.
   * @throws The signal's reason, as soon as it aborts; the place in the queue is given up.
   */
  acquire(operation: string, region: string, priority: Priority, signal?: AbortSignal): Promise<void>;
}

interface Waiter {
  readonly go: () => void;
}

/** One bucket of one token that fills at a steady rate: no bursts, so that a colleague's share is never taken. */
class Bucket {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #queues: { readonly [P in Priority]: Set<Waiter> } = { operator: new Set(), background: new Set() };
  #nextAt = Number.NEGATIVE_INFINITY;
  #sleep: AbortController | undefined;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#intervalMs = 1_000 / perSecond;
  }

  acquire(priority: Priority, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const queue = this.#queues[priority];
      const abort = () => {
        queue.delete(waiter);
        // Nobody left: a sleeping timer would keep the process alive.
        if (this.#waiting === 0) this.#sleep?.abort();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        go: () => {
          queue.delete(waiter);
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      queue.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
      if (!this.#sleep) void this.#serve();
    });
  }

  get #waiting(): number {
    return this.#queues.operator.size + this.#queues.background.size;
  }

  /** Runs while someone waits; who is next is decided when the token is there, so a later operator overtakes. */
  async #serve(): Promise<void> {
    while (this.#waiting > 0) {
      const waitMs = this.#nextAt - this.#clock.now();
      if (waitMs > 0) {
        this.#sleep = new AbortController();
        try {
          await this.#clock.sleep(waitMs, this.#sleep.signal);
        } catch {
          // Only our own abort ends the sleep early; whether someone came since is seen by the loop.
        }
        this.#sleep = undefined;
        continue;
      }
      this.#nextAt = this.#clock.now() + this.#intervalMs;
      const [first] = this.#queues.operator.size > 0 ? this.#queues.operator : this.#queues.background;
      first?.go();
    }
  }
}

/** `perSecond` names the operations that have a limit: `{'cloudtrail:LookupEvents': 1}`. */
export function createRateLimiter(clock: Clock, perSecond: { readonly [operation: string]: number }): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    async acquire(operation, region, priority, signal) {
      signal?.throwIfAborted();
      const rate = perSecond[operation];
      if (rate === undefined || !Number.isFinite(rate)) return;
      const key = `${operation} ${region}`;
      const bucket = buckets.get(key) ?? new Bucket(clock, rate);
      buckets.set(key, bucket);
      await bucket.acquire(priority, signal);
    },
  };
}
