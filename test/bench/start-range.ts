import { spawn } from 'node:child_process';

/** The bundled range in a process of its own. */
export interface BenchRange {
  readonly pid: number;
  /** What it says to set for its clients. */
  readonly env: { readonly [name: string]: string };
  /** Resolves once it has ended. */
  stop(): Promise<void>;
}

/** @throws Error when it ends before it can be asked. */
export async function startRange(program: string, flags: readonly string[]): Promise<BenchRange> {
  const range = spawn(process.execPath, [program, 'range', ...flags], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exported = await new Promise<string>((resolve, reject) => {
    let text = '';
    range.stdout.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      if (text.includes('AWS_SESSION_TOKEN=')) resolve(text);
    });
    range.once('exit', (code) => reject(new Error(`the range ended with ${code}`)));
  });
  return {
    pid: range.pid ?? 0,
    env: Object.fromEntries([...exported.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!])),
    async stop() {
      const ended = new Promise((resolve) => range.once('close', resolve));
      // One that has ended by itself says so no more.
      if (range.kill('SIGINT')) await ended;
    },
  };
}
