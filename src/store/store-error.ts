import { ExpectedError, FailedError } from '../model/errors.ts';

/** SQLite's primary result codes that the operator can do something about. https://sqlite.org/rescode.html */
const known: { readonly [code: number]: { readonly code: string; readonly problem: string; readonly next: string } } = {
  5: {
    code: 'EventsBusy',
    problem: 'is in use by another process',
    next: 'Close the other Firebreak on this incident and try again',
  },
  8: {
    code: 'EventsReadOnly',
    problem: 'cannot be written',
    next: 'Make the file writable or choose another --state-dir',
  },
  10: {
    code: 'EventsDisk',
    problem: 'cannot be read or written (disk error)',
    next: 'Check the disk, then resume the incident',
  },
  11: {
    code: 'EventsDamaged',
    problem: 'is damaged',
    next: 'Move the file aside and load the logs again; the journal is not affected',
  },
  13: {
    code: 'DiskFull',
    problem: 'cannot grow: the disk is full',
    next: 'Free some space; what was loaded before is kept',
  },
  14: {
    code: 'EventsUnreadable',
    problem: 'cannot be opened',
    next: 'Check that the folder exists and is yours, or choose another --state-dir',
  },
  26: {
    code: 'EventsDamaged',
    problem: 'is no Firebreak event store',
    next: 'Move the file aside and load the logs again; the journal is not affected',
  },
};

/** SQLite's primary result code; -1 where an error is none of SQLite's. */
function primaryCode(error: unknown): number {
  const extended = (error as { errcode?: unknown } | null)?.errcode;
  return typeof extended === 'number' ? extended & 0xff : -1;
}

/** Whether SQLite could not open a file that it needs. */
export const isUnopened = (error: unknown): boolean => primaryCode(error) === 14;

/**
 * An error of SQLite in the operator's words. Errors that we made (a wrong statement, a constraint) come back as they are: those are bugs.
 */
export function storeError(error: unknown, path: string): unknown {
  if (error instanceof ExpectedError) return error;
  const found = known[primaryCode(error)];
  return found ? new FailedError(found.code, `${path} ${found.problem}`, [found.next], error) : error;
}

/** Runs `work`, with SQLite's errors in the operator's words. @throws FailedError */
export function withStoreErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(error, path);
  }
}
