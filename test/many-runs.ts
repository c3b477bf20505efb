/**
 * The property tests that draw few stories in the suite, with many: a thousand each, or as many as `--runs` says. On a failure they print seed,
 * path and story; `--seed N --path P` draws that one again, where a test has a seed of its own (the random keys).
 *
 * `node test/many-runs.ts [--runs N] [--seed N] [--path P] [FILE…]`; without a file all of them.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: 'many' }, seed: { type: 'string' }, path: { type: 'string' } },
  allowPositionals: true,
});
const root = new URL('..', import.meta.url).pathname;
const drawing = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).filter((file) =>
  readFileSync(root + file, 'utf8').includes('/helpers/runs.ts'),
);
const seed = values.seed ?? String(Date.now() % 1_000_000);
process.stdout.write(`seed ${seed}\n`);
const { status } = spawnSync(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    'run',
    '--config',
    'test/vitest.config.ts',
    '--reporter=verbose',
    ...(positionals.length > 0 ? positionals : drawing),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      FIREBREAK_RUNS: values.runs,
      FIREBREAK_SEED: seed,
      ...(values.path === undefined ? {} : { FIREBREAK_PATH: values.path }),
    },
  },
);
process.exitCode = status ?? 1;
