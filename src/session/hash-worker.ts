import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread answers, once; that the file cannot be read ends it with that error. */
export interface HashedFile {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

async function hashed(path: string): Promise<HashedFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path);
  try {
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
    }
    // The journal will tell of it: it must be on the disk before.
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

parentPort?.postMessage(await hashed(workerData as string));
