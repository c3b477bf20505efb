/**
 * `npm test`: build, catalogues fresh, types, lint, tests; ends with one line `N passed, N failed[, N skipped]`.
 * Everything runs, even after a failure, so that one run shows all there is to mend.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`npm test needs Node 24 from node_modules, this is ${process.version}. Next: npm ci\n`);
  process.exit(2);
}
process.stdout.write(`node ${process.version}\n`);

const folder = mkdtempSync(join(tmpdir(), 'firebreak-test-'));
const resultFile = join(folder, 'vitest.json');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
let passed = 0;
let failed = 0;
let skipped = 0;

/** Runs one step with its output on ours. @returns Whether it ended well. */
function step(title: string, command: string, args: readonly string[]): boolean {
  process.stdout.write(`\n── ${title}\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) process.stdout.write(`${error.message}\n`);
  return status === 0;
}
const count = (well: boolean) => {
  if (well) passed += 1;
  else failed += 1;
};

count(step('build', process.execPath, ['src/dev/build.ts']));
count(step('catalogues are fresh', process.execPath, ['src/dev/generate.ts', '--check']));
count(step('types', bin('tsc'), ['--noEmit']));
count(step('lint', bin('biome'), ['check', '--error-on-warnings', '.']));
const well = step('tests', bin('vitest'), [
  'run',
  '--config',
  'test/vitest.config.ts',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${resultFile}`,
]);
try {
  const results = JSON.parse(readFileSync(resultFile, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numFailedTestSuites: number;
  };
  passed += results.numPassedTests;
  skipped += results.numPendingTests;
  // A file that does not load has no failed test of its own.
  failed += Math.max(results.numFailedTests, well ? 0 : 1);
} catch {
  // Without a result file the runner itself failed.
  failed += 1;
}
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 ? 1 : 0;
