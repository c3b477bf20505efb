import type { Clock } from '../shared/clock.ts';

interface Item {
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

/** How long what is due may keep the thread before a request is heard, ms of the machine. */
const turnMs = 4;

/**
 * The one queue of everything that happens by itself in the range: state changes, publications, what the actors do. Items run one after
 * the other in the order of their time, the next one only when the last has ended, so that a story is the same whatever the machine does.
 *
 * The clock runs at rate 1. Speed divides durations, never timestamps: nothing lies in the future.
 */
export class Schedule {
  readonly clock: Clock;
  readonly #speed: number;
  /** Latest first, so that the next item is popped off the end; equal times keep the order in which they came. */
  readonly #items: Item[] = [];
  readonly #stop = new AbortController();
  #wake: AbortController | undefined;
  #current: number | undefined;

  constructor(clock: Clock, speed: number) {
    this.clock = clock;
    this.#speed = speed;
  }

  /** The scheduled time of what runs now, else the clock's. */
  get now(): number {
    return this.#current ?? this.clock.now();
  }

  /** How long something of the simulated world takes here. */
  scaled(ms: number): number {
    return ms / this.#speed;
  }

  /** Runs it at this time, or as soon as possible when that has passed. */
  at(time: number, run: Item['run']): void {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle] as Item).at > time) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, { at: time, run });
    if (low === this.#items.length - 1) this.#wake?.abort();
  }

  /** Runs what is due already. @throws What an item throws: that is a bug of ours. */
  async catchUp(): Promise<void> {
    let since = performance.now();
    for (let next = this.#items.at(-1); next && next.at <= this.clock.now(); next = this.#items.at(-1)) {
      if (performance.now() - since > turnMs) {
        // A range that is behind answers all the same.
        await new Promise(setImmediate);
        since = performance.now();
        if (next !== this.#items.at(-1)) continue;
      }
      this.#items.pop();
      this.#current = next.at;
      try {
        await next.run();
      } finally {
        this.#current = undefined;
      }
    }
  }

  /** Runs until `stop`. @throws What an item throws. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.catchUp();
      } catch (error) {
        // An actor whose connection is cut by the end of the range is no bug.
        if (this.#stop.signal.aborted) return;
        throw error;
      }
      const next = this.#items.at(-1);
      this.#wake = new AbortController();
      // An earlier item or the end interrupts the sleep; the next turn of the loop sees both.
      await this.clock
        .sleep(
          next ? Math.max(0, next.at - this.clock.now()) : 60_000,
          AbortSignal.any([this.#wake.signal, this.#stop.signal]),
        )
        .catch(() => undefined);
      this.#wake = undefined;
    }
  }

  stop(): void {
    this.#items.length = 0;
    this.#stop.abort();
  }
}
