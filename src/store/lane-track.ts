import type { LaneState } from '../model/lane.ts';

/** Reported states that are kept of one lane; more than a screen of the widest window tells apart. */
const mostStates = 5_000;

const changeBit = 1;
const failedBit = 2;
const oursBit = 4;
const flags = 8;
const mostActions = 4_096;

/** An event in one number that sorts by time: seconds, action, flags. Exact: 32 + 12 + 3 bits. */
export const packed = {
  mostActions,
  of: (at: number, isChange: boolean, isFailed: boolean, isOurs: boolean, action: number): number =>
    (Math.floor(at / 1_000) * mostActions + action) * flags +
    (isChange ? changeBit : 0) +
    (isFailed ? failedBit : 0) +
    (isOurs ? oursBit : 0),
  /** The smallest entry of a second. */
  first: (at: number): number => Math.ceil(at / 1_000) * mostActions * flags,
  seconds: (entry: number): number => Math.floor(entry / (mostActions * flags)),
  action: (entry: number): number => Math.floor(entry / flags) % mostActions,
  isChange: (entry: number): boolean => ((entry % flags) & changeBit) !== 0,
  isFailed: (entry: number): boolean => ((entry % flags) & failedBit) !== 0,
  isOurs: (entry: number): boolean => ((entry % flags) & oursBit) !== 0,
} as const;

/** The state that the sentence about a state change names; empty when it names none. Names of SageMaker hold no blanks. */
export function reportedStatus(summary: string): string {
  const [, now] = / is now ([A-Za-z]+)/.exec(summary) ?? [];
  if (now !== undefined) return now;
  const [, state] = /^(?:MLflow )?Tracking Server \S+: ([A-Za-z ]+)/i.exec(summary) ?? [];
  return state?.trim() ?? '';
}

/** Numbers in order of their size when they are looked at, added in any order. */
class SortedNumbers {
  #numbers = new Float64Array(64);
  #isSorted = true;
  size = 0;

  add(number: number): void {
    if (this.size === this.#numbers.length) {
      const more = new Float64Array(this.size * 2);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    if (this.size > 0 && number < this.#numbers[this.size - 1]!) this.#isSorted = false;
    this.#numbers[this.size] = number;
    this.size += 1;
  }

  /** Index of the first that is not smaller. */
  firstFrom(number: number): number {
    if (!this.#isSorted) this.#numbers.subarray(0, this.size).sort();
    this.#isSorted = true;
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#numbers[middle]! >= number) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Valid until the next is added. */
  between(from: number, to: number): Float64Array {
    const first = this.firstFrom(from);
    return this.#numbers.subarray(first, Math.max(first, this.firstFrom(to)));
  }
}

/**
 * What happened in one lane. Reads that went well, nearly all events, are only counted, between the edges of columns; what changed something or failed
 * is looked at one by one.
 */
export class LaneTrack {
  /** Epoch seconds. */
  readonly #reads = new SortedNumbers();
  /** `packed`. */
  readonly #marks = new SortedNumbers();
  /** Events that name a role and are by it come by both ways. */
  readonly #twice = new Set<number>();
  #states: LaneState[] = [];
  #statesSorted = true;
  readonly #findings = new Map<number, number>();

  get size(): number {
    return this.#reads.size + this.#marks.size;
  }

  /** @param id The event's row. */
  add(id: number, entry: number): void {
    if (!packed.isChange(entry) && !packed.isFailed(entry)) {
      // Of reads nobody sees whether there were four or five.
      this.#reads.add(packed.seconds(entry));
      return;
    }
    if (this.#twice.has(id)) return;
    this.#twice.add(id);
    this.#marks.add(entry);
  }

  addState(at: number, status: string): void {
    const last = this.#states.at(-1);
    if (last && at < last.at) this.#statesSorted = false;
    this.#states.push({ at, status });
    if (this.#states.length < 2 * mostStates) return;
    this.#sortStates();
    this.#states = this.#states.slice(-mostStates);
  }

  /** The worst of a second is kept. */
  addFinding(at: number, severity: number): void {
    const second = Math.floor(at / 1_000);
    this.#findings.set(second, Math.max(severity, this.#findings.get(second) ?? 0));
  }

  forgetFindings(): void {
    this.#findings.clear();
  }

  /** Reads that went well, from a time to before another. Epoch ms. */
  reads(from: number, to: number): number {
    return Math.max(0, this.#reads.firstFrom(Math.ceil(to / 1_000)) - this.#reads.firstFrom(Math.ceil(from / 1_000)));
  }

  /** What changed something or failed, oldest first, as `packed`. */
  marks(from: number, to: number): Float64Array {
    return this.#marks.between(packed.first(from), packed.first(to));
  }

  findings(from: number, to: number): readonly { readonly at: number; readonly severity: number }[] {
    const found: { at: number; severity: number }[] = [];
    for (const [second, severity] of this.#findings)
      if (second * 1_000 >= from && second * 1_000 < to) found.push({ at: second * 1_000, severity });
    return found;
  }

  /** The states within, and the one that held at the beginning. */
  states(from: number, to: number): readonly LaneState[] {
    this.#sortStates();
    const first = this.#states.findLastIndex(({ at }) => at <= from);
    return this.#states.slice(Math.max(0, first)).filter(({ at }) => at < to);
  }

  #sortStates(): void {
    if (!this.#statesSorted) this.#states.sort((a, b) => a.at - b.at);
    this.#statesSorted = true;
  }
}
