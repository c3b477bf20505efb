import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { type ConsoleSettings, defaultSettings } from '../../src/model/console-settings.ts';
import type { Session } from '../../src/session/session.ts';
import { startConsole } from '../../views/start-console.tsx';
import { until } from '../helpers/until.ts';

const names: { readonly [name: string]: string } = {
  Enter: '\r',
  Esc: '\u001b',
  Tab: '\t',
  Up: '\u001b[A',
  Down: '\u001b[B',
  Backspace: '\u007f',
  'Ctrl-C': '\u0003',
  'Ctrl-D': '\u0004',
  'Ctrl-L': '\u000c',
};

/** The console on an emulated terminal. */
export interface Screen {
  rows(): string[];
  text(): string;
  /** Keys, a read each. */
  press(...keys: readonly string[]): Promise<void>;
  /** All in one read. */
  write(data: string): void;
  see(text: string | RegExp): Promise<void>;
  seeNo(text: string | RegExp): Promise<void>;
  resize(columns: number, rows: number): void;
  alternate(): boolean;
  /** Whether the terminal has drawn all that was written to it. */
  drawn(): boolean;
  /** Everything that was written to the terminal. */
  output(): string;
  readonly ended: Promise<void>;
  readonly raw: () => boolean;
}

/** Starts the console on it. `shown`: what stands there already, in front of the cursor. `opened`: the store, on its way. */
export function startScreen(
  session: Session,
  size: { readonly columns: number; readonly rows: number } = { columns: 120, rows: 40 },
  settings: Partial<ConsoleSettings> = {},
  shown = '',
  { ending, opened }: { readonly ending?: AbortSignal; readonly opened?: Promise<void> } = {},
): Screen {
  const term = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true, convertEol: true });
  term.write(shown);
  let output = '';
  const stdout = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        output += chunk.toString();
        term.write(chunk, done);
      },
    }),
    { isTTY: true, columns: size.columns, rows: size.rows },
  );
  let raw = false;
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(on: boolean) {
      raw = on;
      return stdin;
    },
    ref: () => stdin,
    unref: () => stdin,
  });
  const ended = startConsole(
    session,
    { ...defaultSettings, ...settings },
    { stdin: stdin as unknown as NodeJS.ReadableStream, stdout, ...(ending ? { ending } : {}) },
    opened,
  );
  ended.catch(() => undefined); // A test that expects it awaits `ended` itself.
  const rows = () =>
    Array.from(
      { length: term.rows },
      (_, row) => term.buffer.active.getLine(row)?.translateToString(true, 0, term.cols) ?? '',
    );
  const text = () => rows().join('\n');
  const shows = (wanted: string | RegExp) =>
    typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text());
  return {
    rows,
    text,
    async press(...keys) {
      for (const key of keys) {
        stdin.write(names[key] ?? key);
        // Lone Esc is held back by Ink for 20 ms; other keys arrive at once.
        await new Promise((resolve) => setTimeout(resolve, key === 'Esc' ? 30 : 5));
      }
    },
    write: (data) => stdin.write(data),
    async see(wanted) {
      await until(
        () => shows(wanted),
        () => `seeing ${wanted} on\n${text()}`,
      );
      // A dialog takes keys once Ink has heard that it was written: some turns of the loop after it stands there, each with a write of its own.
      for (let turn = 0; turn < 3; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await until(() => stdout.writableLength === 0, text);
      }
    },
    seeNo: (wanted) =>
      until(
        () => !shows(wanted),
        () => `no longer seeing ${wanted} on\n${text()}`,
      ),
    resize(columns, nextRows) {
      term.resize(columns, nextRows);
      Object.assign(stdout, { columns, rows: nextRows });
      stdout.emit('resize');
    },
    alternate: () => term.buffer.active.type === 'alternate',
    drawn: () => stdout.writableLength === 0,
    output: () => output,
    ended,
    raw: () => raw,
  };
}
