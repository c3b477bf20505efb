import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { listIncidents, readIncidents } from '../../src/session/incident-list.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { type Incident, openIncident } from '../../src/store/incident.ts';
import type { JournalEntry } from '../../src/store/journal.ts';
import { openForWriting } from '../../src/store/schema.ts';
import { stateDirectory } from '../../src/store/state-directory.ts';
import { until } from '../helpers/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-incident-list-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const stateDir = () => {
  made += 1;
  return stateDirectory(join(folder, String(made)), {});
};

const opened = (mode: string, more: object = {}) => ({
  type: 'incident-opened',
  tool: '1',
  mode,
  inputs: [],
  scenario: '',
  regions: [],
  profile: '',
  ...more,
});
const identity = (endpoint: object) => ({
  type: 'identity',
  account: '111122223333',
  alias: 'ml-prod',
  arn: 'arn:aws:sts::111122223333:assumed-role/OnCall/carol',
  partition: 'aws',
  region: 'us-east-1',
  globalRegion: 'us-east-1',
  endpoint,
});
const door = (what: string, suspect: boolean, until?: number) => ({ id: what, what, suspect, until });

async function incident(state: string, name: string, ...entries: readonly object[]): Promise<Incident> {
  const one = await openIncident({ stateDir: state, name, create: true });
  for (const entry of entries) await one.journal.append(entry as JournalEntry);
  return one;
}

it('an empty state folder has none', async () => {
  expect(await readIncidents(await stateDir(), 0)).toEqual([]);
});

it('tells where each plays, what is not finished in it, and who has it open', async () => {
  const state = await stateDir();
  const now = Date.now();
  await (
    await incident(state, 'live', opened('live'), identity({ kind: 'aws' }), {
      type: 'still-open',
      doors: { doors: [door('a', true), door('b', true, now - 1), door('c', false)], unknown: [] },
    })
  ).close();
  await (
    await incident(state, 'drill', opened('drill', { scenario: 'lifecycle-backdoor' }), identity({ kind: 'simulated' }))
  ).close();
  await (await incident(state, 'strange', opened('live'), identity({ kind: 'custom', host: 'evil.example' }))).close();
  await (await incident(state, 'saved', opened('saved'))).close();
  const held = await incident(state, 'held', opened('live'));
  const entries = new Map((await readIncidents(state, now)).map((entry) => [entry.name, entry]));
  expect(entries.get('live')).toMatchObject({
    mode: 'live',
    account: '111122223333',
    alias: 'ml-prod',
    endpoint: '',
    open: ['1 door still open'],
    heldBy: null,
    problem: null,
  });
  expect(entries.get('drill')).toMatchObject({ endpoint: 'SIMULATED', scenario: 'lifecycle-backdoor', open: [] });
  expect(entries.get('strange')).toMatchObject({ endpoint: 'CUSTOM ENDPOINT evil.example' });
  expect(entries.get('saved')).toMatchObject({ mode: 'saved', account: '', events: 0 });
  expect(entries.get('held')?.heldBy).toContain(`pid ${process.pid}`);
  await held.close();
});

it('what is damaged, newer, or no incident at all is listed with its problem, and hides none of the others', async () => {
  const state = await stateDir();
  const at = (name: string, file: string) => join(state, 'incidents', name, file);
  for (const name of ['good', 'changed', 'newer-journal', 'newer-events', 'torn', 'odd'])
    await (
      await incident(state, name, opened('saved'), ...(name === 'odd' ? [{ type: 'still-open', doors: {} }] : []))
    ).close();
  writeFileSync(
    at('changed', 'journal.jsonl'),
    readFileSync(at('changed', 'journal.jsonl'), 'utf8').replace('saved', 'sAved'),
  );
  writeFileSync(
    at('newer-journal', 'journal.jsonl'),
    readFileSync(at('newer-journal', 'journal.jsonl'), 'utf8').replace('"format":1', '"format":2'),
  );
  writeFileSync(at('torn', 'journal.jsonl'), `${readFileSync(at('torn', 'journal.jsonl'), 'utf8')}{"format":1,"se`);
  openForWriting(at('newer-events', 'events.db')).close();
  const events = new DatabaseSync(at('newer-events', 'events.db'));
  events.exec('pragma user_version = 99');
  events.close();
  mkdirSync(join(state, 'incidents', 'empty'));
  const entries = new Map((await readIncidents(state, 0)).map((entry) => [entry.name, entry]));
  expect(entries.get('good')).toMatchObject({ mode: 'saved', problem: null });
  // What a process that died left of its last line is moved aside by the next: it is no reason not to open it.
  expect(entries.get('torn')).toMatchObject({ mode: 'saved', problem: null });
  expect(entries.get('changed')?.problem).toMatch(/journal\.jsonl:1: was changed.*new incident/);
  expect(entries.get('newer-journal')?.problem).toMatch(/newer firebreak wrote it/);
  expect(entries.get('newer-events')?.problem).toMatch(/written by a newer Firebreak \(format 99/);
  expect(entries.get('odd')?.problem).toMatch(/cannot be understood/);
  expect(entries.get('empty')).toMatchObject({ openedAt: null, problem: expect.stringMatching(/no such file/) });
});

it('a list on a screen shows every name at once, reads behind it, and reads again when it is asked to', async () => {
  const state = await stateDir();
  for (let count = 0; count < 5; count += 1) await (await incident(state, `i${count}`, opened('saved'))).close();
  const list = await listIncidents(state, systemClock);
  expect(list.incidents.get().map(({ entry }) => entry)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  await until(() => list.incidents.get().every(({ entry }) => entry?.mode === 'saved'));
  await (await incident(state, 'later', opened('drill'))).close();
  await list.refresh();
  await until(() =>
    list.incidents.get().some(({ name, entry }) => name === 'later' && entry?.endpoint === 'SIMULATED'),
  );
  rmSync(join(state, 'incidents'), { recursive: true });
  await expect(list.refresh()).rejects.toMatchObject({ code: 'NotReadable' });
  list.close();
});
