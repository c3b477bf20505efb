import { useApp, useStdout } from 'ink';
import { useEffect, useMemo } from 'react';
import type { ConsoleSettings } from '../src/model/console-settings.ts';
import { display } from '../src/shared/display.ts';
import { copySequence } from './clipboard.ts';
import type { ConsoleState } from './console-state.ts';
import { createDesk, type Desk, dialogPainted, say } from './desk.ts';
import { watchStory } from './drill-screen.ts';
import { watchShown } from './filter-intents.ts';
import { keymap } from './keymap.ts';
import { watchLook } from './look.ts';
import { watchQuestion } from './question.ts';
import { rebind } from './rebind.ts';
import { useSession } from './session-context.ts';
import { beginWithStart, watchStart } from './start.ts';
import { useObservable } from './use-observable.ts';
import { watchLanes } from './watch-lanes.ts';
import { watchResources } from './watch-resources.ts';

/** Makes the desk of this console and keeps it alive as long as the console is on screen. */
export function useDesk(options: {
  readonly settings: ConsoleSettings;
  readonly onExit: () => void;
  readonly onRepaint?: (() => void) | undefined;
}): {
  readonly desk: Desk;
  readonly state: ConsoleState;
} {
  const session = useSession();
  const { suspendTerminal, waitUntilRenderFlush } = useApp();
  const { stdout } = useStdout();
  const { settings, onExit, onRepaint } = options;
  const desk = useMemo(
    () =>
      createDesk(
        session,
        {
          now: () => Date.now(),
          later: (ms, run) => {
            const timer = setTimeout(run, ms);
            return () => clearTimeout(timer);
          },
          // Straight to the terminal: the sequence takes no cells, and Ink would paint the frame again.
          copy: (text) => stdout.write(copySequence(text, process.env.TMUX !== undefined)),
          exit: onExit,
          repaint: () => onRepaint?.(),
          // Only where the process owns the terminal: stopping it for another stream would stop whoever reads that.
          ...(process.platform === 'win32' || stdout !== process.stdout
            ? {}
            : { suspend: () => void suspendTerminal(stopped) }),
        },
        settings,
        rebind(keymap, settings.keys).keymap,
      ),
    [session, settings, stdout, onExit, onRepaint, suspendTerminal],
  );
  useMemo(() => beginWithStart(desk), [desk]);
  const state = useObservable(desk.state);

  useEffect(() => {
    const ends = [
      watchShown(desk),
      watchResources(desk),
      watchLanes(desk),
      watchLook(desk),
      watchQuestion(desk),
      watchStart(desk),
      watchStory(desk),
    ];
    const { drill } = desk.session.snapshot.get();
    if (drill) say(desk, `drill: ${display(drill.briefing.title)} · i shows the briefing · :hint · ? help`);
    return () => {
      for (const end of ends) end();
      desk.ending.abort();
      for (const aborter of desk.waiting.values()) aborter.abort();
    };
  }, [desk]);

  const dialog = state.dialogs.at(-1);
  const unpainted = dialog && !dialog.painted ? dialog.id : undefined;
  useEffect(() => {
    if (unpainted === undefined) return;
    // Only what the terminal has been given can have been read.
    void waitUntilRenderFlush().then(() => dialogPainted(desk, unpainted));
  }, [desk, unpainted, waitUntilRenderFlush]);

  return { desk, state };
}

/** Stops the whole process group, as the shell expects of Ctrl-Z; resolves when it runs again. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGCONT', () => resolve());
    process.kill(0, 'SIGTSTP');
  });
}
