import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The bundled program. */
export const program = new URL('../../dist/firebreak.js', import.meta.url).pathname;

/** A new empty folder for incidents. */
export const stateFolder = (): string => mkdtempSync(join(tmpdir(), 'firebreak-state-'));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An environment without the settings of whoever runs the tests. */
export function cleanEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  return {
    ...env,
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    XDG_CONFIG_HOME: '/nonexistent',
    ...extra,
  };
}

/** For programs beside a range that runs faster: they ask the event history as often as AWS allows, not half as often, to leave some to others. */
export function eagerEnv(): NodeJS.ProcessEnv {
  const file = join(stateFolder(), 'eager.yaml');
  writeFileSync(file, 'lookupPerSecond: 2\n');
  return { FIREBREAK_CONFIG: file };
}

/** Starts the real program. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], { env: cleanEnv(env), stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs the real program to its end. */
export async function firebreak(
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string | Uint8Array } = {},
): Promise<Ended> {
  const child = start(args, options.env);
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin!.on('error', () => undefined); // A program that ends on its usage line does not read.
  child.stdin!.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** A range in its own process, with the environment it prints. */
export async function startRangeProcess(
  args: readonly string[] = [],
): Promise<{ readonly env: NodeJS.ProcessEnv; readonly endpoint: string; stop(): Promise<void> }> {
  const child = start(['range', ...args]);
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      if (text.includes('AWS_SESSION_TOKEN=')) resolve();
    });
    child.on('exit', (code) => reject(new Error(`the range ended with ${code}`)));
  });
  const env = Object.fromEntries([...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
  return {
    env,
    endpoint: env.AWS_ENDPOINT_URL!,
    stop: async () => {
      child.kill('SIGINT');
      await new Promise((resolve) => child.on('close', resolve));
    },
  };
}
