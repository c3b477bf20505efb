/**
 * Random key sequences, pastes, resizes and events on the console, a thousand of them (the suite runs 20): it never ends by a bug, asks for
 * nothing that changes AWS while it is not armed, and leaves the terminal as it was.
 *
 * `node test/views/many-random-keys.ts [--runs 1000] [--seed N]`; on a failure it prints the seed and the sequence.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' } } });
const seed = values.seed ?? String(Date.now() % 1_000_000);
process.stdout.write(`${values.runs} sequences, seed ${seed}\n`);
const root = new URL('../..', import.meta.url).pathname;
const { status } = spawnSync(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    'run',
    '--config',
    'test/vitest.config.ts',
    'test/views/random-keys.test.tsx',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FIREBREAK_RANDOM_RUNS: values.runs, FIREBREAK_RANDOM_SEED: seed },
  },
);
process.exitCode = status ?? 1;
