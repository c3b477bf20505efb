import type { Observable } from '../shared/observable.ts';

/** A line as Live Tail and FilterLogEvents give it. */
export interface LogLine {
  /** ARN of the group, without `:*`. */
  readonly group: string;
  readonly stream: string;
  /** Epoch ms. */
  readonly at: number;
  readonly ingestedAt: number;
  readonly message: string;
}

/** What happens on a tail, in order. */
export type TailItem =
  /** A session stands. What was ingested before `at` (AWS time, epoch ms) does not come: read it with FilterLogEvents. */
  | { readonly type: 'open'; readonly at: number }
  | { readonly type: 'lines'; readonly lines: readonly LogLine[]; readonly sampled: boolean }
  /** The session ended; another is being opened. What was ingested between `lastAt` and the next `open` must be read otherwise. */
  | { readonly type: 'broken'; readonly lastAt: number; readonly why: string }
  /** No session for these groups now: poll them. Comes again as `open` when there is one. */
  | {
      readonly type: 'unavailable';
      readonly reason: 'denied' | 'no-slot' | 'unreachable' | 'idle' | 'expired' | 'refused';
      readonly why: string;
      readonly permission?: string;
    };

/** What tails cost, for the header. */
export interface TailMeter {
  readonly openSessions: number;
  /** Billed session-minutes since the start, begun minutes counted whole. */
  readonly minutes: number;
}

/** The Live Tail sessions of one account and Region: few, shared by the sources, billed by the minute. */
export interface TailHub {
  /**
   * Lines of these groups as they are ingested, until `signal` aborts. Groups are ARNs; at most ten a call.
   * Sources that ask first have the sessions; the others hear `unavailable`.
   */
  follow(groups: readonly string[], signal: AbortSignal): AsyncIterable<TailItem>;
  readonly meter: Observable<TailMeter>;
  /** The operator is there: puts off the idle stop. */
  touch(): void;
}
