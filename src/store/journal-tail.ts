import { open } from 'node:fs/promises';
import { FailedError } from '../model/errors.ts';
import { type JournalLine, journalText, readJournal, readLines } from './journal.ts';

/** A journal that another process writes, read as it grows. */
export interface JournalTail {
  /** All that was read; a new array whenever there is more. */
  readonly lines: readonly JournalLine[];
  /** Reads what was added. @returns Whether there was anything. @throws FailedError `JournalBroken` when the chain does not hold. */
  read(): Promise<boolean>;
}

/** Reads a journal and goes on from there. @throws FailedError `NotReadable`, `JournalBroken` */
export async function tailJournal(path: string): Promise<JournalTail> {
  const first = await readJournal(path);
  let lines = first.lines;
  // Not what the file measures by now: the other process may have written since it was read.
  let size = Buffer.byteLength(journalText(first.lines));
  return {
    get lines() {
      return lines;
    },
    async read() {
      const file = await open(path, 'r');
      try {
        const now = (await file.stat()).size;
        if (now < size)
          throw new FailedError(
            'JournalBroken',
            `${path} has become shorter: something else than Firebreak writes to it`,
            ['Check it with firebreak verify'],
          );
        if (now === size) return false;
        const bytes = Buffer.alloc(now - size);
        await file.read(bytes, 0, bytes.length, size);
        // What follows the last line feed is being written just now.
        const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
        if (whole.length === 0) return false;
        lines = [...lines, ...readLines(path, whole.toString('utf8'), lines.at(-1))];
        size += whole.length;
        return true;
      } finally {
        await file.close();
      }
    },
  };
}
