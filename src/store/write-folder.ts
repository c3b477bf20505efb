import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FailedError } from '../model/errors.ts';
import { notWritable, writeFileAtomically } from './write-file.ts';

/**
 * Whether a folder can be made there: it is missing, or empty.
 * @throws FailedError `Exists` when something stands there, `NotWritable`
 */
export async function refuseFilledFolder(path: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR')
      throw new FailedError(
        'Exists',
        `${path} is a file; nothing was written`,
        ['Name a folder that is not there yet'],
        cause,
      );
    throw notWritable(path, cause);
  }
  if (names.length > 0)
    throw new FailedError('Exists', `${path} is not empty; nothing was written`, [
      'Name a folder that is not there yet',
    ]);
}

/** Fsyncs a folder, so that the names in it are on the disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Writes a folder whole or not at all: into a temporary one beside it, each file and folder fsynced, then renamed. For the owner alone
 * (0700, files 0600). Paths are ours: they hold no `..` and no hostile name.
 *
 * @throws FailedError `Exists` when the folder is there and not empty, `NotWritable`
 */
export async function writeFolderAtomically(
  path: string,
  files: readonly { readonly path: string; readonly content: string }[],
): Promise<void> {
  const target = resolve(path);
  await refuseFilledFolder(target);
  const temporary = join(dirname(target), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await mkdir(temporary, { mode: 0o700 });
    const folders = new Set<string>();
    for (const file of files) {
      const whole = join(temporary, file.path);
      if (!whole.startsWith(`${temporary}/`)) throw new Error(`${file.path} would leave its folder`);
      const folder = dirname(whole);
      if (!folders.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 });
      folders.add(folder);
      await writeFileAtomically(whole, file.content);
    }
    for (const folder of folders) await syncFolder(folder);
    await syncFolder(temporary);
    await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // The first failure is the one to tell.
    if (cause instanceof FailedError || !(cause as NodeJS.ErrnoException).code) throw cause;
    throw notWritable(path, cause);
  }
}
