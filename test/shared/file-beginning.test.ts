import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { fileBeginning } from '../../src/shared/file-beginning.ts';

it('reads a file to its end, or as much of it as is wanted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-beginning-'));
  const path = join(folder, 'file');
  writeFileSync(path, 'x'.repeat(200_000));
  expect((await fileBeginning(path, 1_000_000)).length).toBe(200_000);
  expect((await fileBeginning(path, 100_001)).length).toBe(100_001);
  await expect(fileBeginning(join(folder, 'none'), 1)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(fileBeginning(folder, 1)).rejects.toMatchObject({ code: 'EISDIR' });
  rmSync(folder, { recursive: true });
});

it.skipIf(process.platform === 'win32')(
  'waits for who writes into a pipe, and not for ever where nobody does',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'firebreak-beginning-'));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    let passed = 0;
    const hasty: Clock = {
      now: () => passed,
      sleep: async (ms) => {
        passed += ms;
      },
    };
    await expect(fileBeginning(path, 100, hasty)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(passed).toBe(5_000);
    // Opened by a reader that was there first; what is written comes in two pieces with a wait between.
    const waits: number[] = [];
    let writer: Awaited<ReturnType<typeof open>> | undefined;
    const helping: Clock = {
      now: () => 0,
      sleep: async (ms, signal) => {
        waits.push(ms);
        if (waits.length === 2) {
          writer = await open(path, 'w');
          await writer.write('theme: ');
        } else if (waits.length === 4) {
          await writer?.write('basic');
          await writer?.close();
        }
        return systemClock.sleep(0, signal);
      },
    };
    expect(String(await fileBeginning(path, 100, helping))).toBe('theme: basic');
    rmSync(folder, { recursive: true });
  },
);
