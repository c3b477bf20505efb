/**
 * `npm test`: build, catalogues fresh, types, lint, tests; ends with one line `N passed, N failed[, N skipped]`.
 * Everything runs, even after a failure, so that one run shows all there is to mend. Test files that fail run once more, alone.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`npm test needs Node 24 from node_modules, this is ${process.version}. Next: npm ci\n`);
  process.exit(2);
}
process.stdout.write(`node ${process.version}\n`);

const folder = mkdtempSync(join(tmpdir(), 'firebreak-test-'));
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

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs test files. @returns What each told, by its path in the project; a file of which nothing is known is not there. */
function runTests(title: string, wanted: readonly string[], args: readonly string[]): ReadonlyMap<string, Counts> {
  const resultFile = join(folder, 'vitest.json');
  rmSync(resultFile, { force: true });
  const outputs = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`];
  const well = step(title, bin('vitest'), ['run', '--config', 'test/vitest.config.ts', ...outputs, ...args]);
  let results: { readonly name: string; readonly status: string; readonly assertionResults: { status: string }[] }[];
  try {
    ({ testResults: results } = JSON.parse(readFileSync(resultFile, 'utf8')));
  } catch {
    // Without a result file the runner itself failed.
    return new Map();
  }
  const told = new Map<string, Counts>();
  for (const { name, status, assertionResults } of results) {
    const number = (...states: string[]) => assertionResults.filter((result) => states.includes(result.status)).length;
    // Of a file whose process died some are still pending; one that does not load has no failed test of its own.
    const bad = Math.max(number('failed', 'pending'), status === 'passed' ? 0 : 1);
    told.set(relative(root, name), { passed: number('passed'), failed: bad, skipped: number('skipped', 'todo') });
  }
  // An error that belongs to no test, as of a promise that nobody waited for, must not pass unseen.
  if (!well && wanted.every((file) => told.get(file)?.failed === 0)) failed += 1;
  return told;
}

/** More files than this did not just wait too long for their turn. */
const AGAIN_AT_MOST = 6;

const files = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).sort();
const results = new Map(runTests('tests', files, []));
const notWell = () => files.filter((file) => results.get(file)?.failed !== 0);
const again = notWell();
if (again.length > 0 && again.length <= AGAIN_AT_MOST) {
  // Terminals, clocks and processes on a shared machine: what failed among others may only have waited too long for its turn. What fails
  // alone as well has failed; what passes then is named, so that nobody takes it for sound.
  for (const file of again) results.delete(file);
  const alone = runTests('failed among the others: once more, alone', again, ['--maxWorkers=1', ...again]);
  for (const [file, counts] of alone) results.set(file, counts);
  process.stdout.write(
    `\nfailed among the others: ${again.join(', ')}; alone as well: ${notWell().join(', ') || 'none'}\n`,
  );
}
for (const counts of results.values()) {
  passed += counts.passed;
  failed += counts.failed;
  skipped += counts.skipped;
}
failed += files.filter((file) => !results.has(file)).length;
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 ? 1 : 0;
