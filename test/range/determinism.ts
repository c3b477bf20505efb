/**
 * `node test/range/determinism.ts [--runs 10]`: plays every scenario again and again without a responder, and says whether the truth files
 * are the same, byte for byte; then twice by the program itself on the real clock, where the shorter file must begin the longer one.
 * Exits with 1 when one is not. Needs `dist/` for the second half.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { until } from '../helpers/until.ts';
import { truthOf } from './same-truth.ts';

const { runs } = parseArgs({ options: { runs: { type: 'string', default: '10' } } }).values;
const speed = 20;
const seed = 7;
/** How much of a story the program is to write: enough for calls of several people and the workloads. */
const programLines = 400;
let failed = false;

const lines = (text: string) => text.split('\n').length - 1;

/** What the program wrote, so many lines at least. */
async function byProgram(scenario: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'truth-'));
  const truth = join(folder, 'truth.jsonl');
  const flags = ['--scenario', scenario, '--seed', `${seed}`, '--speed', '200', '--start', '2026-11-23T20:00:00Z'];
  const program = spawn(process.execPath, ['dist/firebreak.js', 'range', ...flags, '--truth', truth], {
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => program.once('exit', resolve));
  await until(
    () => program.exitCode !== null || (existsSync(truth) && lines(readFileSync(truth, 'utf8')) >= programLines),
    `${programLines} lines of ${scenario}`,
    120_000,
  );
  program.kill('SIGINT');
  await ended;
  const text = await readFile(truth, 'utf8');
  await rm(folder, { recursive: true });
  return text;
}

for (const { attack, id } of scenarios) {
  const texts: string[] = [];
  for (let run = 0; run < Number(runs); run += 1) texts.push(await truthOf(id, seed, speed, attack.deadlineMs));
  const [first = ''] = texts;
  const same = texts.every((text) => text === first);
  const [a = '', b = ''] = [await byProgram(id), await byProgram(id)].sort((x, y) => x.length - y.length);
  const begins = a.length > 0 && b.startsWith(a);
  failed ||= !same || !begins;
  process.stdout.write(
    `${id.padEnd(22)} ${runs} runs of ${lines(first)} lines ${same ? 'the same' : 'DIFFER'} ${sha256(first).slice(0, 12)} · program: ${lines(a)} lines ${begins ? 'the same' : 'DIFFER'}\n`,
  );
}
process.exitCode = failed ? 1 : 0;
