import { workerData } from 'node:worker_threads';
import { standBehind } from '../shared/stand-behind.ts';
import { BatchPacker } from '../store/batch-packer.ts';
import { WriteThread } from '../store/write-thread.ts';

// Before there is a thread that stands where this one does.
standBehind();

/** What the store is given, in memory that it gives back. */
export const packer = new BatchPacker();

/** The store of the ingest thread, on its way to be opened since before the thread had read the rest of its code. */
export const store = new WriteThread((workerData as { readonly path: string }).path, (memory) =>
  packer.giveBack(memory),
);
store.ready.catch(() => undefined); // Waited for by the thread, once it is there.
