import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Clock, systemClock, ticksOf } from './clock.ts';

/** What comes through a pipe comes in pieces; a program that writes into one may have to ask the network first. */
const patienceMs = 5_000;
const pauseMs = 50;
const chunkBytes = 64 * 1024;

/**
 * What a file begins with, at most `most` bytes: it may be one that never ends. Nobody waits for ever on a pipe into which nobody writes: it is
 * opened and read without blocking a thread, since the process could not even end beside one that is blocked.
 *
 * @throws NodeJS.ErrnoException as `open` and `read` do, and `ETIMEDOUT` where nothing came for five seconds.
 */
export async function fileBeginning(path: string, most: number, clock: Clock = systemClock): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const isPipe = (await file.stat()).isFIFO();
    const chunk = Buffer.alloc(chunkBytes);
    const parts: Buffer[] = [];
    let length = 0;
    let last = ticksOf(clock);
    while (length < most) {
      const bytesRead = await file
        .read(chunk, 0, Math.min(chunkBytes, most - length), null)
        .then(({ bytesRead }) => bytesRead, onlyAgain);
      if (bytesRead > 0) {
        parts.push(Buffer.from(chunk.subarray(0, bytesRead)));
        length += bytesRead;
        last = ticksOf(clock);
        // A pipe ends like one that nobody has opened for writing yet: once something came, it is the end.
      } else if (bytesRead === 0 && (!isPipe || length > 0)) break;
      else if (ticksOf(clock) - last >= patienceMs)
        throw Object.assign(new Error('nothing comes through it'), { code: 'ETIMEDOUT' });
      else await clock.sleep(pauseMs);
    }
    return Buffer.concat(parts, length);
  } finally {
    await file.close();
  }
}

/** @returns -1: there is nothing just now. */
function onlyAgain(error: NodeJS.ErrnoException): number {
  if (error.code === 'EAGAIN') return -1;
  throw error;
}
