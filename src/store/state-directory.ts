import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FailedError } from '../model/errors.ts';
import { exists } from './exists.ts';
import { notWritable } from './write-file.ts';

/**
 * The folder that holds `incidents/`: `--state-dir`, else `$XDG_STATE_HOME/firebreak`, else `~/.local/state/firebreak`.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function statePath(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  // The specification says that a relative XDG path is to be ignored.
  const xdg = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : undefined;
  return flag === undefined ? join(xdg ?? join(env.HOME ?? homedir(), '.local', 'state'), 'firebreak') : resolve(flag);
}

/** `statePath`, made when it is missing. @throws FailedError `NotWritable` */
export async function stateDirectory(flag: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const path = statePath(flag, env);
  try {
    await makeFolder(join(path, 'incidents'));
    await access(join(path, 'incidents'), constants.W_OK | constants.X_OK);
  } catch (cause) {
    const failed = notWritable(path, cause);
    throw new FailedError(failed.code, failed.message, ['Choose another with --state-dir'], cause);
  }
  return path;
}

/** `mkdir -p` for the owner alone. Node's own never returns on file systems that answer "no such file" to every mkdir, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || (await exists(parent))) throw cause;
    await makeFolder(parent);
    await mkdir(path, { mode: 0o700 });
  }
}
