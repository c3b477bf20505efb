import { parentPort } from 'node:worker_threads';
import { standBehind } from '../shared/stand-behind.ts';
import { BatchPacker } from '../store/batch-packer.ts';
import { WriteThread } from '../store/write-thread.ts';
import type { ToBegin } from './messages.ts';

// Before there is a thread that stands where this one does.
standBehind();

/** What the store is given, in memory that it gives back. */
export const packer = new BatchPacker();

/** The store of the ingest thread: its own thread begins before this one has read the rest of its code, and before anybody knows what to open. */
export const store = new WriteThread((memory) => packer.giveBack(memory));
store.ready.catch(() => undefined); // Waited for by the thread, once it is there.

/** What this thread is told first; the store is on its way to be opened then. */
export const toBegin = new Promise<ToBegin>((told) => {
  parentPort!.once('message', (first: ToBegin) => {
    store.open(first.path);
    told(first);
  });
});
