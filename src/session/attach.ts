import { once } from 'node:events';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FailedError } from '../model/errors.ts';
import { display } from '../shared/display.ts';
import { workerUrl } from '../shared/worker-url.ts';
import type { JournalLine } from '../store/journal.ts';
import { notWritable } from '../store/write-file.ts';
import type { SessionEntry } from './decision.ts';
import type { HashedFile } from './hash-worker.ts';

/** A memory image is kept beside the incident, not in it. */
const mostBytes = 2 * 1024 ** 3;

/**
 * Copies a file into the incident's `attachments/`, reads the copy back for its hash on a thread of its own, and journals it. The name that the file had stands in the
 * journal; on the disk it has a number and what of the name is harmless.
 *
 * @returns `attachments/…` @throws FailedError `NotReadable`, `NotWritable`
 */
export async function attachFile(options: {
  readonly path: string;
  readonly about: { readonly note?: string; readonly eventId?: string };
  readonly by: string;
  readonly folder: string;
  readonly lines: readonly JournalLine[];
  append(entry: SessionEntry): Promise<unknown>;
}): Promise<string> {
  const { path, about, by, folder, lines } = options;
  const unreadable = (problem: string, cause?: unknown) =>
    new FailedError('NotReadable', `${display(path)} cannot be attached: ${problem}`, ['Name a file'], cause);
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(error.code === 'ENOENT' ? 'no such file' : error.message, error);
  });
  if (!facts.isFile()) throw unreadable(facts.isDirectory() ? 'it is a folder' : 'it is no file');
  if (facts.size > mostBytes) throw unreadable('it has more than 2 GB; note its hash and where it lies instead');
  const name = basename(path);
  // `a`, `.` and `..` alone would be odd names, and what begins with a dot is hidden.
  const harmless =
    name
      .replaceAll(/[^A-Za-z0-9._-]/g, '_')
      .replace(/^\.+/, '')
      .slice(-80) || 'file';
  const number = 1 + lines.filter(({ entry }) => entry.type === 'attached').length;
  await mkdir(join(folder, 'attachments'), { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw notWritable(join(folder, 'attachments'), cause);
  });
  const { file, copy } = await freeName(folder, number, harmless, path);
  try {
    await chmod(copy, 0o600);
    const { sha256, sizeBytes } = await hashOf(copy);
    await options.append({
      type: 'attached',
      file,
      name,
      sizeBytes,
      sha256,
      note: about.note ?? '',
      ...(about.eventId === undefined ? {} : { eventId: about.eventId }),
      by,
    });
    return file;
  } catch (error) {
    await rm(copy, { force: true }).catch(() => undefined); // The first failure is the one to tell.
    throw error;
  }
}

async function freeName(folder: string, number: number, name: string, from: string) {
  for (let next = number; ; next += 1) {
    const file = `attachments/${next}-${name}`;
    const copy = join(folder, file);
    try {
      await copyFile(from, copy, constants.COPYFILE_EXCL);
      return { file, copy };
    } catch (cause) {
      // Left by an attaching that was killed before its line was written.
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      await rm(copy, { force: true }).catch(() => undefined); // A full disk may have taken half of it.
      throw notWritable(copy, cause);
    }
  }
}

/** Two gigabytes take seconds, in which keys must be answered. */
async function hashOf(path: string): Promise<HashedFile> {
  const worker = new Worker(workerUrl(import.meta.url, './hash-worker.ts', 'hash-worker'), { workerData: path });
  try {
    const [hashed] = (await once(worker, 'message')) as [HashedFile];
    return hashed;
  } finally {
    await worker.terminate();
  }
}
