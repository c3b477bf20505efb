import { readFileSync, rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { noPseudoTerminal, openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { cleanEnv, program, stateFolder } from '../helpers/firebreak.ts';

const state = stateFolder();
let terminal: Terminal | undefined;
afterEach(() => {
  terminal?.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
});

it.skipIf(noPseudoTerminal !== undefined)(
  'a playbook on the default drill: a step done, a step skipped with its reason, killed, resumed where it was',
  async () => {
    const size = { columns: 120, rows: 40, env: cleanEnv() };
    terminal = openTerminal({
      command: [
        process.execPath,
        program,
        'drill',
        'presigned-url-hijack',
        '--speed',
        '40',
        '--incident',
        'story',
        '--state-dir',
        state,
      ],
      ...size,
    });
    const { press, see, type } = {
      ...terminal,
      type: async (text: string) => {
        for (const key of text) await terminal!.press(key);
      },
    };
    await see('SIMULATED');
    // The attacker's URL for the notebook, from an address that is not alice's.
    await press('/');
    await type('action=CreatePresignedNotebookInstanceUrl ip=198.51.100.7');
    await see(/198\.51\.100\.7\s*$/m, 60_000);
    await press('Enter');
    // The preview shows the same row; `c` needs the filter to be in force, and its row selected.
    await terminal.seeNo('Enter keeps');
    await see(/^> ▲ .*CreatePresigned/m, 60_000);
    await press('c');
    await see('Notebook hijack');
    await press('G');
    await see(/^> {2}Stolen access key/m);
    // Rows of the chooser stand one below the other: as many presses as there are rows between.
    const list = terminal.screen();
    const from = list.findIndex((row) => row.startsWith('>  Stolen'));
    for (let row = list.findIndex((line) => /^. {2}Notebook hijack/.test(line)); row < from; row += 1) await press('k');
    await see(/^> {2}Notebook hijack/m);
    await press('Enter');
    await see(/nothing is sent yet/, 30_000);
    await see(/Stop notebook/);
    await press('Enter');
    await see(/p1 step 1/);
    await press('A');
    await see('ARMED');
    const sent = () => terminal!.screen().some((row) => /^>c1 /.test(row));
    // A `y` within 400 ms of the dialog's painting is thrown away: a person presses it again.
    for (let tries = 0; tries < 40 && !sent(); tries += 1) {
      await press('y');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await see(/written|holding/, 30_000);
    await press('Enter');
    await see(/1 of \d decided, step 2 is next/);
    await press('s');
    await see('Why?');
    await type('alice needs it today');
    await press('Enter');
    await see(/2 of \d decided, step 3 is next/);
    terminal.kill('SIGKILL');
    await terminal.exited();

    terminal = openTerminal({ command: [process.execPath, program, 'resume', 'story', '--state-dir', state], ...size });
    await terminal.see(/p1 step 3 of \d is next/);
    await terminal.press('P');
    await terminal.see(/2 of \d decided, step 3 is next/);
    await terminal.see(/^. . {2}1 .*done c1/m);
    await terminal.see(/^. . {2}2 .*skipped/m);
    await terminal.press('k');
    await terminal.see('alice needs it today');
    await terminal.press('Esc');
    await terminal.press('q');
    expect(await terminal.exited()).toBe(0);
    const entries = readFileSync(`${state}/incidents/story/journal.jsonl`, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { entry: { type: string } }).entry.type);
    expect(entries).toEqual(
      expect.arrayContaining(['playbook-started', 'containment-approved', 'playbook-step-decided']),
    );
  },
  120_000,
);
