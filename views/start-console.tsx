import type { ConsoleSettings } from '../src/model/console-settings.ts';
import type { Session } from '../src/session/session.ts';
import { Console } from './console.tsx';
import { type ConsoleStreams, fullScreen } from './full-screen.tsx';
import { startSpoken } from './spoken/start-spoken.tsx';

/**
 * Shows the console, or speaks it, until the operator leaves it. The terminal is as it was before when this ends, however it ends.
 *
 * @param opened The store, which may be on its way to be opened still.
 * @throws What was thrown while drawing or handling a key: a bug. Also why the store cannot be opened. The terminal has been restored by then.
 */
export async function startConsole(
  session: Session,
  settings: ConsoleSettings,
  streams: ConsoleStreams = {},
  opened: Promise<void> = Promise.resolve(),
): Promise<void> {
  if (settings.screenReader) return startSpoken(session, settings, streams, opened);
  return fullScreen(
    ({ leave, repaint }) => <Console session={session} settings={settings} onExit={leave} onRepaint={repaint} />,
    streams,
    opened,
  );
}
