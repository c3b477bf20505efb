/**
 * `npm run bench`: what the budgets of the product speak of, measured on the bundled program and printed as a table. Medians of several runs;
 * nothing here fails a build. `npm run bench -- linking` measures only that part; parts: linking, detection, load, million, report, streams, range, start, live,
 * console, drill.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { noPseudoTerminal, openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { cpuOf, memoryOf, programPid } from '../helpers/process-use.ts';
import { detectionCost } from './detection.ts';
import { linkingCost } from './linking.ts';
import { liveCost } from './live.ts';
import { loadFile, type Opened, openWhole, writeLog } from './load.ts';
import { rangeCost } from './range.ts';
import { reportCost } from './report.ts';
import { streamLatency } from './streams.ts';

const program = new URL('./firebreak.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));
const state = join(folder, 'state');
const rows: (readonly [what: string, measured: string, budget: string])[] = [];
const row = (what: string, measured: string, budget = '') => {
  rows.push([what, measured, budget]);
  process.stderr.write(`${what}: ${measured}\n`);
};

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], q: number) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
const mb = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;

const logFile = (count: number): string => writeLog(join(folder, `${count}.ndjson`), count);

const open = (args: readonly string[], columns: number, lines: number) =>
  openTerminal({ command: [process.execPath, program, ...args, '--state-dir', state], columns, rows: lines });

async function startUp(small: string): Promise<void> {
  const times = Array.from({ length: 11 }, () => {
    const from = performance.now();
    spawnSync(process.execPath, [program, '--version']);
    return performance.now() - from;
  });
  row('firebreak --version', ms(quantile(times, 0.5)), '80 ms');
  const frames: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    const from = performance.now();
    const terminal = open(['open', small], 120, 40);
    await terminal.see('Events');
    frames.push(performance.now() - from);
    await terminal.press('q');
    await terminal.exited();
  }
  row('first frame, 120×40 (pseudo-terminal included)', ms(quantile(frames, 0.5)), '300 ms');
}

/** Time from a key's write to the first output that follows it, for keys that move the selection. */
async function keys(terminal: Terminal, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const from = performance.now();
    const painted = terminal.painted();
    await terminal.press(turn % 2 === 0 ? 'k' : 'j');
    times.push((await painted) - from);
  }
  return times;
}

async function console200(file: string, count: number): Promise<void> {
  const terminal = open(['open', file], 200, 60);
  await terminal.see('Events');
  const pid = programPid(terminal);
  const loading = await keys(terminal, 40);
  row(
    'key → painted, 200×60, while 200,000 records load',
    `p50 ${ms(quantile(loading, 0.5))}, p95 ${ms(quantile(loading, 0.95))}`,
  );
  await terminal.see(count.toLocaleString('en'), 60_000);
  await terminal.seeNo('loading', 60_000);
  const idle = await keys(terminal, 100);
  row(
    'key → painted, 200×60, 200,000 events',
    `p50 ${ms(quantile(idle, 0.5))}, p95 ${ms(quantile(idle, 0.95))}`,
    'p95 20 ms',
  );
  const before = cpuOf(pid);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  row('CPU at rest, saved logs', `${((cpuOf(pid) - before) / 50).toFixed(1)} % of a core`, '3 %');
  const memory = memoryOf(pid);
  row('console with 200,000 events: resident, peak', `${mb(memory.now)}, ${mb(memory.peak)}`, 'peak 350 MB');
  await terminal.press('q');
  await terminal.exited();
}

async function drill(): Promise<void> {
  const terminal = open(['drill', 'presigned-url-hijack', '--speed', '20'], 200, 60);
  await terminal.see('CreatePresignedNotebookInstanceUrl', 60_000);
  const pid = programPid(terminal);
  const before = cpuOf(pid);
  const from = performance.now();
  const times = await keys(terminal, 150);
  const spent = performance.now() - from;
  row(
    'key → painted, 200×60, drill at speed 20',
    `p50 ${ms(quantile(times, 0.5))}, p95 ${ms(quantile(times, 0.95))}`,
    'p95 20 ms',
  );
  row(
    'CPU of the drill, range included, with these keys',
    `${(((cpuOf(pid) - before) / spent) * 100).toFixed(0)} % of a core`,
  );
  const atStart = memoryOf(pid).now;
  await new Promise((resolve) => setTimeout(resolve, 45_000));
  row('drill: resident at start, after 45 s', `${mb(atStart)}, ${mb(memoryOf(pid).now)}`);
  await terminal.press('q');
  await terminal.exited();
}

/** The console on live sources: calm ones, and 500 events a second. */
async function live(): Promise<void> {
  const part = { program, state, columns: 200, rows: 60, cpuOf, programPid, pressKeys: keys };
  const size = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  const share = (cpu: number) => `${(cpu * 100).toFixed(1)} % of a core`;
  for (const rangeFlags of [['--no-traffic'], []]) {
    const calm = await liveCost({ ...part, rangeFlags, settleSeconds: 35, seconds: 20, keyPresses: 0 });
    row(
      `CPU at rest, 200×60, live sources, ${calm.events.toFixed(1)} events/s`,
      `${share(calm.cpu)}, ${calm.frames.toFixed(1)} frames/s of ${size(calm.bytes / Math.max(0.1, calm.frames))}`,
      '3 %',
    );
  }
  const busy = await liveCost({
    ...part,
    rangeFlags: ['--rate', '500'],
    settleSeconds: 20,
    seconds: 20,
    keyPresses: 200,
  });
  row(
    'key → painted, 200×60, 500 events/s, range in another process',
    `p50 ${ms(quantile(busy.keys, 0.5))}, p95 ${ms(quantile(busy.keys, 0.95))} (${busy.keys.length})`,
    'p95 20 ms',
  );
  row(`CPU at ${busy.events.toFixed(0)} events/s, range in another process`, share(busy.cpu), '40 %');
  row('  the same while keys are pressed', share(busy.cpuWithKeys));
  row(
    '  what the terminal gets',
    `${busy.frames.toFixed(1)} frames/s of ${size(busy.bytes / Math.max(0.1, busy.frames))}, ${size(busy.bytes)}/s`,
  );
}

/** From publication in the range to the line of `watch`, by the source that was first. */
async function streams(): Promise<void> {
  for (const { name, rangeFlags, seconds } of [
    { name: 'with a trail', rangeFlags: ['--rate', '20'], seconds: 40 },
    { name: 'without a trail', rangeFlags: ['--rate', '2', '--no-trail'], seconds: 60 },
  ])
    for (const { source, delays } of await streamLatency({ program, folder, name, seconds, rangeFlags }))
      row(
        `published → line of watch, ${name}: ${source} (${delays.length})`,
        `p50 ${ms(quantile(delays, 0.5))}, p95 ${ms(quantile(delays, 0.95))}`,
        source === 'cloudtrail-lookup' ? '' : 'p95 1,500 ms',
      );
}

const used = { cpu: cpuOf, peak: (pid: number) => memoryOf(pid).peak };
/** The program until everything is loaded. */
const openedBy = (file: string) => openWhole(program, file, folder, used);
const runsOfLoad = 3;

async function load(file: string, count: number): Promise<void> {
  const times: number[] = [];
  const pages: number[] = [];
  const opened: Opened[] = [];
  for (let run = 0; run < runsOfLoad; run += 1) {
    const { ms: took, firstPageMs } = await loadFile(file, join(folder, `load-${run}.db`), count);
    times.push(took);
    pages.push(firstPageMs);
    opened.push(await openedBy(file));
  }
  const records = `${count.toLocaleString('en')} records`;
  row(`load ${records}, linked and stored`, ms(quantile(times, 0.5)), '4,000 ms');
  row('  until the first page can be read', ms(quantile(pages, 0.5)), '1,000 ms');
  rowsOfOpened(`firebreak open, ${records}`, opened, '4,000 ms', '350 MB');
  const queries = openQueries(join(folder, 'load-0.db'));
  const windows: number[] = [];
  let from: 'newest' | { at: number; rowId: number } = 'newest';
  for (let page = 0; page < 200; page += 1) {
    const start = performance.now();
    const { rows: found } = queries.window({ view: 'all', from, rows: 60 });
    windows.push(performance.now() - start);
    from = found[0] ?? 'newest';
  }
  row('a window of 60 rows', `p50 ${ms(quantile(windows, 0.5))}, p95 ${ms(quantile(windows, 0.95))}`, '1 ms');
  const views: number[] = [];
  for (const value of ['alice', 'bob', 'nobody', 'a', 'ds-exec']) {
    const start = performance.now();
    await queries.view(
      'bench',
      { type: 'field', field: 'principal', op: 'contains', value },
      new AbortController().signal,
    );
    views.push(performance.now() - start);
  }
  row('a filter, whole', `p50 ${ms(quantile(views, 0.5))}, worst ${ms(quantile(views, 1))}`, '100 ms');
  const chains: number[] = [];
  for (let rowId = 1; rowId < count; rowId += Math.floor(count / 10)) {
    const start = performance.now();
    await queries.ask<'chain'>('bench', { type: 'chain', rowId }, new AbortController().signal);
    chains.push(performance.now() - start);
  }
  row('a chain of credentials', `p50 ${ms(quantile(chains, 0.5))}, worst ${ms(quantile(chains, 1))}`, '50 ms');
  await queries.close();
}

function rowsOfOpened(what: string, opened: readonly Opened[], budget: string, memory: string): void {
  const median = (of: (one: Opened) => number) => quantile(opened.map(of), 0.5);
  row(
    `${what}: until loaded`,
    `${ms(median((one) => one.ms))}, of processor time ${ms(median(({ cpuMs }) => cpuMs))}`,
    budget,
  );
  row('  resident at most', mb(median(({ peak }) => peak)), memory);
}

/**
 * Whether an event costs the same in a small load and in a large one: all in turn, so that they meet the same machine. Starting the program is a
 * third of a small load: without it, what each further event takes says whether the cost grows with the size.
 */
async function million(): Promise<void> {
  const counts = [1_000, 100_000, 1_000_000] as const;
  const files = counts.map(logFile);
  const opened = counts.map((): Opened[] => []);
  for (let run = 0; run < runsOfLoad; run += 1)
    for (const [index, file] of files.entries()) opened[index]!.push(await openedBy(file));
  for (const file of files) rmSync(file);
  rowsOfOpened('firebreak open, 1,000,000 records', opened[2]!, '20,000 ms', '600 MB');
  const [start, few, all] = opened.map((runs) =>
    quantile(
      runs.map((one) => one.ms * 1_000),
      0.5,
    ),
  ) as [number, number, number];
  const compared = (small: number, large: number) =>
    `${small.toFixed(1)} µs, ${large.toFixed(1)} µs (${large < small ? '−' : '+'}${Math.abs((large / small - 1) * 100).toFixed(0)} %)`;
  row(
    '  an event, the start shared out: of 100,000, of 1,000,000',
    compared(few / counts[1], all / counts[2]),
    'dearer by at most 25 %',
  );
  row(
    '  each further event: from 1,000 to 100,000, to 1,000,000',
    compared((few - start) / (counts[1] - counts[0]), (all - few) / (counts[2] - counts[1])),
    '±25 %',
  );
}

process.stderr.write(`node ${process.version}, ${cpus().length} cores, ${mb(totalmem())}\n`);
const many = 200_000;
let bigFile: string | undefined;
const manyRecords = () => {
  bigFile ??= logFile(many);
  return bigFile;
};
/** What can be measured by itself: `npm run bench -- streams`. */
const parts: { readonly [name: string]: { readonly needsTerminal?: boolean; run(): Promise<void> } } = {
  linking: {
    run: async () => {
      const { link, summary } = linkingCost(20_000, 25);
      row('link an event, mixed records (thread time)', `${link.toFixed(1)} µs`, '4 µs');
      row('the sentence of an event', `${summary.toFixed(1)} µs`);
    },
  },
  detection: {
    run: async () => {
      const { sixty, builtIn, rules, many } = detectionCost(20_000, 9, 800);
      row('rules on an event: 60 built-in ones (thread time)', `${sixty.toFixed(1)} µs`, '5 µs');
      row(`rules on an event: all ${rules} built-in ones`, `${builtIn.toFixed(1)} µs`);
      row(`rules on an event: ${rules + 800}, 800 of them not ours`, `${many.toFixed(1)} µs`, '25 µs');
    },
  },
  load: { run: () => load(manyRecords(), many) },
  million: { run: million },
  report: {
    run: async () => {
      const cost = await reportCost(program, folder, 10_000);
      row(
        'report of 10,000 marked events, the program’s start included',
        `${ms(cost.ms)}, of processor time ${ms(cost.cpuMs)}`,
        '2,000 ms',
      );
      row('  of which resident at most', mb(cost.peak), '300 MB');
      row('  its size', mb(cost.bytes));
      row('bundle of the same, as an archive', ms(cost.bundleMs));
    },
  },
  streams: { run: streams },
  range: {
    run: async () => {
      const [rate, tails] = [500, 20];
      const cost = await rangeCost({ program, folder, rate, tails, seconds: 20, cpuOf });
      row(
        `the range at ${cost.published.toFixed(0)} published events/s, ${tails} open tails (${cost.shown.toFixed(0)} lines/s): CPU`,
        `${(cost.cpu * 100).toFixed(0)} % of a core`,
        '50 %',
      );
      row(
        `  Describe* meanwhile (${cost.describes.length})`,
        `p50 ${ms(quantile(cost.describes, 0.5))}, p95 ${ms(quantile(cost.describes, 0.95))}`,
        'p95 10 ms',
      );
    },
  },
  start: { needsTerminal: true, run: () => startUp(logFile(1_000)) },
  live: { needsTerminal: true, run: live },
  console: { needsTerminal: true, run: () => console200(manyRecords(), many) },
  drill: { needsTerminal: true, run: drill },
};
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  process.stderr.write(
    `bench: there is no part "${unknown}". Next: name some of ${Object.keys(parts).join(', ')}, or none\n`,
  );
  process.exit(2);
}
if (noPseudoTerminal) process.stderr.write(`${noPseudoTerminal}\n`);
for (const [name, { needsTerminal, run }] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  if (!(needsTerminal && noPseudoTerminal)) await run();
}
rmSync(folder, { recursive: true, force: true });
const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column as 0 | 1 | 2].length)));
process.stdout.write(
  `${[['what', 'measured', 'budget'] as const, ...rows]
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`,
);
process.exit(0);
