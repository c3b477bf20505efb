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

/** Entries of one lane within a stretch of time: those from index `first` to before `last`. */
export interface TrackWindow {
  readonly entries: Float64Array;
  readonly first: number;
  readonly last: number;
  readonly findings: readonly { readonly at: number; readonly severity: number }[];
}

/** What happened in one lane, sorted by time when it is asked for: events come in any order. */
export class LaneTrack {
  #entries = new Float64Array(64);
  #size = 0;
  #sorted = true;
  /** Events that name a role and are by it come by both ways. */
  readonly #twice = new Set<number>();
  #states: LaneState[] = [];
  #statesSorted = true;
  readonly #findings = new Map<number, number>();

  get size(): number {
    return this.#size;
  }

  /** @param id The event's row. */
  add(id: number, entry: number): void {
    if (packed.isChange(entry)) {
      // Changes are few, and are counted one by one; of reads nobody sees whether there were four or five.
      if (this.#twice.has(id)) return;
      this.#twice.add(id);
    }
    if (this.#size === this.#entries.length) {
      const more = new Float64Array(this.#size * 2);
      more.set(this.#entries);
      this.#entries = more;
    }
    if (this.#size > 0 && entry < this.#entries[this.#size - 1]!) this.#sorted = false;
    this.#entries[this.#size] = entry;
    this.#size += 1;
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

  within(from: number, to: number): TrackWindow {
    if (!this.#sorted) {
      this.#entries.subarray(0, this.#size).sort();
      this.#sorted = true;
    }
    const findings: { at: number; severity: number }[] = [];
    for (const [second, severity] of this.#findings)
      if (second * 1_000 >= from && second * 1_000 < to) findings.push({ at: second * 1_000, severity });
    return {
      entries: this.#entries,
      first: this.#firstFrom(packed.first(from)),
      last: this.#firstFrom(packed.first(to)),
      findings,
    };
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

  #firstFrom(entry: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]! >= entry) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
