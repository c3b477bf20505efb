import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it as test } from 'vitest';
import { noPseudoTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { firebreak, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';
import {
  endProgramsAfterEach,
  LONG_MS,
  moveTo,
  pressOnce,
  pressUntil,
  startProgram,
  type,
} from '../helpers/stories.ts';

/** What goes wrong while somebody works: credentials that end, records that come late, a terminal that is resized in the middle of an undo. */
const it = test.skipIf(noPseudoTerminal !== undefined);
const state = stateFolder();
let range: Awaited<ReturnType<typeof startRangeProcess>> | undefined;

beforeAll(async () => {
  if (noPseudoTerminal !== undefined) return;
  // The event history alone, which lags and comes in disorder: that is what makes events late.
  const faults = join(state, 'faults.json');
  writeFileSync(faults, JSON.stringify({ trail: { lagMs: [0, 300_000], disorder: 0.4 } }));
  range = await startRangeProcess(['--speed', '20', '--no-trail', '--faults', faults]);
}, LONG_MS);
endProgramsAfterEach();
afterEach(async () => {
  // A story that failed half-way must not take the next ones with it.
  if (range) await control('renew');
});
afterAll(async () => {
  await range?.stop();
  rmSync(state, { recursive: true, force: true });
});

const start = (
  incident: string,
  size: { readonly columns?: number; readonly rows?: number } = {},
  args: readonly string[] = ['--incident', incident],
): Terminal => startProgram([...args, '--state-dir', state], { ...size, env: range!.env });

const control = async (path: string) => {
  const answer = await fetch(`${range!.endpoint}/_range/${path}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
};

/** Entry types of an incident's journal, in order. */
const journal = (incident: string): readonly string[] =>
  readFileSync(join(state, 'incidents', incident, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { entry: { type: string } }).entry.type);

async function leaves(on: Terminal) {
  await on.press('Ctrl-C', 'Ctrl-C');
  expect(await on.exited()).toBe(0);
  expect(on.alternate()).toBe(false);
}

it('credentials that expire: the screen says so and since when, nothing is lost, and it goes on when they are renewed', async () => {
  const on = start('expires');
  const events = () => Number(/([\d,]+) events/.exec(on.screen()[1] ?? '')?.[1]?.replaceAll(',', '') ?? 0);
  await on.see(/[2-9]\d* events/, LONG_MS);
  await control('expire');
  await on.see(/not live since .*expired/, LONG_MS);
  // What to do about it stands where the sources are explained.
  await pressUntil(on, 'V', /Renew the credentials|tried again by itself/);
  await pressUntil(on, 'Esc', /^>Events/m);
  // What is asked of AWS now fails in words, and the console stays.
  await pressUntil(on, 'i', /^>.*[Ww]ho/m);
  await pressUntil(on, 'Esc', /^>Events/m);
  const before = events();
  await control('renew');
  await on.seeNo(/not live/, LONG_MS);
  await on.seeUntil(() => events() > before, 'more events', LONG_MS);
  await leaves(on);
}, 300_000);

it('events that come in disorder stand in order, and do not move what is read', async () => {
  const on = start('late');
  await on.see(/[2-9]\d* events/, LONG_MS);
  // What this account does by itself is our own reads, which come in disorder: by the event history alone.
  await pressOnce(on, 'L', /all shown|shown too|^>Events ── (?!.*left out)/m);
  await pressUntil(on, '/', /Enter keeps/);
  await type(on, 'principal~on-call');
  await on.press('Enter');
  await on.see('filter: principal~on-call', LONG_MS);
  // Several rows, so that there are some above and below the one that is read.
  const rows = () => on.screen().filter((line) => /^[ >].. \d\d:\d\d:\d\d /.test(line));
  await on.seeUntil(() => rows().length > 4, 'rows of events', LONG_MS);
  // Once: a second press that comes late would move what is read.
  await pressOnce(on, 'k', /frozen/);
  const selected = () => on.screen().findLastIndex((line) => /^>.. \d\d:\d\d:\d\d /.test(line));
  // A rule may find it meanwhile: its glyph may change, what it says may not.
  const told = (line: string | undefined) => line?.slice(4, 60).trimEnd() ?? '';
  const [line, read] = [selected(), told(on.screen()[selected()])];
  expect(read).toMatch(/^\d\d:\d\d:\d\d \S/);
  // Records come in disorder all the while: each stands where it belongs by its time, and what is read stays where it is.
  await on.see(/frozen · \d+\+? newer/, LONG_MS);
  expect([selected(), told(on.screen()[selected()])]).toEqual([line, read]);
  const times = rows().map((row) => told(row).slice(0, 8));
  expect(times).toEqual(times.toSorted());
  await pressUntil(on, 'G', /following/);
  await leaves(on);
}, 300_000);

it('what interrupts lists its victims, wants arming and `y`, and is written down before it is sent', async () => {
  const on = start('interrupts', { columns: 100, rows: 30 });
  await on.see('111122223333', LONG_MS);
  await pressUntil(on, 'I', />Inventory/);
  await on.see(/nb +fraud-lab/, LONG_MS);
  await pressUntil(on, '/', /filter/);
  await type(on, 'notebook fraud-lab');
  await on.press('Enter');
  await on.see(/^>.*InService +nb +fraud-lab/m, LONG_MS);
  await on.press('c');
  await on.see(/Stop notebook/, LONG_MS);
  await moveTo(on, /^> {2}Stop notebook/);
  await on.see(/^> {2}Stop notebook/m);
  await on.press('Enter');
  await on.see('read-only: press A to arm', LONG_MS);
  await on.see('sagemaker:StopNotebookInstance');
  await on.see(/breaks +Every open Jupyter session/);
  // It may not be sent: the key says why.
  await pressUntil(on, 'y', /after that: y send 1 call *\n.*read-only: press A to arm/);
  expect(journal('interrupts')).not.toContain('containment-approved');
  await pressOnce(on, 'A', 'ARMED');
  await pressUntil(on, 'y', /written|holding|in progress|Stopping|c1/);
  await on.see(/written|holding/, LONG_MS);
  const types = journal('interrupts');
  const at = ['armed', 'containment-approved', 'step-starting', 'step-done'].map((type) => types.indexOf(type));
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at[0]).toBeGreaterThan(0);
  await leaves(on);
}, 300_000);

it('an undo is confirmed in a dialog that was resized to nothing and back', async () => {
  const done = await firebreak(
    [
      'contain',
      'iam.role.quarantine',
      'ds-exec',
      '--arm',
      '--incident',
      'resized',
      '--reason',
      'INC-9',
      '--state-dir',
      state,
    ],
    { env: range!.env },
  );
  expect(done.code, done.stderr).toBe(0);
  const on = start('resized', {}, ['resume', 'resized']);
  await on.see('111122223333', LONG_MS);
  await pressUntil(on, 'x', />Journal/);
  await on.see(/c1 iam\.role\.quarantine role ds-exec/, LONG_MS);
  // What the other stories did to this account stands in the journal too, as somebody else's.
  await on.press('g');
  await moveTo(on, /^> .*contain +c1/);
  await pressUntil(on, 'z', '>Undo c1 on role ds-exec');
  await on.see('read-only: press A to arm', LONG_MS);
  on.resize(1, 1);
  on.resize(60, 20);
  await on.see('too small');
  // Where nothing can be read nothing is confirmed.
  await on.press('A', 'y');
  on.resize(80, 24);
  await on.see('>Undo c1 on role ds-exec');
  await on.see('read-only: press A to arm');
  expect(journal('resized')).not.toContain('armed');
  on.resize(200, 60);
  await on.see(/^.{150,}$/m);
  await on.see('>Undo c1 on role ds-exec');
  await pressOnce(on, 'A', 'ARMED');
  on.resize(90, 30);
  await on.see('>Undo c1 on role ds-exec');
  await pressUntil(on, 'y', /undone/);
  expect(journal('resized')).toContain('undo-approved');
  await leaves(on);
}, 300_000);
