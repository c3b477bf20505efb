import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importIncident } from '../../src/evidence/import-incident.ts';
import { writeBundle } from '../../src/evidence/write-bundle.ts';
import { wholeReport } from '../../src/report/options.ts';
import { readIncident } from '../../src/session/read-incident.ts';
import { runReportJob } from '../../src/session/report-job.ts';
import { openReportView } from '../../src/session/report-view.ts';
import { openIncident } from '../../src/store/incident.ts';
import { makeIncident } from './incident.ts';

const signal = new AbortController().signal;
const room = mkdtempSync(join(tmpdir(), 'firebreak-import-'));
let made: Awaited<ReturnType<typeof makeIncident>>;
let bundle: string;
let number = 0;
const fresh = () => {
  const path = join(room, `state-${++number}`);
  return path;
};
const reportOf = async (folder: string, name: string) =>
  (
    await runReportJob(
      { ...(await readIncident(folder, name)), format: 'md', options: wholeReport, redaction: 'none', path: undefined },
      signal,
    )
  ).text;

beforeAll(async () => {
  made = await makeIncident();
  bundle = join(room, 'bundle.tar.gz');
  const read = await readIncident(made.folder, made.name);
  const { view, close } = await openReportView(read.facts, read, signal);
  await writeBundle({ view, options: wholeReport, lines: read.lines, folder: read.folder }, bundle, undefined);
  await close();
});
afterAll(() => {
  rmSync(room, { recursive: true });
  rmSync(made.stateDir, { recursive: true });
});

it('a copied folder is the same incident there: the same report, byte for byte, and it can be gone on with', async () => {
  const stateDir = fresh();
  expect(await importIncident(made.folder, stateDir, undefined)).toEqual({ name: 'inc', note: '' });
  const folder = join(stateDir, 'incidents', 'inc');
  expect(await reportOf(folder, 'inc')).toBe(await reportOf(made.folder, 'inc'));
  expect(existsSync(join(folder, 'attachments/1-screen_shot__1_.png'))).toBe(true);
  const incident = await openIncident({ stateDir, name: 'inc', create: false });
  await incident.journal.append({ type: 'note', text: 'here', by: 'dave' });
  await incident.close();
  expect((await readIncident(folder, 'inc')).facts.notes.at(-1)?.text).toBe('here');
});

it('a bundle is an incident with the events of its timeline, marked as they were, by the same hashes', async () => {
  const stateDir = fresh();
  const { name, note } = await importIncident(bundle, stateDir, 'theirs');
  expect(name).toBe('theirs');
  expect(note).toContain('3 events of its timeline');
  const timeline = (text: string) =>
    text
      .split('\n')
      .filter((line) => /^\| 2026-11-23T20:3/.test(line))
      .map((line) => line.replace(/ · seen [^ ]+/, ''));
  const there = await reportOf(join(stateDir, 'incidents', 'theirs'), 'theirs');
  expect(timeline(there)).toEqual(timeline(await reportOf(made.folder, 'inc')));
  expect(there).toContain('called &#124; the data team');
  expect(there).toContain((await readIncident(made.folder, 'inc')).facts.journalHead);
});

it('what does not hold is refused, and nothing stays', async () => {
  const stateDir = fresh();
  const broken = join(room, 'broken.tar.gz');
  const bytes = readFileSync(bundle);
  writeFileSync(broken, bytes.subarray(0, bytes.length - 50));
  await expect(importIncident(broken, stateDir, undefined)).rejects.toMatchObject({ code: 'BundleBroken' });
  await expect(importIncident(room, stateDir, undefined)).rejects.toMatchObject({ code: 'Usage' });
  await expect(importIncident(join(room, 'nowhere'), stateDir, undefined)).rejects.toMatchObject({ code: 'Usage' });
  const folder = join(room, 'cut');
  cpSync(made.folder, folder, { recursive: true });
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n');
  writeFileSync(join(folder, 'journal.jsonl'), lines.toSpliced(2, 1).join('\n'));
  await expect(importIncident(folder, stateDir, undefined)).rejects.toMatchObject({ code: 'JournalBroken' });
  expect(existsSync(join(stateDir, 'incidents')) ? readdirSync(join(stateDir, 'incidents')) : []).toEqual([]);
});

it('never takes the place of an incident that is there', async () => {
  await expect(importIncident(bundle, made.stateDir, undefined)).rejects.toMatchObject({
    code: 'IncidentExists',
    exitCode: 3,
  });
  expect(await importIncident(made.folder, made.stateDir, undefined)).toEqual({ name: 'inc', note: '' });
});

/** A copy of the incident's folder in which something is done. */
function damaged(how: (folder: string) => void): string {
  const folder = join(room, `damaged-${++number}`);
  cpSync(made.folder, folder, { recursive: true });
  how(folder);
  return folder;
}

it('a report is made of what is left: a torn last line, events that are missing', async () => {
  const torn = damaged((folder) => appendFileSync(join(folder, 'journal.jsonl'), '{"format":1,"seq":99'));
  const read = await readIncident(torn, 'inc');
  expect(read.problems).toEqual([expect.stringContaining('cut off')]);
  expect((await importIncident(torn, fresh(), 'torn')).note).toContain('cut off');
  const bare = damaged((folder) => {
    for (const name of readdirSync(folder)) if (name.startsWith('events.db')) rmSync(join(folder, name));
  });
  expect((await readIncident(bare, 'inc')).problems).toEqual([expect.stringContaining('events.db is missing')]);
  expect(await reportOf(bare, 'inc')).toContain('called &#124; the data team');
});

it('of a newer version it says so', async () => {
  const journal = damaged((folder) => {
    const path = join(folder, 'journal.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('{"format":1,', '{"format":9,'));
  });
  await expect(readIncident(journal, 'inc')).rejects.toThrow(/a newer firebreak wrote it/);
  const events = damaged((folder) => {
    const database = new DatabaseSync(join(folder, 'events.db'));
    database.exec('pragma user_version = 99');
    database.close();
  });
  await expect(readIncident(events, 'inc')).rejects.toThrow(/newer/);
});
