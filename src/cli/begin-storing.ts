import { beginIngestThread } from '../ingest/begin-thread.ts';
import type { CommandEntry } from './command.ts';
import { hasTerminal } from './has-terminal.ts';
import { beginNurseriesSmall } from './keep-heaps-small.ts';

/** Begins the thread that stores, while the command is loaded; what its heap begins with cannot be said later. */
export function beginStoring(stores: NonNullable<CommandEntry['stores']>): void {
  if (stores === 'live' || hasTerminal()) beginNurseriesSmall();
  beginIngestThread();
}
