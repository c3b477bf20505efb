import { Writable } from 'node:stream';
import { render } from 'ink';
import type { ConsoleSettings } from '../../src/model/console-settings.ts';
import type { Session } from '../../src/session/session.ts';
import { Boundary } from '../components/boundary.tsx';
import type { ConsoleStreams } from '../full-screen.tsx';
import { Spoken } from './spoken.tsx';
import { createVoice } from './voice.ts';

/** Pasted text comes as one, so that a pasted `y` is no key. */
const pasteOn = '\u001b[?2004h';
const pasteOff = '\u001b[?2004l';

/**
 * Speaks the console until the operator leaves it: lines on the terminal, no cursor that moves, no alternate screen.
 *
 * @param needed What it cannot go on without.
 * @throws What was thrown while speaking or handling a key: a bug. Also that by which `needed` was rejected.
 */
export async function startSpoken(
  session: Session,
  settings: ConsoleSettings,
  streams: ConsoleStreams = {},
  needed: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  const stdout = streams.stdout ?? process.stdout;
  const isDumb = process.env.TERM === 'dumb';
  const write = (text: string) => stdout.write(text);
  // A dumb terminal would print a title or a bell's words as text.
  const signal = (sequence: string) => !isDumb && stdout.write(sequence);
  // Ink reads the keys; what it would draw goes nowhere.
  const nowhere = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), {
    isTTY: true,
    columns: 200,
    rows: 60,
  });
  let crash: { readonly error: unknown } | undefined;
  const leave = () => instance.unmount();
  signal(pasteOn);
  const instance = render(
    <Boundary
      onError={(error) => {
        crash ??= { error };
        queueMicrotask(leave);
      }}
    >
      <Spoken session={session} settings={settings} voice={createVoice(write)} write={signal} onExit={leave} />
    </Boundary>,
    {
      ...(streams.stdin ? { stdin: streams.stdin } : {}),
      stdout: nowhere,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      isScreenReaderEnabled: false,
    },
  );
  needed.catch((error: unknown) => {
    crash ??= { error };
    leave();
  });
  streams.ending?.addEventListener('abort', leave);
  if (streams.ending?.aborted) leave();
  try {
    await instance.waitUntilExit();
  } finally {
    streams.ending?.removeEventListener('abort', leave);
    signal(pasteOff);
  }
  if (crash) throw crash.error;
  write('Firebreak has ended\r\n');
}
