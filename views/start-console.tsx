import type { ConsoleSettings } from '../src/model/console-settings.ts';
import type { Session } from '../src/session/session.ts';
import { Console } from './console.tsx';
import { type ConsoleStreams, fullScreen } from './full-screen.tsx';
import { startSpoken } from './spoken/start-spoken.tsx';

/**
 * Shows the console, or speaks it, until the operator leaves it. The terminal is as it was before when this ends, however it ends.
 *
 * @throws What was thrown while drawing or handling a key: a bug. The terminal has been restored by then.
 */
export async function startConsole(
  session: Session,
  settings: ConsoleSettings,
  streams: ConsoleStreams = {},
): Promise<void> {
  if (settings.screenReader) return startSpoken(session, settings, streams);
  return fullScreen(
    ({ leave, repaint }) => <Console session={session} settings={settings} onExit={leave} onRepaint={repaint} />,
    streams,
  );
}
