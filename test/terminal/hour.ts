/**
 * An hour of use: the real program on a busy range, every screen opened, scrolled and left, filters, lanes, resizes, reports, again and
 * again; prints whether its memory stays flat. `node test/terminal/hour.ts [--minutes 6] [--rate 100] [--pace 0]`, after `npm run build`.
 * `--pace` is the pause between two keys in ms: with 0 an hour of keys is pressed in some minutes, with 1000 an hour is an hour.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openTerminal } from '../../src/dev/pseudo-terminal.ts';
import { startRangeProcess } from '../helpers/firebreak.ts';
import { memoryOf, programPid } from '../helpers/process-use.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '6' },
    rate: { type: 'string', default: '100' },
    pace: { type: 'string', default: '0' },
  },
});
const minutes = Number(values.minutes);
const pace = Number(values.pace);
const folder = mkdtempSync(join(tmpdir(), 'firebreak-hour-'));
const program = new URL('../../dist/firebreak.js', import.meta.url).pathname;
const range = await startRangeProcess(['--rate', values.rate]);
const terminal = openTerminal({
  command: [process.execPath, program, '--state-dir', folder],
  columns: 200,
  rows: 60,
  // A pager would take the keys that follow.
  env: { ...range.env, PAGER: 'cat' },
});
await terminal.see(/[1-9][\d,]* events/, 60_000);
const pid = programPid(terminal);
const resident = () => memoryOf(pid).now / 1024 / 1024;

const sheet = (word: string): readonly string[] => [':', `${word}\r`, ...'jjGgk'.split(''), 'Esc'];
const round: readonly string[] = [
  ...[
    'inv',
    'open',
    'findings',
    'journal',
    'calls',
    'coverage',
    'logs',
    'chain',
    'indicators',
    'posture',
    'preview',
  ].flatMap(sheet),
  ...['R', 'j', 'Esc', 'U', 'j', 'Esc', '/', 'error\r', 'k', 'k', 'Esc', '/', 'action~Create*\r', 'Esc'],
  ...['l', '+', '+', '[', ']', '0', 'Esc', 'v', 'Esc', '?', 'Esc', 'm', 'm', 'G', 'k', 'k', 'k', 's', 'w', 'B', 'Esc'],
];
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
const samples: { readonly at: number; readonly mb: number }[] = [];
const from = Date.now();
let [rounds, keys] = [0, 0];
while (Date.now() - from < minutes * 60_000) {
  const [columns, rows] = sizes[rounds % sizes.length]!;
  terminal.resize(columns, rows);
  for (const key of round) {
    await terminal.press(key);
    keys += 1;
    if (pace > 0) await setTimeout(pace);
    samples.push({ at: Date.now() - from, mb: resident() });
  }
  // Whatever was left open is left: each round begins on the panes.
  await terminal.press('Esc', 'Esc', 'Esc', 'Esc');
  rounds += 1;
  if (rounds % 10 === 0 || pace > 0)
    process.stdout.write(`${rounds} rounds, ${keys} keys, ${resident().toFixed(0)} MB\n`);
}
const shown = /([\d,]+) events/.exec(terminal.screen()[1] ?? '')?.[1] ?? '?';
await terminal.press('Ctrl-C', 'Ctrl-C');
await terminal.exited();
await range.stop();
rmSync(folder, { recursive: true });
// The first quarter is warming up.
const warm = samples.filter(({ at }) => at >= minutes * 15_000);
const third = Math.max(1, Math.floor(warm.length / 3));
const median = (some: typeof warm) => [...some].sort((a, b) => a.mb - b.mb)[Math.floor(some.length / 2)]?.mb ?? 0;
const [early, late] = [median(warm.slice(0, third)), median(warm.slice(-third))];
process.stdout.write(
  `${rounds} rounds, ${keys} keys in ${minutes} min, ${shown} events; resident ${early.toFixed(0)} MB early, ${late.toFixed(0)} MB late (${(((late - early) / early) * 100).toFixed(1)} %), most ${Math.max(...samples.map(({ mb }) => mb)).toFixed(0)} MB; budget: flat within 10 %\n`,
);
process.exitCode = late <= early * 1.1 ? 0 : 1;
