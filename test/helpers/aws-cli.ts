import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The AWS CLI of the first generation is a Python package: a loop may run many commands of it in one process, whose start takes a second. */
const loop = `
import contextlib, io, json, sys, traceback
from awscli.clidriver import create_clidriver
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = create_clidriver().main(json.loads(line))
        except SystemExit as exit:
            code = exit.code
        except BaseException:
            code = 255
            traceback.print_exc()
    print(json.dumps({'code': code, 'stdout': out.getvalue(), 'stderr': err.getvalue()}), flush=True)
`;

/** Whether there is an `aws`, and whether its package can be run in a loop. */
export const hasAwsCli = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0;
const hasPackage = () => spawnSync('python3', ['-c', 'import awscli.clidriver'], { stdio: 'ignore' }).status === 0;

export interface AwsCli {
  /** What one command prints. @throws Error with what it said on stderr, where it did not end well. */
  run(...words: readonly string[]): Promise<string>;
  stop(): void;
}

/** The AWS CLI, its commands one after the other, with this environment. */
export function startAwsCli(env: NodeJS.ProcessEnv): AwsCli {
  const inLoop = hasPackage();
  let child: ReturnType<typeof spawnLoop> | undefined;
  let before: Promise<unknown> = Promise.resolve();
  function spawnLoop() {
    const python = spawn('python3', ['-c', loop], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    return { python, answers: createInterface({ input: python.stdout })[Symbol.asyncIterator]() };
  }
  async function answer(words: readonly string[]) {
    if (!inLoop) {
      const { status, stdout, stderr } = spawnSync('aws', words, { env, encoding: 'utf8' });
      return { code: status, stdout, stderr };
    }
    child ??= spawnLoop();
    child.python.stdin.write(`${JSON.stringify(words)}\n`);
    const { value, done } = await child.answers.next();
    if (done) throw new Error(`the AWS CLI ended at ${words.join(' ')}`);
    return JSON.parse(value) as { readonly code: number | null; readonly stdout: string; readonly stderr: string };
  }
  return {
    run(...words) {
      const told = before.then(async () => {
        const { code, stdout, stderr } = await answer(words);
        if (code) throw new Error(`aws ${words.join(' ')}: ${code}: ${stderr}`);
        return stdout;
      });
      before = told.catch(() => undefined); // Whoever asked is told.
      return told;
    },
    stop: () => child?.python.kill(),
  };
}
