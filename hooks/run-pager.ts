import { spawn } from 'node:child_process';
import { display } from '../src/shared/display.ts';
import { shellWords } from '../src/shared/shell-word.ts';

/** A text for a pager: JSON on lines of its own, and nothing that could move a cursor or colour a row. */
export function pagerText(raw: string): string {
  let text = raw;
  try {
    text = JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    // No JSON: a log line is shown as it came.
  }
  return `${text
    .split('\n')
    .map((line) => display(line.replaceAll('\t', '  ')))
    .join('\n')}\n`;
}

/** The pager and its arguments: `$PAGER`, else `less`. Words, quoted or not; no shell reads them. */
export function pagerCommand(env: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  const [program = '', ...words] = shellWords(env.PAGER ?? '');
  return program === '' ? ['less'] : [program, ...words];
}

/** What a pager that failed said went by before the screen came back: it is told that it failed. */
const howItEnded = (program: string, code: number | null, signal: NodeJS.Signals | null): string | undefined =>
  signal !== null
    ? `pager ${program} was ended by ${signal}`
    : code
      ? `pager ${program} ended with ${code}: nothing may have been shown; see PAGER`
      : undefined;

/**
 * Shows a text in the operator's pager, which has the terminal until it ends.
 *
 * @returns Why it could not be shown; `undefined` when it was.
 */
export function runPager(text: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const [program, ...words] = pagerCommand(env);
  // Ctrl-C in a pager goes to everybody in the foreground, and twice would end us without the terminal given back.
  const before = process.listeners('SIGINT');
  const ignore = () => {};
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', ignore);
  return new Promise<string | undefined>((resolve) => {
    // On a pipe, so that what the record holds lies in no file; pagers read keys from the terminal itself.
    const child = spawn(program, words, { stdio: ['pipe', 'inherit', 'inherit'], env });
    child.stdin.on('error', () => {}); // Left before its end was read.
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? `there is no pager ${display(program)}: set PAGER` : `pager: ${error.message}`),
    );
    child.on('close', (code, signal) => resolve(howItEnded(display(program), code, signal)));
    child.stdin.end(text);
  }).finally(() => {
    process.off('SIGINT', ignore);
    for (const listener of before) process.on('SIGINT', listener as NodeJS.SignalsListener);
  });
}
