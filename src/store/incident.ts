import { access, chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FailedError, RefusedError, UsageError } from '../model/errors.ts';
import { sha256 } from '../shared/digest.ts';
import { type Journal, openJournal, readJournal } from './journal.ts';
import { notWritable, writeFileAtomically } from './write-file.ts';

/** An incident's folder, held by this process until it is closed. */
export interface Incident {
  readonly name: string;
  readonly folder: string;
  readonly eventsPath: string;
  readonly journal: Journal;
  /** Keeps what AWS answered before a containment: `snapshots/<name>.json`. */
  saveSnapshot(name: string, json: unknown): Promise<{ readonly file: string; readonly sha256: string }>;
  close(): Promise<void>;
}

/** One row of `firebreak incidents`. */
export interface IncidentSummary {
  readonly name: string;
  readonly folder: string;
  /** ISO 8601; `null` when there is no journal. */
  readonly openedAt: string | null;
  readonly lastEntryAt: string | null;
  readonly events: number;
  /** `pid 4711 on host`, while a process has it open. */
  readonly heldBy: string | null;
  /** Why it cannot be read, if it cannot. */
  readonly problem: string | null;
}

/**
 * Where an incident of this name lies. Names are ours to restrict: they become folders.
 * @throws UsageError for a name that could leave the folder or upset a terminal; RefusedError never.
 */
export async function incidentFolder(stateDir: string, name: string): Promise<string> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/.test(name) || name.endsWith('.'))
    throw new UsageError(`"${name.slice(0, 60)}" is no name for an incident`, {
      nextSteps: ['Use letters, digits, dots, dashes and underscores; 120 at most'],
    });
  return join(stateDir, 'incidents', name);
}

/** The folder of an incident that must be there. @throws UsageError when it is not. */
export async function existingIncident(stateDir: string, name: string): Promise<string> {
  const folder = await incidentFolder(stateDir, name);
  if (await exists(folder)) return folder;
  throw new UsageError(`there is no incident "${name}"`, { nextSteps: ['List them with firebreak incidents'] });
}

/**
 * Opens an incident as its only writer; makes it when `create` says so.
 *
 * @throws RefusedError `IncidentHeld` when another process has it; UsageError when it does not exist; FailedError for the disk.
 */
export async function openIncident(options: {
  readonly stateDir: string;
  readonly name: string;
  readonly create: boolean;
}): Promise<Incident> {
  const { stateDir, name, create } = options;
  const folder = create ? await incidentFolder(stateDir, name) : await existingIncident(stateDir, name);
  try {
    await mkdir(join(folder, 'snapshots'), { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (cause) {
    throw notWritable(folder, cause);
  }
  const release = await hold(folder, name);
  let journal: Journal;
  try {
    journal = await openJournal(join(folder, 'journal.jsonl'));
  } catch (error) {
    release();
    throw error;
  }
  return {
    name,
    folder,
    eventsPath: join(folder, 'events.db'),
    journal,
    async saveSnapshot(snapshotName, json) {
      const file = `snapshots/${snapshotName.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 120)}.json`;
      const text = `${JSON.stringify(json, null, 2)}\n`;
      await writeFileAtomically(join(folder, file), text);
      return { file, sha256: sha256(text) };
    },
    async close() {
      await journal.close();
      release();
    },
  };
}

/** Takes the incident's lock, which the operating system frees when this process ends, however it ends. */
async function hold(folder: string, name: string): Promise<() => void> {
  const path = join(folder, 'lock.db');
  const holder = join(folder, 'lock.json');
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path);
    lock.exec('pragma locking_mode=exclusive; begin exclusive; commit;');
    await chmod(path, 0o600);
  } catch (cause) {
    lock?.close();
    if (!/locked|busy/i.test((cause as Error).message)) throw notWritable(folder, cause);
    const who = await holderOf(folder);
    throw new RefusedError('IncidentHeld', `incident ${name} is open in another firebreak (${who})`, [
      'End that one, or choose another name with --incident',
    ]);
  }
  await writeFileAtomically(holder, `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`);
  return () => lock.close();
}

async function holderOf(folder: string): Promise<string> {
  try {
    const { pid, host } = JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8')) as {
      pid: number;
      host: string;
    };
    return `pid ${pid} on ${host}`;
  } catch {
    return 'unknown process'; // The other one is just starting: it has the lock and has not written its name yet.
  }
}

/** Every incident of the state folder, newest first; what is broken is listed with its problem. */
export async function listIncidents(stateDir: string): Promise<readonly IncidentSummary[]> {
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
  const all = await Promise.all(names.map((name) => summary(name, join(root, name))));
  return all.sort((a, b) => (b.openedAt ?? '').localeCompare(a.openedAt ?? '') || a.name.localeCompare(b.name));
}

async function summary(name: string, folder: string): Promise<IncidentSummary> {
  let openedAt: string | null = null;
  let lastEntryAt: string | null = null;
  let problem: string | null = null;
  try {
    const { lines } = await readJournal(join(folder, 'journal.jsonl'));
    openedAt = lines[0]?.at ?? null;
    lastEntryAt = lines.at(-1)?.at ?? null;
  } catch (error) {
    problem = (error as Error).message;
  }
  return {
    name,
    folder,
    openedAt,
    lastEntryAt,
    events: await countEvents(folder),
    heldBy: await heldBy(folder),
    problem,
  };
}

async function countEvents(folder: string): Promise<number> {
  const path = join(folder, 'events.db');
  if (!(await exists(path)) || (await stat(path)).size === 0) return 0;
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      return (db.prepare('select count(*) as n from event').get() as { n: number }).n;
    } finally {
      db.close();
    }
  } catch {
    return 0; // Damaged, or of a newer version: `resume` says so in words.
  }
}

async function heldBy(folder: string): Promise<string | null> {
  const path = join(folder, 'lock.db');
  if (!(await exists(path))) return null;
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      db.prepare('select * from sqlite_schema').all();
      return null;
    } finally {
      db.close();
    }
  } catch (error) {
    return /locked|busy/i.test((error as Error).message) ? holderOf(folder) : null;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
