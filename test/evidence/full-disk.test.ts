import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { BundleSource } from '../../src/evidence/contents.ts';
import { writeBundle } from '../../src/evidence/write-bundle.ts';
import { wholeReport } from '../../src/report/options.ts';
import { writeFileAtomically } from '../../src/store/write-file.ts';
import { view } from '../report/views.ts';

const room = mkdtempSync(join(tmpdir(), 'firebreak-full-'));
afterAll(() => rmSync(room, { recursive: true }));

const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

it('a report whose disk fills up half-way leaves what was there, and no half file', async () => {
  const path = join(room, 'report.md');
  writeFileSync(path, 'the one before');
  const half = function* () {
    yield '# Incident';
    throw full();
  };
  await expect(writeFileAtomically(path, half())).rejects.toMatchObject({
    code: 'NotWritable',
    message: expect.stringContaining('the disk is full'),
  });
  expect(readdirSync(room)).toEqual(['report.md']);
});

it('nor does one of which the last piece is taken by half: that is no error of a single write', () => {
  const folder = mkdtempSync(join(room, 'half-'));
  const program = `
    const { writeFileAtomically } = await import(${JSON.stringify(new URL('../../src/store/write-file.ts', import.meta.url).href)});
    await writeFileAtomically(${JSON.stringify(join(folder, 'report.md'))}, ['x'.repeat(20_000)]).then(
      () => console.log('written'),
      ({ code }) => console.log(code),
    );`;
  // A limit of 4 kB stands in for a disk that has no more.
  const limited = ['-c', 'ulimit -f 4; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', program];
  const { stdout } = spawnSync('bash', limited, { encoding: 'utf8' });
  expect(stdout.trim()).toBe('NotWritable');
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

it.each(['bundle', 'bundle.tar.gz'])('nor does a %s', async (name) => {
  const source: BundleSource = {
    view: {
      ...view(),
      raw: () => {
        throw full();
      },
    },
    options: wholeReport,
    lines: [],
    folder: undefined,
  };
  await expect(writeBundle(source, join(room, name), undefined)).rejects.toMatchObject({
    code: 'NotWritable',
    message: expect.stringContaining('the disk is full'),
  });
  expect(readdirSync(room)).toEqual(['report.md']);
});
