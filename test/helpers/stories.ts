import { afterEach } from 'vitest';
import { openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { cleanEnv, program } from './firebreak.ts';

/** How long the slowest machine takes for what takes a second here: starting, asking, sending. */
export const LONG_MS = 90_000;

const open: Terminal[] = [];

/** Starts the real program in a pseudo-terminal; it is killed after the test, whatever came of it. */
export function startProgram(
  args: readonly string[],
  options: { readonly columns?: number; readonly rows?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Terminal {
  const made = openTerminal({
    command: [process.execPath, program, ...args],
    columns: options.columns ?? 120,
    rows: options.rows ?? 40,
    env: { ...cleanEnv(), ...options.env },
  });
  open.push(made);
  return made;
}

/** To be called once in a file of stories: no program outlives its test. */
export function endProgramsAfterEach(): void {
  afterEach(() => {
    for (const terminal of open.splice(0)) terminal.kill('SIGKILL');
  });
}

/**
 * Presses a key until it is heard: those that come before a dialog was painted, or before it has settled, are thrown away. Only for keys that
 * mean the same when they are pressed twice; what toggles is pressed once, when the screen that takes it is seen.
 */
export async function pressUntil({ press, see }: Terminal, key: string, shows: string | RegExp): Promise<void> {
  const end = performance.now() + LONG_MS;
  // A `y` is thrown away for 400 ms after its plan was painted, and does no more when it comes again; other keys wait until a slow frame is there.
  const againMs = key === 'y' ? 450 : 1_500;
  while (performance.now() < end) {
    await press(key);
    const seen = await see(shows, againMs).then(
      () => true,
      () => false,
    );
    if (seen) return;
  }
  await see(shows, 100);
}

/** A key that toggles, or that must not come twice: once, when what takes it stands on the screen. */
export async function pressOnce({ press, see }: Terminal, key: string, shows: string | RegExp): Promise<void> {
  await press(key);
  await see(shows, LONG_MS);
}

/** Types a text, a key a read. */
export async function type(on: Terminal, text: string): Promise<void> {
  for (const key of text) await on.press(key);
}

/** Moves down in a list until the wanted row is selected, one row after the other: each is seen before the next key. */
export async function moveTo(on: Terminal, row: RegExp): Promise<void> {
  const selected = () => on.screen().findLast((line) => line.startsWith('>')) ?? '';
  for (let tries = 0; tries < 60 && !on.screen().some((line) => row.test(line)); tries += 1) {
    const before = selected();
    await on.press('j');
    await on.seeUntil(() => selected() !== before, `another row than ${before}`, LONG_MS);
  }
}
