/**
 * `npm run screenshot`: draws a picture of every screen from the real program, in a real pseudo-terminal, on the drill. With words it draws only
 * pictures whose name holds one of them. What happens is the same each time (the drill's seed); clocks are those of the day.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noPseudoTerminal, openTerminal } from './pseudo-terminal.ts';
import { screenSvg } from './screen-svg.ts';

/** A picture: where it is kept, what it shows, how one comes to it from the timeline, and what is there when it is whole. */
interface Picture {
  readonly name: string;
  readonly title: string;
  /** Keys, or a command of the palette. */
  readonly open: readonly string[];
  readonly see: RegExp;
}

const pictures: readonly Picture[] = [
  {
    name: 'console',
    title: 'The timeline during the presigned-url-hijack drill',
    open: [],
    see: /UpdateNotebookInstance/,
  },
  {
    name: 'findings',
    title: 'Findings: what the rules found, why, and the triage',
    open: ['F'],
    see: /why: (?!asking)/,
  },
  {
    name: 'still-open',
    title: 'Still open: every door the attacker still has',
    open: ['D'],
    see: /presigned|session +\d/,
  },
  {
    name: 'chain',
    title: 'The chain: whose credentials, where from, what they led to',
    open: [':filter action=CreatePresignedNotebookInstanceUrl ip=198.51.100.7', 'f'],
    see: /code runs as|led to|presigned URL to/,
  },
  {
    name: 'resource',
    title: 'One resource: what speaks against it, what can be done, who, relations, events',
    open: [':resource fraud-lab'],
    see: /state now: (?!asking)[\s\S]*acted on it/,
  },
  {
    name: 'principal',
    title: 'One principal: keys, where from, what it did, what closes it',
    open: [':principal alice'],
    see: /long-term key +A/,
  },
  {
    name: 'logs',
    title: 'Logs: what code on SageMaker printed, as it comes',
    open: [':logs'],
    see: /following[\s\S]*being read/,
  },
  { name: 'inventory', title: 'Inventory: what runs now', open: [':inv'], see: /accelerators at work|at work/ },
  { name: 'posture', title: 'Posture: how the resources of the incident are set up', open: [':posture'], see: /weak/ },
  {
    name: 'indicators',
    title: 'Indicators: what to look for elsewhere',
    open: [':indicators'],
    see: /198\.51\.100\.7/,
  },
  { name: 'coverage', title: 'Coverage: what is read, how far, and what is not', open: ['V'], see: /CloudWatch Logs/ },
  { name: 'calls', title: 'The AWS calls that this session made', open: ['@'], see: /sagemaker:\w+/ },
  {
    name: 'plan',
    title: 'A plan before anything is sent: the calls, what they break, whom they hit',
    open: [':resource ds-exec', 'c', 'Enter'],
    see: /press A to arm/,
  },
  { name: 'journal', title: 'The journal: what was done, the state of each, undo', open: ['x'], see: />Journal/ },
  { name: 'report', title: 'The report as it would be written now', open: [':preview'], see: /Summary|# / },
  { name: 'help', title: 'Help: every key, run with Enter', open: ['?'], see: /Enter +open/ },
];

if (noPseudoTerminal) {
  process.stderr.write(`${noPseudoTerminal}\n`);
  process.exit(1);
}
const root = new URL('..', import.meta.url).pathname;
const words = process.argv.slice(2);
const wanted = pictures.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const state = mkdtempSync(join(tmpdir(), 'firebreak-screenshot-'));
const terminal = openTerminal({
  command: [
    process.execPath,
    join(root, 'dist/firebreak.js'),
    'drill',
    'presigned-url-hijack',
    '--seed',
    '1',
    '--speed',
    '20',
    '--state-dir',
    state,
  ],
  columns: 120,
  rows: 36,
});
const { press, see, seeUntil } = terminal;

/** Waits until nothing is drawn but what ticks: a picture of half a frame shows what never was. */
async function still(): Promise<void> {
  const now = () => terminal.screen().join('\n').replaceAll(/\d+/g, '0');
  for (let before = '', turn = 0; before !== now() && turn < 20; turn += 1) {
    before = now();
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

/** A command through the palette, a key as it is. */
async function type(what: string): Promise<void> {
  if (!what.startsWith(':')) {
    await press(what);
    return;
  }
  await press(':');
  await see('>Command');
  await press(...what.slice(1));
  await press('Enter');
  await seeUntil(() => !terminal.screen().join('\n').includes('>Command'), 'the palette closed');
}

mkdirSync(join(root, '.images'), { recursive: true });
try {
  await see('CreatePresignedNotebookInstanceUrl', 120_000);
  await see('UpdateNotebookInstance', 120_000);
  for (const { name, title, open, see: whole } of wanted) {
    for (const key of open) {
      await type(key);
      // Keys that come before a dialog was painted are thrown away.
      await still();
    }
    await see(whole, 60_000);
    await still();
    writeFileSync(join(root, '.images', `${name}.svg`), screenSvg(terminal.term, title));
    process.stderr.write(`wrote .images/${name}.svg\n`);
    // Back over dialogs, screens and filters to the timeline as a whole.
    const isAtHome = () => />Events(?!.*filter:)/.test(terminal.screen().join('\n'));
    for (let turn = 0; turn < 9 && !isAtHome(); turn += 1) {
      await press('Esc');
      await still();
    }
  }
  await press('q');
  await terminal.exited();
} finally {
  // A picture that failed must not leave the drill running.
  terminal.kill();
  await terminal.exited();
  rmSync(state, { recursive: true, force: true });
}
