import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError, FailedError } from '../model/errors.ts';
import { holderText } from '../model/holder.ts';
import { holderOf } from './incident.ts';
import { type JournalLine, readJournal } from './journal.ts';
import { countEvents } from './schema.ts';

/** Where an incident lies, before anything in it is read. */
export interface IncidentPlace {
  readonly name: string;
  readonly folder: string;
  /** When its journal was last written, epoch ms; 0 without one. */
  readonly changedAt: number;
}

/** One row of `firebreak incidents`, as far as the files tell it without being understood. */
export interface IncidentSummary {
  readonly name: string;
  readonly folder: string;
  /** ISO 8601; `null` when there is no journal. */
  readonly openedAt: string | null;
  readonly lastEntryAt: string | null;
  readonly events: number;
  /** `pid 4711 on host, since 20:31:02Z, as OnCall/carol`, while a process has it open. */
  readonly heldBy: string | null;
  /** Why it cannot be read or opened, if it cannot: damaged, or written by a newer Firebreak. */
  readonly problem: string | null;
}

/** Every incident of the state folder, the one that was worked on last first. @throws FailedError `NotReadable` */
export async function incidentPlaces(stateDir: string): Promise<readonly IncidentPlace[]> {
  const root = join(stateDir, 'incidents');
  let names: string[];
  try {
    names = (await readdir(root, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (cause) {
    throw new FailedError(
      'NotReadable',
      `${root} cannot be read: ${(cause as Error).message}`,
      ['Choose another with --state-dir'],
      cause,
    );
  }
  const places = await Promise.all(
    names.map(async (name) => {
      const folder = join(root, name);
      const changedAt = await stat(join(folder, 'journal.jsonl')).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0, // Without a journal it is listed last, with its problem.
      );
      return { name, folder, changedAt };
    }),
  );
  return places.sort((a, b) => b.changedAt - a.changedAt || (a.name < b.name ? -1 : 1));
}

/** What one incident's files say; nothing is thrown, what is broken is its problem. `lines`: its journal, as far as it holds. */
export async function summarise({
  name,
  folder,
}: IncidentPlace): Promise<{ readonly summary: IncidentSummary; readonly lines: readonly JournalLine[] }> {
  let lines: readonly JournalLine[] = [];
  let events = 0;
  let problem: string | null = null;
  try {
    lines = (await readJournal(join(folder, 'journal.jsonl'))).lines;
    events = countEvents(join(folder, 'events.db'));
  } catch (error) {
    problem =
      error instanceof ExpectedError ? [error.message, ...error.nextSteps].join('; ') : (error as Error).message;
  }
  const holder = await holderOf(folder);
  return {
    lines,
    summary: {
      name,
      folder,
      openedAt: lines[0]?.at ?? null,
      lastEntryAt: lines.at(-1)?.at ?? null,
      events,
      heldBy:
        holder === undefined ? null : holder === 'starting' ? 'a process that is just starting' : holderText(holder),
      problem,
    },
  };
}
