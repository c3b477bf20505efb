import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startIngest } from '../../src/ingest/ingest.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { records } from './records.ts';

const recordsTogether = 2_000;

/** Writes a file of records, one a line. A piece at a time: a million of them are 1.4 GB. */
export function writeLog(path: string, count: number): string {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  const write = () => {
    writeSync(file, lines.join(''));
    lines = [];
  };
  for (const text of records(count)) {
    lines.push(text, '\n');
    if (lines.length >= 2 * recordsTogether) write();
  }
  write();
  closeSync(file);
  return path;
}

/** Rows of a first page. */
const pageRows = 60;

/**
 * Loads a file by the ingest thread alone, into a new store.
 *
 * @returns How long all of it took, and how long it was until a page of events could be read.
 */
export async function loadFile(
  file: string,
  path: string,
  count: number,
): Promise<{ readonly ms: number; readonly firstPageMs: number }> {
  const from = performance.now();
  let firstPageMs: number | undefined;
  const ingest = await startIngest({
    path,
    onProgress: ({ events: stored }) => {
      if (stored < pageRows || firstPageMs !== undefined) return;
      const queries = openQueries(path);
      const { rows } = queries.window({ view: 'all', from: 'newest', rows: pageRows });
      firstPageMs = rows.length === pageRows ? performance.now() - from : undefined;
      void queries.close();
    },
  });
  const { events } = await ingest.open([file]);
  const ms = performance.now() - from;
  await ingest.close();
  if (events !== count) throw new Error(`${events} of ${count} loaded`);
  return { ms, firstPageMs: firstPageMs ?? Number.NaN };
}

/** What the program took until everything was loaded. */
export interface Opened {
  readonly ms: number;
  /** Of all its threads. */
  readonly cpuMs: number;
  /** Resident at most, in bytes. */
  readonly peak: number;
}

/**
 * `firebreak open` on a file, from its start until everything is loaded: without a terminal it prints its first line then, and is ended.
 *
 * @param program The bundle. @param of What a process has used so far.
 */
export function openWhole(
  program: string,
  file: string,
  folder: string,
  of: { cpu(pid: number): number; peak(pid: number): number },
): Promise<Opened> {
  const state = mkdtempSync(join(folder, 'open-'));
  const from = performance.now();
  const child = spawn(
    process.execPath,
    [program, 'open', '--json', file, '--state-dir', state, '--incident', 'bench'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return new Promise((resolve, reject) => {
    let opened: Opened | undefined;
    child.stdout.once('data', () => {
      const pid = child.pid!;
      opened = { ms: performance.now() - from, cpuMs: of.cpu(pid), peak: of.peak(pid) };
      child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (code) => {
      rmSync(state, { recursive: true });
      if (opened) resolve(opened);
      else reject(new Error(`firebreak open ended with ${code} before it was loaded`));
    });
  });
}
