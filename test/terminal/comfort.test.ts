import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it as test } from 'vitest';
import { noPseudoTerminal, openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { cleanEnv, program, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';
import { pressOnce, pressUntil } from '../helpers/stories.ts';

/** Stories that share one simulated account; each is a console of its own, at the sizes that people have. */
const it = test.skipIf(noPseudoTerminal !== undefined);
const state = stateFolder();
const folder = mkdtempSync(join(tmpdir(), 'firebreak-comfort-'));
const open: Terminal[] = [];
let range: Awaited<ReturnType<typeof startRangeProcess>> | undefined;

beforeAll(async () => {
  if (noPseudoTerminal === undefined) range = await startRangeProcess(['--speed', '10']);
}, 60_000);
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill('SIGKILL');
});
afterAll(async () => {
  await range?.stop();
  for (const path of [state, folder]) rmSync(path, { recursive: true, force: true });
});

const START_MS = 60_000;
let incidents = 0;

function start(
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly args?: readonly string[];
    readonly columns?: number;
    readonly rows?: number;
    readonly config?: string;
  } = {},
): Terminal {
  incidents += 1;
  const config = join(folder, `${incidents}.yaml`);
  if (options.config !== undefined) writeFileSync(config, options.config);
  const made = openTerminal({
    command: [
      process.execPath,
      program,
      '--incident',
      `story-${incidents}`,
      '--state-dir',
      state,
      ...(options.args ?? []),
    ],
    columns: options.columns ?? 120,
    rows: options.rows ?? 40,
    env: { ...cleanEnv(), ...range!.env, ...(options.config ? { FIREBREAK_CONFIG: config } : {}), ...options.env },
  });
  open.push(made);
  return made;
}

/** Types what the palette is to do, and runs it as soon as it stands first. */
async function command(on: Terminal, text: string, first: string | RegExp = /^>.*:/m) {
  await pressUntil(on, ':', /^>Command/m);
  for (const key of text) await on.press(key);
  await on.see(first);
  await on.press('Enter');
}

async function leaves(on: Terminal) {
  await on.press('Ctrl-C', 'Ctrl-C');
  expect(await on.exited()).toBe(0);
  expect(on.alternate()).toBe(false);
}

it('too small says so and takes only q; what is resized is drawn anew, in a dialog too', async () => {
  const on = start({ columns: 79, rows: 24 });
  await on.see('too small', START_MS);
  await on.press('c', 'A', '?');
  on.resize(1, 1);
  on.resize(120, 40);
  await on.see(/READ-ONLY|ARMED/);
  expect(on.screen()[0]).toContain('READ-ONLY');
  await pressUntil(on, '?', />Help/);
  on.resize(80, 24);
  await on.see(/^>Help/m);
  // What stood there before is as wide as it was until it is drawn anew.
  await on.see(/^(?:.{0,80}\n)+.{0,80}$/);
  on.resize(20, 5);
  await on.see('too small');
  await on.press('q');
  expect(await on.exited()).toBe(0);
  expect(on.alternate()).toBe(false);
}, 120_000);

it('freezes while events arrive, says how many are newer, and follows again', async () => {
  const on = start();
  // The range over the network is no drill: it says whose endpoint it is.
  await on.see('CUSTOM ENDPOINT', START_MS);
  // Log lines are events too, and no row to stay at.
  await on.see(/^>.. \d\d:\d\d:\d\d/m, START_MS);
  await pressOnce(on, 's', /frozen/);
  // A rule may find it meanwhile: its glyph and its bracket may change.
  const selected = () => /^>.. (\d\d:\d\d:\d\d).(.*)/m.exec(on.screen().join('\n'))?.slice(1).join(' ');
  const row = selected();
  await on.see(/frozen · \d+\+? newer/, START_MS);
  expect(selected()).toBe(row);
  await on.press('G');
  await on.see(/following/);
  await leaves(on);
}, 150_000);

it('what can be put back in seconds wants `y`, and not the one that was pressed too soon', async () => {
  const on = start({ columns: 80, rows: 24 });
  await on.see('111122223333', START_MS);
  await on.see(/\d events/, START_MS);
  await pressUntil(on, '/', /Enter keeps/);
  for (const key of 'principal=ds-exec') await on.press(key);
  await on.press('Enter');
  await on.see('filter: principal=ds-exec', START_MS);
  await on.see(/^> . \d\d:\d\d:\d\d ds-exec/m, START_MS);
  await command(on, 'contain quarantine', /contain iam\.role\.quara/);
  // Two quick keys: `y` was pressed before anybody could have read the plan.
  await on.press('y', 'y');
  await on.see('read-only: press A to arm', START_MS);
  // The plan takes keys as soon as a `y` is answered: then `A` is not thrown away, and need not come twice.
  await pressUntil(on, 'y', /after that: y .*\n.*read-only: press A to arm/);
  await pressOnce(on, 'A', 'ARMED');
  await pressUntil(on, 'y', /written|holding/);
  const journal = readFileSync(join(state, 'incidents', `story-${incidents}`, 'journal.jsonl'), 'utf8');
  const types = journal.match(/"type":"(?:armed|containment-approved|step-starting)"/g) ?? [];
  expect(types[0]).toContain('armed');
  await leaves(on);
}, 180_000);

it('hands a record to the pager and takes the terminal back', async () => {
  const pager = join(folder, 'pager.sh');
  writeFileSync(pager, 'cat > "$0.out"\necho "PAGED $(wc -l < "$0.out") lines"\nread answer < /dev/tty\n');
  const on = start({ env: { PAGER: `/bin/sh ${pager}` } });
  await on.see(/^>.. \d\d:\d\d:\d\d/m, START_MS);
  await pressOnce(on, 's', /frozen/);
  await pressUntil(on, 'v', />.*in \$PAGER|in \$PAGER/);
  await pressUntil(on, 'v', /PAGED \d+ lines/);
  expect(on.alternate()).toBe(false);
  await on.press('Enter');
  await on.see('in $PAGER');
  expect(on.alternate()).toBe(true);
  expect(JSON.parse(readFileSync(`${pager}.out`, 'utf8'))).toHaveProperty('eventID');
  await leaves(on);
}, 120_000);

it('copies by OSC 52 and names the window, and gives both back', async () => {
  const on = start();
  const copied: string[] = [];
  const titles: string[] = [];
  on.term.parser.registerOscHandler(52, (data) => copied.push(data) > 0);
  on.term.onTitleChange((title) => titles.push(title));
  await on.see('CUSTOM ENDPOINT', START_MS);
  await on.see(/^>.. \d\d:\d\d:\d\d/m, START_MS);
  await pressOnce(on, 's', /frozen/);
  await on.press('y');
  await on.see(/copied event id: \S+/);
  const id = /copied event id: (\S+)/.exec(on.screen().join('\n'))?.[1];
  expect(Buffer.from(copied.at(-1)!.replace(/^c;/, ''), 'base64').toString()).toBe(id);
  expect(titles.at(-1)).toMatch(/^firebreak story-\d+ · .*CUSTOM ENDPOINT 127/);
  await leaves(on);
}, 120_000);

it('the operator’s file: production cannot be missed, keys are one’s own, filters have names', async () => {
  const on = start({
    columns: 80,
    rows: 24,
    config:
      'accounts: { 111122223333: { name: ml-prod, production: true } }\nkeys: { help: Q }\nfilters: { thief: ip=198.51.100.7 }\ntheme: high-contrast\n',
  });
  await on.see('PRODUCTION', START_MS);
  await on.see('CUSTOM ENDPOINT');
  await pressUntil(on, 'Q', /^>Help/m);
  await on.press('Esc');
  await on.seeNo(/^>Help/m);
  await on.press('"');
  await on.see(/^>.*:use thief/m);
  await on.press('Enter');
  await on.see('filter: ip=198.51.100.7');
  await leaves(on);
}, 120_000);

it('completes a filter from what was seen, and keeps it by name', async () => {
  const on = start();
  await on.see(/[2-9]\d* events/, START_MS);
  await pressUntil(on, '/', /Enter keeps/);
  for (const key of 'action=') await on.press(key);
  await on.see(/Tab: \S+:\S+ \d+/);
  await on.press('Tab', 'Enter');
  await on.see(/filter: action=\S+:\S+/);
  await command(on, 'save often', /:save often/);
  await on.see('saved as often');
  await pressUntil(on, '"', /^>.*:use often/m);
  await leaves(on);
}, 120_000);

it('`q` leaves while the network hangs', async () => {
  const hung: Server = createServer(() => undefined);
  await new Promise<void>((resolve) => hung.listen(0, '127.0.0.1', resolve));
  const { port } = hung.address() as { readonly port: number };
  const on = start({ env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } });
  await on.see(/who am I|asking AWS/, START_MS);
  const startedAt = performance.now();
  await on.press('q');
  expect(await on.exited()).toBe(0);
  // A second of ours; the rest is the machine's.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(on.alternate()).toBe(false);
  hung.close();
}, 120_000);

it('reads itself aloud to a screen reader, up to a plan and back', async () => {
  const on = start({ env: { INK_SCREEN_READER: 'true' } });
  await on.see('Firebreak, incident story-', START_MS);
  await on.see(/Custom endpoint 127\S+, account 111122223333/, START_MS);
  expect(on.alternate()).toBe(false);
  await pressUntil(on, '?', /Dialog: Help/);
  await pressUntil(on, 'Esc', /Events: /);
  await on.press('A');
  await on.see(/Armed until \d\d:\d\d:\d\d/);
  await on.press('A');
  await on.see('Read-only again');
  await on.press('Ctrl-C', 'Ctrl-C');
  expect(await on.exited()).toBe(0);
  expect(on.screen().join('\n')).toContain('Firebreak has ended');
}, 120_000);

it('a terminal without a cursor or colour gets lines, and no sequence at all', async () => {
  const on = start({ env: { TERM: 'dumb' } });
  await on.see('Firebreak, incident story-', START_MS);
  await pressUntil(on, '?', /Dialog: Help/);
  expect(on.alternate()).toBe(false);
  await on.press('Ctrl-C', 'Ctrl-C');
  expect(await on.exited()).toBe(0);
}, 120_000);
