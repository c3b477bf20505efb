import type { BatchMemory } from './event-batch.ts';
import type { ErrorData } from './query-messages.ts';
import type { EventWriter, StoreTotals } from './writer.ts';

/** What the thread that writes can be asked; it answers in the order in which it was asked. */
export type WriterCall =
  | 'writeBatch'
  | 'changeFindings'
  | 'forgetFindings'
  | 'judgedBy'
  | 'beginLoad'
  | 'endLoad'
  | 'mark'
  | 'relate'
  | 'close';

/** The first that it is told. */
export interface ToOpen {
  /** `events.db`. */
  readonly path: string;
}

export type ToWriter = {
  readonly [Call in WriterCall]: {
    readonly id: number;
    readonly call: Call;
    readonly args: Parameters<EventWriter[Call]>;
  };
}[WriterCall];

/** How the store stands. */
export interface WriterState {
  readonly totals: StoreTotals;
  readonly rules: number;
  readonly toldTo: number;
  readonly lastRow: number;
}

export type FromWriter =
  | { readonly type: 'ready'; readonly state: WriterState }
  /** The store cannot be opened at all. */
  | { readonly type: 'broken'; readonly error: ErrorData }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly state: WriterState;
      readonly answer?: unknown;
      /** The batch's, given back. */
      readonly memory?: BatchMemory;
      /** This request failed; the thread goes on. */
      readonly error?: ErrorData;
    };
