import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RefusedError, UsageError } from '../model/errors.ts';
import { type Holder, holderText } from '../model/holder.ts';
import type { Clock } from '../shared/clock.ts';
import { sha256 } from '../shared/digest.ts';
import { exists } from './exists.ts';
import { type Journal, openJournal } from './journal.ts';
import { notWritable, writeFileAtomically } from './write-file.ts';

/** An incident's folder, held by this process until it is closed. */
export interface Incident {
  readonly name: string;
  readonly folder: string;
  readonly eventsPath: string;
  readonly journal: Journal;
  /** Keeps what AWS answered before a containment: `snapshots/<name>.json`. */
  saveSnapshot(name: string, json: unknown): Promise<{ readonly file: string; readonly sha256: string }>;
  /** Tells other processes as whom this one acts; no failure of it keeps anybody from working. */
  tellHolder(by: string): Promise<void>;
  close(): Promise<void>;
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
  /** By which the journal goes. */
  readonly clock?: Clock;
}): Promise<Incident> {
  const { stateDir, name, create, clock } = options;
  const folder = create ? await incidentFolder(stateDir, name) : await existingIncident(stateDir, name);
  try {
    await mkdir(join(folder, 'snapshots'), { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (cause) {
    throw notWritable(folder, cause);
  }
  const since = new Date().toISOString();
  const release = await hold(folder, name, since);
  let journal: Journal;
  try {
    journal = await openJournal(join(folder, 'journal.jsonl'), clock);
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
    tellHolder: (by) => writeHolder(folder, since, by).catch(() => undefined), // Only a label: a full disk is told by what must be written.
    async close() {
      await journal.close();
      await rm(join(folder, 'lock.json'), { force: true }).catch(() => undefined); // A stale one is known by the lock being free.
      release();
    },
  };
}

/** Takes the incident's lock, which the operating system frees when this process ends, however it ends. */
async function hold(folder: string, name: string, since: string): Promise<() => void> {
  const path = join(folder, 'lock.db');
  let lock: DatabaseSync | undefined;
  try {
    // Whoever asks who holds it takes the lock for the length of a look: that is waited for.
    lock = new DatabaseSync(path, { timeout: lookMs });
    lock.exec('pragma locking_mode=exclusive; begin exclusive; commit;');
    await chmod(path, 0o600);
  } catch (cause) {
    lock?.close();
    if (!/locked|busy/i.test((cause as Error).message)) throw notWritable(folder, cause);
    throw held(name, await readHolder(folder));
  }
  await writeHolder(folder, since, '');
  return () => lock.close();
}

const lookMs = 300;

const writeHolder = (folder: string, since: string, by: string): Promise<void> =>
  writeFileAtomically(
    join(folder, 'lock.json'),
    `${JSON.stringify({ pid: process.pid, host: hostname(), since, by } satisfies Holder)}\n`,
  );

/** How a held incident is refused. */
const held = (name: string, holder: Holder | undefined): RefusedError =>
  new RefusedError(
    'IncidentHeld',
    `incident ${name} is open in another firebreak (${holder ? holderText(holder) : 'which is just starting'})`,
    [
      `Follow it read-only with firebreak resume ${name} in a terminal, end the other one, or choose another --incident`,
    ],
  );

/** @throws RefusedError `IncidentHeld` when another process has the incident; nothing where it does not exist. */
export async function refuseHeld(stateDir: string, name: string): Promise<void> {
  const folder = await incidentFolder(stateDir, name);
  const holder = await holderOf(folder);
  if (holder) throw held(name, holder === 'starting' ? undefined : holder);
}

/** What the lock's label says; `undefined` where the other process has the lock and has not written its name yet. */
async function readHolder(folder: string): Promise<Holder | undefined> {
  try {
    const { pid, host, since, by } = JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8')) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
    return { pid, host, since: typeof since === 'string' ? since : '', by: typeof by === 'string' ? by : '' };
  } catch {
    return undefined; // Missing, or half a file of an older version: the lock itself says that somebody holds it.
  }
}

/**
 * Who has an incident open. The lock decides, which the operating system frees with its process: a stale label, or one whose pid belongs to
 * another program by now, means nothing. `starting`: it is held, and nobody has written a name yet.
 */
export async function holderOf(folder: string): Promise<Holder | 'starting' | undefined> {
  const path = join(folder, 'lock.db');
  if (!(await exists(path))) return undefined;
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      db.prepare('select * from sqlite_schema').all();
      return undefined;
    } finally {
      db.close();
    }
  } catch (error) {
    return /locked|busy/i.test((error as Error).message) ? ((await readHolder(folder)) ?? 'starting') : undefined;
  }
}
