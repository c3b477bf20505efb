/**
 * `node test/range/determinism.ts [--runs 10]`: plays every scenario again and again without a responder, and says whether the truth files
 * are the same, byte for byte; then twice by the program itself on the real clock, where the shorter file must begin the longer one.
 * Exits with 1 when one is not. Needs `dist/` for the second half.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { truthOf } from './same-truth.ts';

const { runs } = parseArgs({ options: { runs: { type: 'string', default: '10' } } }).values;
const speed = 20;
const seed = 7;
const programMs = 8_000;
let failed = false;

/** What the program wrote in so many real ms. */
async function byProgram(scenario: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'truth-'));
  const truth = join(folder, 'truth.jsonl');
  const flags = ['--scenario', scenario, '--seed', `${seed}`, '--speed', '200', '--start', '2026-11-23T20:00:00Z'];
  const program = spawn(process.execPath, ['dist/firebreak.js', 'range', ...flags, '--truth', truth], {
    stdio: 'ignore',
  });
  await new Promise((resolve) => setTimeout(resolve, programMs));
  program.kill('SIGINT');
  await new Promise((resolve) => program.once('exit', resolve));
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
  const lines = (text: string) => text.split('\n').length - 1;
  process.stdout.write(
    `${id.padEnd(22)} ${runs} runs of ${lines(first)} lines ${same ? 'the same' : 'DIFFER'} ${sha256(first).slice(0, 12)} · program: ${lines(a)} lines ${begins ? 'the same' : 'DIFFER'}\n`,
  );
}
process.exitCode = failed ? 1 : 0;
