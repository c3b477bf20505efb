import type { RawRecord } from '../model/event.ts';
import type { Json } from '../shared/json.ts';

/** Something in the input that could not become an event. The rest of the input is loaded. */
export interface Rejected {
  /** File path, or the source's id. */
  readonly where: string;
  /** 1-based line, or byte offset, where it is known. */
  readonly line?: number;
  readonly byte?: number;
  /** `cut off in the middle (gzip)`, `is not JSON`, `has no eventID`. */
  readonly problem: string;
  readonly nextStep: string;
}

export interface IngestProgress {
  /** Grows by one with every committed batch. */
  readonly version: number;
  /** Events in the store. */
  readonly events: number;
  readonly late: number;
  /** Records that could not become events, since the start. */
  readonly rejected: number;
  /** Epoch ms of the newest event; 0 when there is none. */
  readonly newestAt: number;
  readonly files?: { readonly done: number; readonly total: number; readonly bytesDone: number; readonly bytesTotal: number };
}

/** The worker thread that reads, parses, normalises, links and stores; the only writer of `events.db`. */
export interface Ingest {
  /** Resolves when there is room for more: back-pressure. `route` is the source's id; the checkpoint commits with the records. */
  push(route: string, records: readonly RawRecord[], checkpoint?: Json): Promise<void>;
  /** Opens saved logs (files, folders, `-`); the worker reads them itself. Resolves when all are in, with what was rejected (at most 1,000 kept). */
  open(paths: readonly string[]): Promise<{ readonly events: number; readonly rejected: readonly Rejected[] }>;
  mark(rowId: number, marked: boolean): void;
  /** Resolves when everything pushed before has been committed. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface IngestOptions {
  /** `events.db`. */
  readonly path: string;
  readonly onProgress: (progress: IngestProgress) => void;
  readonly onRejected?: (rejected: Rejected) => void;
}
