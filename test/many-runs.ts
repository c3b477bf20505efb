/**
 * The property tests that draw few stories in the suite, with many: `node test/many-runs.ts [FILE…]`; without a file all of them.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const drawing = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).filter((file) =>
  readFileSync(root + file, 'utf8').includes('/helpers/runs.ts'),
);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : drawing;
const { status } = spawnSync(
  `${root}node_modules/.bin/vitest`,
  ['run', '--config', 'test/vitest.config.ts', '--reporter=verbose', ...wanted],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FIREBREAK_MANY_RUNS: '1' } },
);
process.exitCode = status ?? 1;
