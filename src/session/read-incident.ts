import { join } from 'node:path';
import type { IncidentFacts } from '../report/incident-view.ts';
import { openQueries } from '../store/event-queries.ts';
import type { OwnCalls } from '../store/event-reader.ts';
import { exists } from '../store/exists.ts';
import { type JournalLine, readJournal } from '../store/journal.ts';
import type { SessionEntry } from './decision.ts';
import { emptySnapshot } from './empty-snapshot.ts';
import { foldDecisions } from './fold-decisions.ts';
import { incidentFacts } from './incident-view.ts';
import { reduce } from './reduce.ts';
import type { ReportEvents } from './report-view.ts';

/** A saved incident as it lies in its folder. */
export interface ReadIncident extends ReportEvents {
  readonly facts: IncidentFacts;
  readonly folder: string;
  readonly lines: readonly JournalLine[];
  /** What is not as it should be, a sentence each: a torn last line, no events. */
  readonly problems: readonly string[];
}

/** By what the calls of an incident's responders are known. */
export const ownCallsOf = (name: string, lines: readonly JournalLine[]): OwnCalls => ({
  mark: `firebreak-${name.replaceAll(/[^\w.-]+/g, '-')}`,
  arns: new Set(
    lines.flatMap(({ entry }) => (entry.type === 'identity' && typeof entry.arn === 'string' ? [entry.arn] : [])),
  ),
});

/** Reads a saved incident without holding it: another process may have it open. @throws FailedError */
export async function readIncident(folder: string, name: string): Promise<ReadIncident> {
  const { lines, torn } = await readJournal(join(folder, 'journal.jsonl'));
  const openings = lines
    .map(({ entry }) => entry as unknown as SessionEntry)
    .filter((entry) => entry.type === 'incident-opened');
  const mode = openings[0]?.mode ?? 'saved';
  const path = join(folder, 'events.db');
  // A containment from the command line has a journal and no events.
  const hasEvents = await exists(path);
  const openedAt = Date.parse(lines[0]?.at ?? '') || 0;
  const snapshot = lines.reduce(reduce, emptySnapshot({ incident: { name, folder, openedAt }, mode }));
  let [total, newest] = [0, snapshot.receivedTo];
  if (hasEvents) {
    const events = openQueries(path);
    try {
      const page = events.window({ view: 'all', from: 'newest', rows: 1 });
      total = page.total;
      newest = page.rows.at(-1)?.at ?? newest;
    } finally {
      await events.close();
    }
  }
  return {
    facts: incidentFacts({
      snapshot: {
        ...snapshot,
        events: total,
        receivedTo: newest,
        ...foldDecisions(lines, new Set()),
      },
      lines,
      options: {
        mode,
        regions: [...new Set(openings.flatMap(({ regions }) => regions))],
        inputs: [...new Set(openings.flatMap(({ inputs }) => inputs))],
      },
    }),
    folder,
    lines,
    eventsPath: hasEvents ? path : undefined,
    own: ownCallsOf(name, lines),
    problems: [
      ...(torn === '' ? [] : ['the journal’s last line is cut off: the process that wrote it died; it is left out']),
      ...(hasEvents || openings.length === 0
        ? []
        : ['events.db is missing: the report holds what was done, and no event']),
    ],
  };
}
