import { access } from 'node:fs/promises';
import type { Rejected } from '../ingest/ingest.ts';
import { UsageError } from '../model/errors.ts';
import { display } from '../shared/display.ts';

/** Says at once which path does not exist, before an incident is made for it. @throws UsageError */
export async function checkPaths(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (path === '-') continue;
    try {
      await access(path);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw new UsageError(`${path}: ${missing ? 'no such file or folder' : (error as Error).message}`, {
        nextSteps: ['Check the path'],
      });
    }
  }
}

const shown = 20;

/** One line on stderr for each thing that could not be read (20 at most), and the count. */
export function tellRejected(rejected: readonly Rejected[], total: number): void {
  for (const { where, line, byte, problem, nextStep } of rejected.slice(0, shown)) {
    const place = line !== undefined ? `:${line}` : byte !== undefined ? ` byte ${byte}` : '';
    process.stderr.write(
      display(`firebreak: ${where}${place}: ${problem}.${nextStep ? ` Next: ${nextStep}` : ''}`).concat('\n'),
    );
  }
  const count = Math.max(total, rejected.length);
  if (count > shown) process.stderr.write(`firebreak: and ${count - shown} more\n`);
  if (count > 0) process.stderr.write(`firebreak: ${count} rejected, the rest is loaded\n`);
}
