import { roomOf } from '../shared/own-pages.ts';

/**
 * Row ids of a filtered view in shared memory, oldest first: the query worker writes, the UI thread reads without asking. The first
 * search goes from the newest event downwards, so the list grows at both ends. It begins small: every letter of a filter is a view, most of them
 * find little, and shared memory that is let go is freed once both threads have collected their garbage.
 *
 * A late event is put in its place by moving what lies behind it. That is guarded by a sequence number: odd while the list changes, and a
 * reader that sees another number afterwards reads again.
 */
const headerBytes = 32;
const sequence = 0;
const start = 1;
const end = 2;
const complete = 3;
const searched = 4;
/** Rows that there is room for at first, before and behind. */
const firstRoom = 1_024;
/** Shares are kept as whole numbers. */
const whole = 10_000;

const sharedRoom = (rows: number): SharedArrayBuffer => {
  const bytes = headerBytes + rows * 4;
  return new SharedArrayBuffer(bytes, roomOf(bytes));
};
const timesRoom = (rows: number): Float64Array<ArrayBuffer> =>
  new Float64Array(new ArrayBuffer(rows * 8, roomOf(rows * 8)), 0, rows);

/** The reading side. */
export class RowListReader {
  readonly #header: Int32Array;
  readonly #ids: Uint32Array;

  constructor(shared: SharedArrayBuffer) {
    this.#header = new Int32Array(shared, 0, headerBytes / 4);
    this.#ids = new Uint32Array(shared, headerBytes);
  }

  /** Whether the first search has ended, so that `length` is the number of events in the view. */
  get isComplete(): boolean {
    return Atomics.load(this.#header, complete) === 1;
  }

  /** How much of the time that the events cover the first search has looked at, from 0 to 1. */
  get searched(): number {
    return Atomics.load(this.#header, searched) / whole;
  }

  /** Lets `use` look at a state of the list that did not change meanwhile. `use` may run more than once. */
  read<Result>(use: (ids: Uint32Array) => Result): Result {
    for (let attempt = 0; ; attempt++) {
      const before = Atomics.load(this.#header, sequence);
      // Changing takes microseconds; a writer that was killed in the middle must not hold the reader for ever.
      if (before % 2 !== 0 && attempt < 1_000_000) continue;
      const result = use(this.#ids.subarray(Atomics.load(this.#header, start), Atomics.load(this.#header, end)));
      if (Atomics.load(this.#header, sequence) === before || attempt >= 1_000_000) return result;
    }
  }
}

/** The writing side: one thread only. */
export class RowList {
  #shared: SharedArrayBuffer;
  #header: Int32Array;
  #ids: Uint32Array;
  /** Times of the same rows, for finding a late event's place. */
  #ats: Float64Array;

  constructor() {
    const room = 2 * firstRoom;
    this.#shared = sharedRoom(room);
    this.#header = new Int32Array(this.#shared, 0, headerBytes / 4);
    this.#ids = new Uint32Array(this.#shared, headerBytes);
    this.#ats = timesRoom(room);
    this.#header[start] = firstRoom;
    this.#header[end] = firstRoom;
  }

  /** Another object after room had to be made. */
  get shared(): SharedArrayBuffer {
    return this.#shared;
  }

  get length(): number {
    return this.#header[end]! - this.#header[start]!;
  }

  /** Adds rows of the first search, each older than all before. */
  addOlder(rows: readonly { readonly id: number; readonly at: number }[]): void {
    if (rows.length > this.#header[start]!)
      this.#makeRoom(this.length + rows.length, this.#ids.length - this.#header[end]!);
    let first = this.#header[start]!;
    for (const { id, at } of rows) {
      first -= 1;
      this.#ids[first] = id;
      this.#ats[first] = at;
    }
    // Readers see whole rows only: the ids are there before the list says so.
    Atomics.store(this.#header, start, first);
  }

  /** @param share See the reader's `searched`. */
  setSearched(share: number): void {
    Atomics.store(this.#header, searched, Math.floor(Math.max(0, Math.min(1, share)) * whole));
  }

  setComplete(): void {
    Atomics.store(this.#header, complete, 1);
  }

  /** Adds rows that arrived since, sorted by time and row; they may belong between older ones. */
  add(rows: readonly { readonly id: number; readonly at: number }[]): void {
    if (rows.length === 0) return;
    if (this.#header[end]! + rows.length > this.#ids.length)
      this.#makeRoom(this.#header[start]!, this.length + rows.length);
    const first = this.#header[start]!;
    let last = this.#header[end]!;
    const isBehind = (index: number, row: { readonly id: number; readonly at: number }) =>
      this.#ats[index]! > row.at || (this.#ats[index] === row.at && this.#ids[index]! > row.id);
    const appended = last === first || !isBehind(last - 1, rows[0]!);
    if (!appended) Atomics.add(this.#header, sequence, 1);
    // Merged from the back, so that each row is moved once.
    let into = last + rows.length - 1;
    for (let next = rows.length - 1; next >= 0; next--) {
      const row = rows[next]!;
      while (last > first && isBehind(last - 1, row)) {
        last -= 1;
        this.#ids[into] = this.#ids[last]!;
        this.#ats[into] = this.#ats[last]!;
        into -= 1;
      }
      this.#ids[into] = row.id;
      this.#ats[into] = row.at;
      into -= 1;
    }
    Atomics.add(this.#header, end, rows.length);
    if (!appended) Atomics.add(this.#header, sequence, 1);
  }

  /** Moves the list to where there is room for so many rows before and behind it. */
  #makeRoom(before: number, behind: number): void {
    const [first, last] = [this.#header[start]!, this.#header[end]!];
    const room = before + (last - first) + behind;
    const shared = sharedRoom(room);
    const header = new Int32Array(shared, 0, headerBytes / 4);
    header.set(this.#header);
    header[start] = before;
    header[end] = before + (last - first);
    const ids = new Uint32Array(shared, headerBytes);
    ids.set(this.#ids.subarray(first, last), before);
    const ats = timesRoom(room);
    ats.set(this.#ats.subarray(first, last), before);
    this.#shared = shared;
    this.#header = header;
    this.#ids = ids;
    this.#ats = ats;
  }
}
