import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import xterm from '@xterm/headless';

/** Why no pseudo-terminal can be had here; `undefined` when one can. `script` is part of util-linux. */
export const noPseudoTerminal: string | undefined =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true
    ? undefined
    : 'skipped: no `script` of util-linux on this machine';

/** The real program in a real pseudo-terminal, with its screen as a terminal would show it. */
export interface Terminal {
  /** Types the keys, one read each. */
  press(...keys: readonly string[]): Promise<void>;
  /** Resolves as soon as the screen shows the text; rejects with the screen when it does not within `withinMs` (default 20 s). */
  see(text: string | RegExp, withinMs?: number): Promise<void>;
  /** Resolves as soon as the screen no longer shows the text. */
  seeNo(text: string | RegExp, withinMs?: number): Promise<void>;
  /** Resolves as soon as a condition on what stands there holds; it is looked at when something is drawn. */
  seeUntil(condition: () => boolean, what: string, withinMs?: number): Promise<void>;
  /** Resolves with `performance.now()` of the next output. */
  painted(): Promise<number>;
  /** Hears every output from now on. */
  onOutput(listener: (data: Buffer) => void): void;
  /** What stands on the screen now, a string a row. */
  screen(): readonly string[];
  /** Whether the alternate screen is shown. */
  alternate(): boolean;
  resize(columns: number, rows: number): void;
  /** Resolves with the exit code. */
  exited(): Promise<number>;
  kill(signal?: NodeJS.Signals): void;
  readonly pid: () => number | undefined;
  readonly term: InstanceType<typeof xterm.Terminal>;
}

const keyNames: { readonly [name: string]: string } = {
  Enter: '\r',
  Esc: '\u001b',
  Tab: '\t',
  Down: '\u001b[B',
  Up: '\u001b[A',
  Backspace: '\u007f',
  'Ctrl-C': '\u0003',
};

/** Starts a command line in a pseudo-terminal of the given size. */
export function openTerminal(options: {
  readonly command: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly env?: NodeJS.ProcessEnv;
}): Terminal {
  const { columns, rows } = options;
  const quoted = options.command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child: ChildProcess = spawn(
    'script',
    ['-qefc', `stty cols ${columns} rows ${rows} -echo; tty >&3; exec ${quoted}`, '/dev/null'],
    {
      env: { ...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', CI: '', ...options.env },
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    },
  );
  const term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 2000 });
  const listeners = new Set<() => void>();
  child.stdout!.on('data', (data: Buffer) => {
    term.write(data, () => {
      for (const listener of [...listeners]) listener();
    });
  });
  // Terminals answer questions (device attributes, keyboard protocol); the program may wait for it.
  term.onData((answer) => child.stdin!.write(answer));
  let tty = '';
  (child.stdio[3] as NodeJS.ReadableStream).on('data', (data: Buffer) => {
    tty += data.toString();
  });
  const exit = new Promise<number>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 128 : 0)));
  });
  child.stdin!.on('error', () => undefined); // The program has ended: nobody reads what is typed.

  const screen = () => {
    const { active } = term.buffer;
    return Array.from(
      { length: term.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
  };
  const shows = (text: string | RegExp) => {
    const all = screen().join('\n');
    return typeof text === 'string' ? all.includes(text) : text.test(all);
  };
  const wait = (condition: () => boolean, what: string, withinMs: number) =>
    new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        listeners.delete(look);
      };
      const look = () => {
        if (!condition()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${what} within ${withinMs} ms. The screen:\n${screen().join('\n')}`));
      }, withinMs);
      listeners.add(look);
      look();
    });

  return {
    async press(...keys) {
      for (const key of keys) {
        child.stdin!.write(keyNames[key] ?? key);
        // A read of its own for each key: what a person's typing looks like.
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    see: (text, withinMs = 20_000) => wait(() => shows(text), `did not see ${text}`, withinMs),
    seeNo: (text, withinMs = 20_000) => wait(() => !shows(text), `still saw ${text}`, withinMs),
    seeUntil: (condition, what, withinMs = 20_000) => wait(condition, `did not see ${what}`, withinMs),
    painted: () => new Promise((resolve) => child.stdout!.once('data', () => resolve(performance.now()))),
    onOutput: (listener) => {
      child.stdout!.on('data', listener);
    },
    screen,
    alternate: () => term.buffer.active.type === 'alternate',
    resize(nextColumns, nextRows) {
      term.resize(nextColumns, nextRows);
      spawnSync('stty', ['-F', tty.trim(), 'cols', String(nextColumns), 'rows', String(nextRows)]);
    },
    exited: () => exit,
    kill: (signal = 'SIGTERM') => {
      child.kill(signal);
    },
    pid: () => child.pid,
    term,
  };
}
