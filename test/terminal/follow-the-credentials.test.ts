import { rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { noPseudoTerminal, openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { cleanEnv, program, stateFolder } from '../helpers/firebreak.ts';
import { pressUntil } from '../helpers/stories.ts';

if (noPseudoTerminal) process.stdout.write(`${noPseudoTerminal}\n`);
const state = stateFolder();
let terminal: Terminal | undefined;
afterEach(() => {
  terminal?.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
});

const SECOND = 1000;

function drill(incident: string, speed: string): Terminal {
  terminal = openTerminal({
    command: [
      process.execPath,
      program,
      'drill',
      'presigned-url-hijack',
      '--speed',
      speed,
      '--incident',
      incident,
      '--state-dir',
      state,
    ],
    columns: 120,
    rows: 40,
    env: cleanEnv(),
  });
  return terminal;
}

/** Types a filter and waits until it is in force. */
async function filter({ press, see }: Terminal, text: string): Promise<void> {
  await press('/');
  await see('Enter keeps');
  for (const key of text) await press(key);
  await press('Enter');
  // Of a long one the title shows both ends, in the room beside day and count.
  await see(`filter: ${text.slice(0, 10)}`);
}

it.skipIf(noPseudoTerminal !== undefined)(
  'from the first suspicious event to the S3 reads by the stolen role in four keys',
  async () => {
    const on = drill('chain', '30');
    const { press, see, seeNo, screen } = on;
    await see('SIMULATED');
    await filter(on, 'action=CreatePresignedNotebookInstanceUrl ip=198.51.100.7');
    // The thief's own, not alice's: she signs in from elsewhere.
    await see(/alice +CreatePresignedNotebookInstanceUrl +nb fraud-lab +198\.51\.100\.7/, 60 * SECOND);

    const keys = ['f', 'Tab', 'Tab', 't'];
    expect(keys.length).toBeLessThanOrEqual(4);
    await press('f');
    await see(/code runs as ds-exec\/SageMaker/, 60 * SECOND);
    // What no record says is told apart from what one says.
    await see(/╌→ code runs as ds-exec/);
    await see(/─→ presigned URL to fraud-lab/);
    await see(/inferred: fraud-lab runs as ds-exec/);
    await press('Tab');
    await see(/^> +└─→ presigned URL to fraud-lab/m);
    await press('Tab');
    await see(/^> .*code runs as ds-exec/m);
    // Whose credentials these are, and back.
    await press('Enter');
    await see('Principal ds-exec/SageMaker');
    await see(/session key +ASIA/, 60 * SECOND);
    await press('Esc');
    await see(/^> .*code runs as ds-exec/m);
    await press('t');
    await see(/filter: (principal|key)=/);
    await see(/^> . \d\d:\d\d:\d\d.*ds-exec ⚙/m);
    // The newest stand on the screen; while a slow machine came here, more may have come behind the reads.
    const reads = /ds-exec ⚙ +GetObject +object ml-pro/;
    if (!screen().some((row) => reads.test(row))) await pressUntil(on, 'b', reads);

    // Back to the chain, and to where it began.
    await press('Esc');
    await see('Chain ── ');
    await see(/^> .*code runs as ds-exec/m);
    await press('Esc');
    await seeNo('Chain ── ');
    // The title keeps day and count beside both ends of a long filter.
    await see(/filter: action=C\S+….*198\.51\.100\.7 ── /);
    // `o` goes on along the chain: the filter hides what comes next, so it gives way.
    await press('o');
    await see(/filter: key=AKIA/);
    await press('Esc');
    // The title keeps day and count beside both ends of a long filter.
    await see(/filter: action=C\S+….*198\.51\.100\.7 ── /);
    await press('q');
    expect(await on.exited()).toBe(0);
  },
  180 * SECOND,
);

it.skipIf(noPseudoTerminal !== undefined)(
  'what runs now and what is still open, by keyboard alone',
  async () => {
    const on = drill('inventory', '60');
    const { press, see, seeNo } = on;
    await see('SIMULATED');
    await see('fraud-lab', 60 * SECOND);
    await press(':', 'i', 'n', 'v', 'Enter');
    await see('>Inventory');
    await see(/InService +ep +llm-gateway/, 60 * SECOND);
    await press('/');
    for (const key of 'notebook fraud') await press(key);
    await press('Enter');
    await seeNo('llm-gateway');
    await see(/^>.*InService +nb +fraud-lab/m);
    await press('Enter');
    // What it is and what AWS says about it now; then its events, and back.
    await see('Resource nb fraud-lab');
    await see(/state now: InService/, 60 * SECOND);
    await see(/runs as +arn:aws:iam::111122223333:role/);
    await press('t');
    await see('filter: resource=fraud-lab');
    await press('Esc');
    await see('Resource nb fraud-lab');
    await press('Esc');
    await see(/^>.*InService +nb +fraud-lab/m);

    await press('D');
    await see('Still open ── ');
    await see(/lifecycle script evil.*runs|script +until closed lifecycle script evil/, 90 * SECOND);
    await see('not looked at:');
    await press('g', 'c');
    // The plan that closes it, or first what it wants to be told; nothing is sent.
    await see(/read-only: press A to arm|plan with it \(sends nothing\)/, 60 * SECOND);
    await press('Esc');
    await see('Still open ── ');
    // Back to where it was opened from, with its filter, and from there to the timeline.
    await press('Esc');
    await see('>Inventory');
    await press('Esc');
    await seeNo('/notebook fraud');
    await press('Esc');
    await seeNo('>Inventory');
    await press('q');
    expect(await on.exited()).toBe(0);
  },
  240 * SECOND,
);
