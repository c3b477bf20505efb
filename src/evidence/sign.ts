import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { FailedError } from '../model/errors.ts';
import { display } from '../shared/display.ts';
import { exists } from '../store/exists.ts';

/** What a signature is for, so that one made for something else does not count. https://man.openbsd.org/ssh-keygen#n */
const namespace = 'firebreak';

/** What `ssh-keygen` said; `undefined`: it is not installed. */
async function sshKeygen(
  args: readonly string[],
  input?: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string } | undefined> {
  return new Promise((resolve, reject) => {
    // A passphrase is asked for on the terminal by ssh-keygen itself.
    const child = spawn('ssh-keygen', ['-Y', ...args], {
      stdio: [input === undefined ? 'inherit' : 'pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', (code) => resolve({ code: code ?? 1, out, err }));
    if (input === undefined || !child.stdin) return;
    child.stdin.on('error', () => undefined); // It ended on its own: its code says so.
    createReadStream(input).pipe(child.stdin);
  });
}

/**
 * Signs a file with an SSH key into `FILE.sig`. The key is read by `ssh-keygen` alone, or stays with its agent.
 *
 * @throws FailedError `NotSigned`
 */
export async function signFile(path: string, key: string): Promise<void> {
  // It would ask whether to overwrite.
  await rm(`${path}.sig`, { force: true });
  const done = await sshKeygen(['sign', '-q', '-n', namespace, '-f', key, path]);
  const failed = (problem: string, next: string) =>
    new FailedError('NotSigned', `${display(path)} cannot be signed: ${problem}`, [next]);
  if (!done) throw failed('ssh-keygen is not installed', 'Install OpenSSH, or leave out --sign');
  if (done.code !== 0)
    throw failed(
      display(done.err.trim() || `ssh-keygen ended with ${done.code}`),
      'Name the file of an SSH key with --sign',
    );
}

/** Whom a signature is held against: `--allowed-signers`, `--signer`. */
export interface Signers {
  readonly file: string;
  readonly who: string;
}

export type SignatureCheck =
  | { readonly state: 'none' }
  /** It could not be looked at: there is no `ssh-keygen`. */
  | { readonly state: 'skipped'; readonly why: string }
  /** `by` is who was asked for; without that only the key is known, and whose it is nobody said. */
  | { readonly state: 'holds'; readonly by: string }
  | { readonly state: 'broken'; readonly problem: string };

/** Checks `FILE.sig`, if there is one. */
export async function checkSignature(path: string, signers: Signers | undefined): Promise<SignatureCheck> {
  const signature = `${path}.sig`;
  if (!(await exists(signature)))
    return signers ? { state: 'broken', problem: `there is no signature (${display(signature)})` } : { state: 'none' };
  const args = signers
    ? ['verify', '-n', namespace, '-f', signers.file, '-I', signers.who, '-s', signature]
    : ['check-novalidate', '-n', namespace, '-s', signature];
  const done = await sshKeygen(args, path);
  if (!done) return { state: 'skipped', why: 'ssh-keygen is not installed, so the signature was not checked' };
  const key = /with (.*)$/m.exec(done.out)?.[1]?.trim() ?? '';
  if (done.code === 0)
    return {
      state: 'holds',
      by: signers
        ? `${signers.who}, ${key}`
        : `${key} (whose key that is nobody said: --allowed-signers FILE --signer WHO)`,
    };
  return {
    state: 'broken',
    problem: display((done.err.trim() || done.out.trim()).split('\n')[0] ?? 'the signature does not hold'),
  };
}
