import type { Predicate } from '../filter/predicate.ts';
import type { OwnCalls } from './event-reader.ts';
import type { Questions, QuestionType } from './queries.ts';

/** What the UI thread says to the query worker. */
export type ToQueryWorker =
  | { readonly type: 'view'; readonly view: number; readonly filter: Predicate }
  | { readonly type: 'drop'; readonly view: number }
  /** Something was committed. */
  | { readonly type: 'look' }
  | { readonly type: 'ask'; readonly id: number; readonly question: Questions[QuestionType]['question'] }
  /** By what our own calls are known from now on. */
  | { readonly type: 'own'; readonly own: OwnCalls }
  | { readonly type: 'cancel'; readonly id: number };

/** What the query worker says to the UI thread. */
export type FromQueryWorker =
  | { readonly type: 'ready' }
  /** The list of a view, as soon as there is something to show; again when it moved. */
  | { readonly type: 'rows'; readonly view: number; readonly shared: SharedArrayBuffer }
  /** Views changed since the last word. */
  | { readonly type: 'changed' }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'failed'; readonly view?: number; readonly id?: number; readonly error: ErrorData };

/** An error that crosses threads and comes out as the class it was. */
export interface ErrorData {
  readonly expected: boolean;
  readonly code: string;
  readonly message: string;
  readonly nextSteps: readonly string[];
  readonly stack: string;
}
