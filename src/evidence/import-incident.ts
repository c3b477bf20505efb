import { cp, lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { startIngest } from '../ingest/ingest.ts';
import { ExpectedError, FailedError, RefusedError, UsageError } from '../model/errors.ts';
import type { RawRecord } from '../model/event.ts';
import { display } from '../shared/display.ts';
import { openQueries } from '../store/event-queries.ts';
import { incidentFolder } from '../store/incident.ts';
import { readJournal } from '../store/journal.ts';
import { notWritable } from '../store/write-file.ts';
import { recordPath } from './contents.ts';
import { manifestName } from './manifest.ts';
import { verifyBundle, withBundle } from './verify-bundle.ts';

/** What belongs to the process that had the incident open there. */
const ofTheOther = new Set(['lock.db', 'lock.json', 'lock.db-wal', 'lock.db-shm']);
/** Events that are pushed at a time. */
const batch = 500;

/**
 * Makes an incident of this machine from a copied incident folder or from a bundle, whole or not at all. A bundle is checked first, and what does
 * not hold is refused; it brings the events of its timeline, not all that were stored.
 *
 * @param as Its name here; without it the one that it had. @returns Its name, and what it lacks. @throws FailedError, RefusedError, UsageError
 */
export async function importIncident(
  path: string,
  stateDir: string,
  as: string | undefined,
): Promise<{ readonly name: string; readonly note: string }> {
  const facts = await lstat(path).catch(() => undefined); // Not there, or not ours to see: no incident either way.
  const isFolder = facts?.isDirectory() === true && !(await has(path, manifestName));
  if (!facts || (isFolder && !(await has(path, 'journal.jsonl'))))
    throw new UsageError(`${display(path)} is no name for an incident, no incident's folder and no bundle`, {
      nextSteps: ['Name an incident, the folder with its journal.jsonl, or a bundle'],
    });
  const name = as ?? (isFolder ? basename(resolve(path)) : await bundleName(path));
  const target = await incidentFolder(stateDir, name);
  if (resolve(path) === resolve(target)) return { name, note: '' };
  if (
    await lstat(target).then(
      () => true,
      () => false,
    )
  )
    throw new RefusedError('IncidentExists', `there is an incident "${name}" here already`, [
      `Resume it with firebreak resume ${name}`,
      'Give this one another name with --incident',
    ]);
  const making = `${target}.importing`;
  await rm(making, { recursive: true, force: true });
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const note = isFolder ? await copyFolder(path, making) : await fromBundle(path, making);
    await rename(making, target);
    return { name, note };
  } catch (error) {
    throw error instanceof ExpectedError || (error as NodeJS.ErrnoException).code === undefined
      ? error
      : notWritable(target, error);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

const has = async (folder: string, name: string): Promise<boolean> =>
  lstat(join(folder, name)).then(
    (facts) => facts.isFile(),
    () => false,
  );

/** The name that a bundle's incident had. @throws FailedError when the bundle does not hold */
async function bundleName(path: string): Promise<string> {
  const check = await verifyBundle(path);
  if (!check.ok)
    throw new FailedError(
      'BundleBroken',
      `${display(path)}: ${display(check.file)}${check.line === undefined ? '' : `:${check.line}`}: ${display(check.problem)}`,
      ['Ask for the bundle again; keep this one as it is'],
    );
  return check.manifest.incident;
}

async function copyFolder(from: string, to: string): Promise<string> {
  // A journal that does not hold is evidence of something, and no place to go on from.
  const { torn } = await readJournal(join(from, 'journal.jsonl'));
  await cp(from, to, {
    recursive: true,
    // Nothing outside of it comes along.
    filter: async (source) => !ofTheOther.has(basename(source)) && !(await lstat(source)).isSymbolicLink(),
  });
  const missing = (await has(to, 'events.db')) ? '' : 'events.db is not in it: what was done is there, no event';
  return [missing, torn === '' ? '' : 'the journal’s last line is cut off and was moved beside it']
    .filter(Boolean)
    .join('; ');
}

async function fromBundle(path: string, to: string): Promise<string> {
  const check = await verifyBundle(path);
  if (!check.ok)
    throw new FailedError('BundleBroken', `${display(path)}: ${display(check.file)}: ${display(check.problem)}`, [
      'Ask for the bundle again',
    ]);
  if (check.manifest.journal === null)
    throw new FailedError(
      'NoIncident',
      `${display(path)} is a bundle of saved logs, which no incident was opened for`,
      ['Open its records: firebreak open FOLDER/records'],
    );
  return withBundle(path, async (folder) => {
    await mkdir(join(to, 'snapshots'), { recursive: true, mode: 0o700 });
    for (const entry of await readdir(folder))
      if (entry === 'journal.jsonl' || entry === 'report.md' || entry === 'snapshots' || entry === 'attachments')
        await cp(join(folder, entry), join(to, entry), { recursive: true });
    const events = await loadEvents(folder, join(to, 'events.db'));
    return `from a bundle: ${events} events of its timeline, not all that were stored there`;
  });
}

interface BundledEvent {
  readonly id: string;
  readonly time: string;
  readonly source: string;
  readonly routes: readonly string[];
  readonly action: string;
  readonly region: string | null;
  readonly marked: boolean;
  readonly rawSha256: string;
}

/** The records of a bundle as events, by the routes by which they came, marked as they were. */
async function loadEvents(folder: string, path: string): Promise<number> {
  const events = (await readFile(join(folder, 'events.jsonl'), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BundledEvent);
  const ingest = await startIngest({ path, onProgress: () => undefined });
  try {
    for (let at = 0; at < events.length; at += batch) {
      const byRoute = new Map<string, RawRecord[]>();
      for (const event of events.slice(at, at + batch)) {
        const record = await recordOf(folder, event);
        if (!record) continue;
        const [route = 'bundle'] = event.routes;
        byRoute.set(route, [...(byRoute.get(route) ?? []), record]);
      }
      for (const [route, records] of byRoute) await ingest.push(route, records);
    }
    await ingest.flush();
    const queries = openQueries(path);
    try {
      for (const { id, marked } of events) if (marked) ingest.mark(id, true);
      await ingest.flush();
      return queries.window({ view: 'all', from: 'newest', rows: 1 }).total;
    } finally {
      await queries.close();
    }
  } finally {
    await ingest.close();
  }
}

async function recordOf(
  folder: string,
  { id, time, source, action, region, rawSha256 }: BundledEvent,
): Promise<RawRecord | undefined> {
  if (source !== 'cloudtrail' && source !== 'cloudwatch-logs' && source !== 'eventbridge') return undefined;
  const text = await readFile(join(folder, recordPath(rawSha256)), 'utf8').catch(() => undefined); // The manifest says which are missing.
  if (text === undefined) return undefined;
  const common = { format: source, text, ...(region ? { region } : {}) } as const;
  // A line of a log does not say of itself what it is.
  return source === 'cloudwatch-logs'
    ? { ...common, id, at: Date.parse(time), group: action.replace(/^logs:/, '') }
    : common;
}
