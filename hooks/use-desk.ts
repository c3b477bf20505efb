import { useApp, useStdout } from 'ink';
import { useEffect, useMemo } from 'react';
import type { ConsoleSettings } from '../src/model/console-settings.ts';
import { display } from '../src/shared/display.ts';
import type { ConsoleState } from './console-state.ts';
import { change, createDesk, type Desk, dialogPainted, say } from './desk.ts';
import { watchStory } from './drill-screen.ts';
import { watchShown } from './filter-intents.ts';
import { watchSelection } from './hold-selection.ts';
import { keyOrCommand } from './key-names.ts';
import { keymap } from './keymap.ts';
import { watchLook } from './look.ts';
import { watchQuestion } from './question.ts';
import { rebind } from './rebind.ts';
import { pagerText, runPager } from './run-pager.ts';
import { useSession } from './session-context.ts';
import { watchFindings, watchTitle } from './signals.ts';
import { beginWithStart, watchStart } from './start.ts';
import { terminalSignals } from './terminal-sequences.ts';
import { useObservable } from './use-observable.ts';
import { watchLanes } from './watch-lanes.ts';
import { watchResources } from './watch-resources.ts';

/** Makes the desk of this console and keeps it alive as long as the console is on screen. */
export function useDesk(options: {
  readonly settings: ConsoleSettings;
  readonly onExit: () => void;
  readonly onRepaint?: (() => void) | undefined;
  /** Where copies, titles and bells go; absent: where Ink draws. */
  readonly write?: ((sequence: string) => unknown) | undefined;
  /** Hears of new grave findings, in words. */
  readonly onFinding?: ((text: string) => void) | undefined;
}): {
  readonly desk: Desk;
  readonly state: ConsoleState;
} {
  const session = useSession();
  const { suspendTerminal, waitUntilRenderFlush } = useApp();
  const { stdout } = useStdout();
  const { settings, onExit, onRepaint, write, onFinding } = options;
  // Straight to the terminal: the sequences take no cells, and Ink would paint the frame again.
  const signals = useMemo(
    () => terminalSignals(write ?? ((sequence) => stdout.write(sequence)), process.env, settings.ascii),
    [stdout, write, settings.ascii],
  );
  const desk = useMemo(() => {
    /** Gives the terminal to somebody else, without our mouse, and takes it back. */
    const handOver = async (use: () => Promise<void>) => {
      // Before it is gone: what ends the mouse is written to the terminal.
      change(made, { away: true });
      await waitUntilRenderFlush();
      await suspendTerminal(use);
      change(made, { away: false });
      onRepaint?.();
    };
    const surroundings = {
      now: () => Date.now(),
      ticks: () => performance.now(),
      later: (ms: number, run: () => void) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      ...signals,
      exit: onExit,
      repaint: () => onRepaint?.(),
      // Only where the process owns the terminal: stopping it for another stream would stop whoever reads that.
      ...(process.platform === 'win32' || stdout !== process.stdout
        ? {}
        : {
            suspend: () => void handOver(stopped),
            page: async (raw: string) => {
              let problem: string | undefined;
              await handOver(async () => {
                problem = await runPager(pagerText(raw), process.env);
              });
              return problem;
            },
          }),
    };
    const made = createDesk(session, surroundings, settings, rebind(keymap, settings.keys).keymap);
    return made;
  }, [session, settings, stdout, signals, onExit, onRepaint, suspendTerminal, waitUntilRenderFlush]);
  useMemo(() => beginWithStart(desk), [desk]);
  const state = useObservable(desk.state);

  useEffect(() => {
    const ends = [
      watchShown(desk),
      watchResources(desk),
      watchSelection(desk),
      watchLanes(desk),
      watchLook(desk),
      watchQuestion(desk),
      watchStart(desk),
      watchStory(desk),
      watchFindings(desk, onFinding),
      watchTitle(desk),
    ];
    const { drill } = desk.session.snapshot.get();
    if (drill) {
      const [briefing, help] = [keyOrCommand(desk, 'identity'), keyOrCommand(desk, 'help')];
      say(desk, `drill: ${display(drill.briefing.title)} · ${briefing} shows the briefing · :hint · ${help} help`);
    }
    return () => {
      for (const end of ends) end();
      desk.ending.abort();
      for (const aborter of desk.waiting.values()) aborter.abort();
    };
  }, [desk, onFinding]);

  const hasMouse = state.mouse && !state.away;
  useEffect(() => {
    if (!hasMouse) return;
    signals.mouse(true);
    return () => signals.mouse(false);
  }, [hasMouse, signals]);

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
