import { createReadStream, fstatSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Rejected } from './ingest.ts';
import { lineNumbers } from './log-line-id.ts';
import { isGzip, NotRecords } from './packing.ts';
import { type SavedRecord, savedRecords } from './saved-records.ts';
import { JsonSplitter } from './split-json.ts';

/** A log file to read; `-` is standard input. */
export interface SavedFile {
  readonly path: string;
  /** Bytes on the disk; 0 for standard input. */
  readonly sizeBytes: number;
}

/** Names under which logs are kept; in a folder nothing else is opened. Contents decide what a file is, not its name. */
const logName = /\.(json|jsonl|ndjson|log|json\.gz|jsonl\.gz|ndjson\.gz|log\.gz|gz)$/i;

/** Every log file of the paths, folders walked through in the order of their names. What cannot be listed is rejected. */
export async function listSavedFiles(
  paths: readonly string[],
  reject: (rejected: Rejected) => void,
): Promise<readonly SavedFile[]> {
  const files: SavedFile[] = [];
  for (const path of paths) {
    if (path === '-') {
      files.push({ path, sizeBytes: 0 });
      continue;
    }
    const before = files.length;
    try {
      const { size } = await walk(path, files, reject);
      if (size === 'folder' && files.length === before)
        reject({
          where: path,
          problem: 'holds no logs (no .json, .jsonl, .ndjson, .log or .gz file)',
          nextStep: 'Name the folder that CloudTrail writes to, or a file',
        });
    } catch (error) {
      reject({ where: path, problem: readProblem(error), nextStep: 'Check the path and its permissions' });
    }
  }
  return files;
}

async function walk(
  path: string,
  files: SavedFile[],
  reject: (rejected: Rejected) => void,
): Promise<{ readonly size: number | 'folder' }> {
  const facts = await stat(path);
  if (!facts.isDirectory()) {
    files.push({ path, sizeBytes: facts.size });
    return { size: facts.size };
  }
  const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const inner = join(path, entry.name);
    try {
      // A link to a folder could lead back here, so links are taken for files only.
      if (entry.isDirectory()) await walk(inner, files, reject);
      else if (logName.test(entry.name)) {
        const target = await stat(inner);
        if (target.isFile()) files.push({ path: inner, sizeBytes: target.size });
      }
    } catch (error) {
      reject({ where: inner, problem: readProblem(error), nextStep: 'Check its permissions' });
    }
  }
  return { size: 'folder' };
}

/** After this many broken places in a row without one record, a file is not a log. */
const giveUpAfter = 20;
const chunkBytes = 1024 * 1024;

/**
 * Reads one file and hands on one record after the other, so that what was parsed can be forgotten soon. Never throws for what the file
 * holds: what cannot be read is rejected, and everything before and after it is taken.
 *
 * @param take Given each record; its bytes are good until `rest` has answered.
 * @param rest Called between records, about once a megabyte, with how many bytes of the file, as it lies on the disk, have been read.
 *   It is waited for (back-pressure), and reading stops when it says `false`.
 */
export async function readSavedFile(
  { path }: SavedFile,
  take: (record: SavedRecord) => void,
  rest: (bytesRead: number) => Promise<boolean>,
  reject: (rejected: Rejected) => void,
): Promise<{ readonly records: number }> {
  const lineId = lineNumbers();
  let records = 0;
  let brokenInARow = 0;
  let bytes = 0;
  const broken = (problem: string, byte: number, line: number) => {
    brokenInARow += 1;
    if (records === 0 && brokenInARow > 1) return; // A file that is no log at all is one line, not thousands.
    reject({ where: path, line, byte, problem, nextStep: 'Check this record; the rest is loaded' });
  };
  const splitter = new JsonSplitter(
    (piece) => {
      for (const read of savedRecords(piece)) {
        if ('problem' in read) broken(read.problem, piece.byte, piece.line);
        else {
          const { record } = read;
          const isNameless = record.format === 'cloudwatch-logs' && !record.id;
          take(isNameless ? { ...read, record: { ...record, id: lineId(record) } } : read);
          records += 1;
          brokenInARow = 0;
        }
      }
    },
    ({ problem, byte, line }) => broken(problem, byte, line),
  );
  const read = { bytes: 0 };
  try {
    for await (const chunk of await openBytes(path, read)) {
      bytes += chunk.length;
      splitter.push(chunk);
      if (!(await rest(read.bytes))) return { records };
      if (records === 0 && brokenInARow >= giveUpAfter) return { records };
    }
    splitter.end();
    await rest(read.bytes);
    if (bytes === 0) reject({ where: path, problem: 'is empty', nextStep: 'Nothing to do; the rest is loaded' });
  } catch (error) {
    // The records before a cut are good.
    await rest(read.bytes);
    reject(
      error instanceof NotRecords
        ? { where: path, problem: error.message, nextStep: error.nextStep }
        : {
            where: path,
            byte: bytes,
            problem: readProblem(error),
            nextStep: 'Fetch the file again; what came before is loaded',
          },
    );
  }
  return { records };
}

/**
 * The file's bytes, unpacked when it is gzip (one member or many), whatever its name says. Each chunk is good until the next: whoever keeps it
 * copies it.
 *
 * @throws NotRecords
 */
export async function openBytes(path: string, read: { bytes: number }): Promise<AsyncIterable<Buffer>> {
  const chunks = path === '-' ? (standardInput() as AsyncIterable<Buffer>)[Symbol.asyncIterator]() : fileChunks(path);
  const first = await chunks.next();
  async function* all(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let next: IteratorResult<Buffer> = first; !next.done; next = await chunks.next()) {
        read.bytes += next.value.length;
        yield next.value;
      }
    } finally {
      // Whoever leaves before the end leaves no file open; standard input is not ours to close.
      if (path !== '-') await chunks.return?.();
    }
  }
  try {
    return !first.done && isGzip(first.value) ? unpack(all()) : all();
  } catch (error) {
    if (path !== '-') await chunks.return?.();
    throw error;
  }
}

/**
 * A file read into the same memory again and again: touching a fresh megabyte for each costs more than reading it. While one chunk is worked on the
 * next one is read.
 */
async function* fileChunks(path: string): AsyncGenerator<Buffer, void, undefined> {
  const file = await open(path);
  let memory = Buffer.allocUnsafeSlow(chunkBytes);
  let spare = Buffer.allocUnsafeSlow(chunkBytes);
  let reading = file.read(memory, 0, chunkBytes);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      [memory, spare] = [spare, memory];
      reading = file.read(memory, 0, chunkBytes);
      reading.catch(() => undefined); // Waited for above, unless nobody wants the rest.
      yield spare.subarray(0, bytesRead);
    }
  } finally {
    // After what is still being read.
    await file.close();
  }
}

/** A worker's `process.stdin` is not the process's. A pipe is waited for without a thread that nobody could call back. */
function standardInput(): Readable {
  const facts = fstatSync(0);
  return facts.isFIFO() || facts.isSocket()
    ? new Socket({ fd: 0, readable: true, writable: false })
    : createReadStream('-', { fd: 0, autoClose: false, highWaterMark: chunkBytes });
}

async function* unpack(packed: AsyncGenerator<Buffer, void, undefined>): AsyncIterable<Buffer> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  let failure: unknown;
  const feeding = (async () => {
    try {
      for await (const chunk of packed) {
        await new Promise<void>((resolve, reject) => {
          // The chunk is taken once it was unpacked, not before.
          gunzip.write(chunk, (error) => (error ? reject(error) : resolve()));
        });
      }
      gunzip.end();
    } catch (error) {
      failure = error;
      gunzip.end();
    }
  })();
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } finally {
    // Damaged bytes are never said to be taken: whoever feeds would wait for ever.
    await packed.return();
  }
  await feeding;
  if (failure) throw failure;
}

function readProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'Z_BUF_ERROR':
      return 'is cut off in the middle (gzip)';
    case 'Z_DATA_ERROR':
      return 'is damaged (gzip)';
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'is a folder';
    default:
      return message;
  }
}
