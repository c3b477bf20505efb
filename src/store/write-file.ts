import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FailedError } from '../model/errors.ts';

/**
 * Writes a file whole or not at all: to a temporary file beside it, fsynced, then renamed over it. Readable by the owner alone.
 *
 * @throws FailedError `NotWritable` when the folder is missing or not ours, the path is a folder, or the disk is full.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content);
      // Not `write`: what a disk that fills up takes half of is no error there.
      else for (const part of content) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // The first failure is the one to tell.
    throw notWritable(path, cause);
  }
}

const reasons: { readonly [code: string]: readonly [problem: string, nextStep: string] } = {
  EACCES: ['permission denied', 'Choose a folder that you may write to'],
  EPERM: ['permission denied', 'Choose a folder that you may write to'],
  EROFS: ['the disk is read-only', 'Choose a folder that you may write to'],
  ENOENT: ['the folder does not exist', 'Create the folder or choose another'],
  ENOTDIR: ['a part of the path is no folder', 'Choose another path'],
  EISDIR: ['it is a folder', 'Name a file'],
  ENOSPC: ['the disk is full', 'Free some space and repeat; nothing was lost'],
  EDQUOT: ['the disk quota is used up', 'Free some space and repeat; nothing was lost'],
};

/** A file-system failure in words: path, problem, next step. */
export function notWritable(path: string, cause: unknown): FailedError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const [problem, nextStep] = reasons[code] ?? [
    `${cause instanceof Error ? cause.message : cause}`,
    'Choose another path',
  ];
  return new FailedError('NotWritable', `${path} cannot be written: ${problem}`, [nextStep], cause);
}
