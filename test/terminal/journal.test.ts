import { readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { noPseudoTerminal, openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { cleanEnv, firebreak, program, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';
import { pressOnce, pressUntil } from '../helpers/stories.ts';

if (noPseudoTerminal) process.stdout.write(`${noPseudoTerminal}\n`);
const state = stateFolder();
let range: Awaited<ReturnType<typeof startRangeProcess>> | undefined;
const open: Terminal[] = [];

beforeAll(async () => {
  if (noPseudoTerminal === undefined) range = await startRangeProcess(['--speed', '60']);
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill('SIGKILL');
});
afterAll(async () => {
  await range?.stop();
  rmSync(state, { recursive: true, force: true });
});

function terminal(size: { readonly columns: number; readonly rows: number }, ...args: readonly string[]): Terminal {
  const made = openTerminal({
    command: [process.execPath, program, ...args, '--state-dir', state],
    ...size,
    env: { ...cleanEnv(), ...range!.env },
  });
  open.push(made);
  return made;
}

it.skipIf(noPseudoTerminal !== undefined)(
  'the journal shows what was done with its calls, undoes it, and the command log shows what was sent',
  async () => {
    const done = await firebreak(
      [
        'contain',
        'iam.role.quarantine',
        'ds-exec',
        '--arm',
        '--incident',
        'story',
        '--reason',
        'INC-7',
        '--state-dir',
        state,
      ],
      { env: range!.env },
    );
    expect(done.code, done.stderr).toBe(0);
    const on = terminal({ columns: 80, rows: 24 }, 'resume', 'story');
    // AWS has said who we are: the console stands and hears keys.
    await on.see('111122223333', 40_000);
    await pressUntil(on, 'x', />Journal/);
    await on.see(/c1 iam\.role\.quarantine role ds-exec/);
    await pressUntil(on, 'j', 'INC-7');
    await pressUntil(on, 'Enter', /request [0-9a-f-]{36}/);
    await pressUntil(on, 'Esc', />Journal/);
    await pressUntil(on, 'z', '>Undo c1 on role ds-exec');
    await on.see('Sends, in this order');
    // The plan takes keys as soon as a `y` is answered: then `A` is not thrown away, and need not come twice.
    await pressUntil(on, 'y', /after that: y .*\n.*read-only: press A to arm/);
    await pressOnce(on, 'A', 'ARMED');
    await pressUntil(on, 'y', /undone/);
    await pressUntil(on, 'Esc', />Journal/);
    await on.see(/c1 undone: iam\.role\.quarantine/);
    await pressUntil(on, '@', /^>.*AWS calls of this session/m);
    await pressOnce(on, '\t', /^>.*AWS calls of this session: writes/m);
    await on.see(/iam:DeleteRolePolicy .* ok/);
    await pressUntil(on, 'Enter', 'IR-story-Quarantine');
    await on.press('Ctrl-C', 'Ctrl-C');
    expect(await on.exited()).toBe(0);
    const journal = `${state}/incidents/story/journal.jsonl`;
    expect(readFileSync(journal, 'utf8')).toContain('"type":"undo-approved"');
    expect((await firebreak(['verify', journal])).code).toBe(0);
  },
  180_000,
);

it.skipIf(noPseudoTerminal !== undefined)(
  'a second console follows the first, and says how to take over when that one is killed',
  async () => {
    const first = terminal({ columns: 120, rows: 40 }, '--incident', 'shared');
    await first.see(/\d+ events/, 40_000);
    const second = terminal({ columns: 80, rows: 24 }, 'resume', 'shared');
    const label = () =>
      JSON.parse(readFileSync(`${state}/incidents/shared/lock.json`, 'utf8')) as { readonly pid: number };
    await second.see(new RegExp(`(?:following|open in) .*pid ${label().pid}`), 40_000);
    await pressUntil(first, '#', />Note on/);
    await first.press(...'seen by both');
    await first.press('Enter');
    await first.see('note saved');
    await pressUntil(second, 'x', />Journal/);
    await second.see('seen by both');
    const before = readFileSync(`${state}/incidents/shared/journal.jsonl`, 'utf8');
    await pressOnce(second, 'A', /FollowingOnly: read-only: pid \d+/);
    expect(second.screen()[0]).toContain('READ-ONLY');
    process.kill(label().pid, 'SIGKILL');
    await second.see('firebreak resume shared');
    // Whatever the second console was asked, it left nothing behind.
    expect(readFileSync(`${state}/incidents/shared/journal.jsonl`, 'utf8').startsWith(before)).toBe(true);
    expect(readFileSync(`${state}/incidents/shared/journal.jsonl`, 'utf8')).not.toContain('"armed"');
    await second.press('Ctrl-C', 'Ctrl-C');
    expect(await second.exited()).toBe(0);
    const third = terminal({ columns: 80, rows: 24 }, 'resume', 'shared');
    await third.see('READ-ONLY', 40_000);
    await pressOnce(third, 'A', 'ARMED');
    await third.press('Ctrl-C', 'Ctrl-C');
    expect(await third.exited()).toBe(0);
  },
  180_000,
);
