import type { RawRecord } from '../model/event.ts';
import type { KnownRelation } from '../model/graph.ts';
import type { IndicatorRef } from '../model/indicator.ts';
import type { Json } from '../shared/json.ts';
import type { IngestProgress, Rejected } from './ingest.ts';

/** How far one source has read in one place; several of a route may be kept. */
export interface SourceCheckpoint {
  /** Names source, profile and Region. */
  readonly key: string;
  readonly json: Json;
}

/** By what our own calls are known: part of the user agent, and our sessions. */
export interface OwnCalls {
  readonly mark: string;
  readonly arns: readonly string[];
}

/** The first that the ingest thread is told. */
export interface ToBegin {
  /** `events.db`. */
  readonly path: string;
  readonly own: OwnCalls | undefined;
  readonly rules: readonly string[];
  readonly indicators: readonly IndicatorRef[];
}

/** What the ingest thread is asked. `id` comes back in the answer; a request without an answer is sent again to a new thread. */
export type ToIngest =
  | {
      readonly type: 'records';
      readonly id: number;
      readonly route: string;
      readonly records: readonly RawRecord[];
      readonly checkpoint?: SourceCheckpoint;
      /** Epoch ms at which they came in. */
      readonly seenAt: number;
    }
  | { readonly type: 'open'; readonly id: number; readonly paths: readonly string[] }
  | { readonly type: 'mark'; readonly id: number; readonly event: number | string; readonly marked: boolean }
  | { readonly type: 'relate'; readonly id: number; readonly relations: readonly KnownRelation[] }
  | { readonly type: 'own'; readonly id: number; readonly own: OwnCalls }
  /** Which rules run, and how each stands. */
  | { readonly type: 'rules'; readonly id: number }
  /** Why a rule fired on a record. */
  | { readonly type: 'explain'; readonly id: number; readonly rule: string; readonly record: RawRecord }
  /** Reads no further in the saved logs that are being loaded. */
  | { readonly type: 'stop-loading'; readonly id: number }
  | { readonly type: 'flush'; readonly id: number }
  | { readonly type: 'close'; readonly id: number };

/** An expected error on its way between threads. */
export interface PortableError {
  readonly code: string;
  readonly message: string;
  readonly nextSteps: readonly string[];
}

export type FromIngest =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly progress: IngestProgress }
  | { readonly type: 'rejected'; readonly rejected: Rejected }
  /** `error`: this request failed; the thread goes on. */
  /** Every record of a load is stored, linked and judged; what makes finding it fast is still to be built. */
  | { readonly type: 'stored'; readonly id: number }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly events?: number;
      readonly rejected?: readonly Rejected[];
      readonly rejectedTotal?: number;
      readonly answer?: unknown;
      readonly error?: PortableError;
    }
  /** The store cannot be opened at all. */
  | { readonly type: 'broken'; readonly error: PortableError };
