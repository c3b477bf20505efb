import { render } from 'ink';
import type { ReactNode } from 'react';
import { markedPastesOff, mouseOff } from '../hooks/terminal-sequences.ts';
import { Boundary } from './components/boundary.tsx';

/** Erases the screen and goes to its first cell. */
const eraseAll = '\u001b[2J\u001b[H';

/** Where the console is drawn and where keys come from; the process's own where left out. */
export interface ConsoleStreams {
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
  /** Somebody ends the program from outside (SIGTERM): nobody is asked any more. */
  readonly ending?: AbortSignal;
}

/** What is drawn may leave the screen, and have every row painted again. */
export interface ScreenControls {
  readonly leave: () => void;
  readonly repaint: () => void;
}

/**
 * Has the whole terminal until what is drawn leaves it. The terminal is as it was before when this ends, however it ends.
 *
 * @param needed What it cannot go on without.
 * @throws What was thrown while drawing or handling a key: a bug. Also that by which `needed` was rejected. The terminal has been restored by then.
 */
export async function fullScreen(
  draw: (controls: ScreenControls) => ReactNode,
  { ending, ...streams }: ConsoleStreams = {},
  needed: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  let crash: { readonly error: unknown } | undefined;
  const leave = () => instance.unmount();
  const tree = (
    <Boundary
      onError={(error) => {
        crash ??= { error };
        // Not while React is still committing.
        queueMicrotask(leave);
      }}
    >
      {draw({ leave, repaint: () => repaint() })}
    </Boundary>
  );
  const stdout = streams.stdout ?? process.stdout;
  const stdin: NodeJS.ReadableStream & Partial<Pick<NodeJS.ReadStream, 'setRawMode'>> = streams.stdin ?? process.stdin;
  // Ink draws its first frame from where the cursor is, and hears keys only after it: one that the terminal echoed before would move the first row.
  stdin.setRawMode?.(true);
  stdout.write('\r');
  const instance = render(tree, {
    ...streams,
    alternateScreen: true,
    incrementalRendering: true,
    // Twice our own tick at least, or the frame rate halves; keys are painted within 8 ms.
    maxFps: 120,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  const repaint = () => {
    instance.clear();
    stdout.write(eraseAll);
    instance.rerender(tree);
  };
  // Ink draws relative to where it left the cursor; a terminal that was resized has moved it, and the rows with it.
  const resized = () => setImmediate(() => ended || repaint());
  let ended = false;
  stdout.on('resize', resized);
  // Whatever ends the process: a shell that is sent mouse reports is of no use to anybody.
  const giveMouseBack = () => stdout.write(mouseOff);
  process.once('exit', giveMouseBack);
  needed.catch((error: unknown) => {
    crash ??= { error };
    leave();
  });
  ending?.addEventListener('abort', leave);
  if (ending?.aborted) leave();
  try {
    await instance.waitUntilExit();
  } finally {
    ended = true;
    ending?.removeEventListener('abort', leave);
    stdout.off('resize', resized);
    process.off('exit', giveMouseBack);
    // Ink gives back what its own effects took, and those may still be waiting to be undone.
    stdin.setRawMode?.(false);
    stdout.write(markedPastesOff);
  }
  if (crash) throw crash.error;
}
