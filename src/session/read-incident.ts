import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { foldContainments } from '../containment/fold.ts';
import type { IncidentView } from '../report/incident-view.ts';
import type { Clock } from '../shared/clock.ts';
import { openQueries } from '../store/event-queries.ts';
import { existingIncident } from '../store/incident.ts';
import { readJournal } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import type { SessionEntry } from './decision.ts';
import { emptySnapshot } from './empty-snapshot.ts';
import { incidentView } from './incident-view.ts';
import { reduce } from './reduce.ts';

/** Reads a saved incident without holding it: another process may have it open. @throws FailedError, UsageError */
export async function readIncident(options: {
  readonly stateDir: string;
  readonly name: string;
  readonly clock: Clock;
}): Promise<{ readonly view: IncidentView; close(): Promise<void> }> {
  const { stateDir, name, clock } = options;
  const folder = await existingIncident(stateDir, name);
  const { lines } = await readJournal(join(folder, 'journal.jsonl'));
  const openings = lines
    .map(({ entry }) => entry as unknown as SessionEntry)
    .filter((entry) => entry.type === 'incident-opened');
  const mode = openings[0]?.mode ?? 'saved';
  const path = join(folder, 'events.db');
  // A containment from the command line has a journal and no events.
  const events = await access(path).then(
    () => openQueries(path),
    () => undefined,
  );
  const snapshot = lines.reduce(reduce, emptySnapshot({ incident: { name, folder, openedAt: clock.now() }, mode }));
  const counted = events?.window({ view: 'all', from: 'newest', rows: 1 });
  return {
    view: incidentView({
      snapshot: {
        ...snapshot,
        events: counted?.total ?? 0,
        receivedTo: counted?.rows.at(-1)?.at ?? snapshot.receivedTo,
        containments: foldContainments(lines, { live: new Set() }),
      },
      events: events ?? noEvents,
      journal: { lines },
      clock,
      options: {
        mode,
        regions: [...new Set(openings.flatMap(({ regions }) => regions))],
        inputs: [...new Set(openings.flatMap(({ inputs }) => inputs))],
      },
    }),
    close: async () => events?.close(),
  };
}

const noEvents: Pick<EventQueries, 'all'> = { all: () => [] };
