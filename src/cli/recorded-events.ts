import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedCalls } from '../containment/recorded-calls.ts';
import { recordedCalls } from '../session/recorded-calls.ts';
import { openQueries } from '../store/event-queries.ts';
import { incidentFolder } from '../store/incident.ts';

/** Events of an incident that a console or `watch` loaded; the incident may be open there. */
export interface RecordedEvents {
  readonly recorded: RecordedCalls | undefined;
  close(): Promise<void>;
}

/** Opens an incident's events for reading, if there are any. @throws UsageError for a name that is none, FailedError when they cannot be read. */
export async function recordedEvents(stateDir: string, name: string, now: () => number): Promise<RecordedEvents> {
  const path = join(await incidentFolder(stateDir, name), 'events.db');
  const size = await stat(path).then(
    (found) => found.size,
    () => 0, // No such file: an incident that `contain` made holds no events.
  );
  if (size === 0) return { recorded: undefined, close: async () => undefined };
  const events = openQueries(path);
  return { recorded: recordedCalls({ events, now }), close: () => events.close() };
}
