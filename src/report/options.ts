import type { Predicate } from '../filter/predicate.ts';

/** What whoever asks for a report or an export may choose. */
export interface ReportOptions {
  /** Leaves out what does not match. */
  readonly filter: Predicate;
  /** All events stand in the timeline, not only those that were marked or found. */
  readonly everything: boolean;
  /** IANA name of a zone for a second column of times; `undefined`: UTC alone. */
  readonly zone: string | undefined;
  /** Longest text, UTF-8 bytes; `undefined`: as long as it is. */
  readonly maxBytes: number | undefined;
  /** Epoch ms since when a hand-over tells what changed; `undefined`: since the session before was closed. */
  readonly since: number | undefined;
}

/** The whole incident, as it is by default. */
export const wholeReport: ReportOptions = {
  filter: { type: 'all' },
  everything: false,
  zone: undefined,
  maxBytes: undefined,
  since: undefined,
};
