import type { Json } from '../shared/json.ts';

/** Anything worth keeping: a decision, a call about to be made, its result. `type` says which members follow. */
export interface JournalEntry {
  readonly type: string;
  readonly [member: string]: Json | undefined;
}

/** One line of `journal.jsonl`. `hash` is SHA-256 over `prev`, a line feed, and the line's JSON without `hash`. */
export interface JournalLine {
  readonly format: 1;
  /** Counts from 1. */
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `hash` of the line before; 64 zeros for the first. */
  readonly prev: string;
  readonly entry: JournalEntry;
  readonly hash: string;
}

/** What we did and decided, append-only and hash-chained. `append` returns when the line is on the disk (fsync). */
export interface Journal {
  readonly path: string;
  /** What stood in the file when it was opened, and all that was appended since. */
  readonly lines: readonly JournalLine[];
  append(entry: JournalEntry): Promise<JournalLine>;
  close(): Promise<void>;
}
