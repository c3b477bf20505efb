import { Worker } from 'node:worker_threads';
import { workerUrl } from '../shared/worker-url.ts';

/** Garbage of parsing is young: a small nursery keeps the resident size down and costs nothing measurable. */
const youngGenerationMb = 32;

/** Begun, and not asked for yet. */
let begun: Worker | undefined;
const forget = () => {
  begun = undefined;
};

const newThread = (): Worker =>
  new Worker(workerUrl(import.meta.url, './thread.ts', 'ingest-worker'), {
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  });

/**
 * Begins an ingest thread that somebody will ask for: it takes a quarter of a second until it can be told what to do, and so does the program
 * until it knows. Keeps nothing alive; nobody need ask.
 */
export function beginIngestThread(): void {
  if (begun) return;
  begun = newThread();
  begun.unref();
  begun.once('error', forget);
  begun.once('exit', forget);
}

/** The thread that was begun, or a new one. It waits for its first message (`ToBegin`). */
export function ingestThread(): Worker {
  const thread = begun ?? newThread();
  thread.ref();
  thread.off('error', forget);
  thread.off('exit', forget);
  begun = undefined;
  return thread;
}
