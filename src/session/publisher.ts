import { ExpectedError } from '../model/errors.ts';
import type { Clock } from '../shared/clock.ts';
import { type Observable, observable } from '../shared/observable.ts';
import type { Snapshot } from './snapshot.ts';

/** The owner of the snapshot: the only place that replaces it. */
export interface Publisher {
  readonly snapshot: Observable<Snapshot>;
  /** Decisions and progress: at once. */
  change(part: Partial<Snapshot>): void;
  /** Events: gathered, ten times a second at most. */
  changeSoon(part: Partial<Snapshot>): void;
  /** Publishes what was gathered. */
  flush(): void;
  /** Keeps an expected error where the operator can read it again. @throws Any other: a bug. */
  fail(error: unknown): void;
  stop(): void;
}

const publishEveryMs = 100;
const maxErrors = 200;

/** @param refresh Called before gathered changes are published, so that the rows are as new as the counts. */
export function createPublisher(initial: Snapshot, clock: Clock, refresh: () => void): Publisher {
  const snapshot = observable(initial);
  let pending: Partial<Snapshot> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const change = (part: Partial<Snapshot>) => snapshot.set({ ...snapshot.get(), ...part });
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!pending) return;
    const part = pending;
    pending = undefined;
    refresh();
    change(part);
  };
  return {
    snapshot,
    change,
    changeSoon(part) {
      pending = { ...pending, ...part };
      timer ??= setTimeout(flush, publishEveryMs);
    },
    flush,
    fail(error) {
      if (!(error instanceof ExpectedError)) throw error;
      const { errors } = snapshot.get();
      // A source that fails every second says the same every second: once is enough to read.
      if (errors.at(-1)?.what === error.message) return;
      change({
        errors: [...errors, { at: clock.now(), what: error.message, nextSteps: error.nextSteps }].slice(-maxErrors),
      });
    },
    stop: () => clearTimeout(timer),
  };
}
