import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDigests, type DigestKeys } from '../ingest/digests.ts';
import { startIngest } from '../ingest/ingest.ts';
import type { IncidentFacts } from '../report/incident-view.ts';
import { emptySnapshot } from '../session/empty-snapshot.ts';
import { incidentFacts } from '../session/incident-view.ts';
import type { ReportEvents } from '../session/report-view.ts';
import { openQueries } from '../store/event-queries.ts';
import type { JournalLine } from '../store/journal.ts';
import { checkPaths, tellRejected } from './saved-logs.ts';
import { tellDigests } from './tell-digests.ts';

/** Loads saved logs into a store of their own, which `close` takes away. */
export async function reportOfLogs(
  paths: readonly string[],
  keys: DigestKeys,
  signal: AbortSignal,
): Promise<
  ReportEvents & {
    readonly facts: IncidentFacts;
    readonly problems: readonly string[];
    readonly lines: readonly JournalLine[];
    readonly folder: undefined;
    close(): Promise<void>;
  }
> {
  await checkPaths(paths);
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-export-'));
  const eventsPath = join(folder, 'events.db');
  const ingest = await startIngest({ path: eventsPath, onProgress: () => undefined });
  const { events: count, rejected, rejectedTotal } = await ingest.open(paths);
  await ingest.close();
  tellRejected(rejected, rejectedTotal);
  const events = openQueries(eventsPath);
  const newest = events.window({ view: 'all', from: 'newest', rows: 1 }).rows.at(-1);
  await events.close();
  const digests = await checkDigests(paths, keys, signal);
  tellDigests(digests);
  return {
    facts: {
      ...incidentFacts({
        snapshot: {
          ...emptySnapshot({ incident: { name: 'saved logs', folder, openedAt: 0 }, mode: 'saved' }),
          events: count,
          rejected: rejectedTotal,
          receivedTo: newest?.at,
        },
        lines: [],
        options: { mode: 'saved', inputs: paths },
      }),
      digests,
    },
    eventsPath,
    own: undefined,
    problems: [],
    lines: [],
    folder: undefined,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
