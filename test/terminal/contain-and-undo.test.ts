import { readFileSync, rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { noPseudoTerminal, openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { cleanEnv, program, stateFolder } from '../helpers/firebreak.ts';

if (noPseudoTerminal) process.stdout.write(`${noPseudoTerminal}\n`);
const state = stateFolder();
let terminal: Terminal | undefined;
afterEach(() => {
  terminal?.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
});

it.skipIf(noPseudoTerminal !== undefined)(
  'from page to contained endpoint, undone, and a saved report, by keyboard alone',
  async () => {
    terminal = openTerminal({
      command: [
        process.execPath,
        program,
        'drill',
        'presigned-url-hijack',
        '--speed',
        '60',
        '--incident',
        'story',
        '--state-dir',
        state,
      ],
      columns: 120,
      rows: 40,
      env: cleanEnv(),
    });
    const { press, see } = terminal;
    await see('SIMULATED');
    await see('READ-ONLY');
    await see('recsys-ranker');
    // Only the endpoint's own events, so that `c` acts on it.
    await press('/');
    for (const key of 'resource=recsys-ranker') await press(key);
    await press('Enter');
    await see(/filter: resource=recsys-ranker/);
    await press('c');
    await see('Stop endpoint');
    // Rows of the chooser stand one below the other: as many presses as there are rows between.
    const rows = terminal.screen();
    const from = rows.findIndex((row) => row.startsWith('>  '));
    for (let row = from; row < rows.findIndex((line) => /^. {2}Stop endpoint/.test(line)); row += 1) await press('j');
    await see(/^> {2}Stop endpoint/m);
    await press('Enter');
    await see('sagemaker:DeleteEndpoint');
    await see('read-only');
    await press('A');
    await see('ARMED');
    for (const key of 'recsys-ranker') await press(key);
    await press('Enter');
    await see(/written|holding/, 60_000);
    await press('Esc');
    await press('z');
    await see('y undo');
    // A `y` within 400 ms of the dialog's painting is thrown away: a person presses it again.
    while (terminal.screen().some((row) => row.includes('y undo'))) await press('y');
    await see(/undone/, 60_000);
    await press('Esc');
    await press('w');
    await see('report.md');
    await press('q');
    expect(await terminal.exited()).toBe(0);
    expect(terminal.alternate()).toBe(false);
    const report = readFileSync(`${state}/incidents/story/report.md`, 'utf8');
    expect(report).toContain('sagemaker:DeleteEndpoint');
    expect(report).toContain('sagemaker:CreateEndpoint');
    expect(report).toContain('SIMULATED');
  },
  120_000,
);
