import type { OpenSession } from '../session/session-options.ts';
import type { Invocation } from './command.ts';
import { consoleSettings } from './console-settings.ts';
import { hasTerminal } from './has-terminal.ts';
import { streamEvents } from './stream-events.ts';
import { tellStates } from './tell-states.ts';

const loadConsole = () => import('../../views/start-console.tsx');

/**
 * Opens a session. Where there will be a console it is loaded meanwhile, and does not wait for the store, whose threads take a while to start:
 * `consoleOrLines` ends when the store cannot be opened.
 *
 * @param open Told whether it may resolve `early`.
 */
export function besideLoading<Session>(open: (early: boolean) => Promise<Session>): Promise<Session> {
  const opening = open(hasTerminal());
  // Whoever then shows the console hears why it could not be loaded.
  if (hasTerminal()) loadConsole().catch(() => undefined);
  return opening;
}

/**
 * The console where there is a terminal; else one line an event until `until` aborts, and a word on stderr that it is so.
 *
 * @throws FailedError The store cannot be opened.
 */
export async function consoleOrLines(
  session: OpenSession,
  { global, flags, env, signal }: Invocation,
  settings: { readonly until?: AbortSignal } = {},
): Promise<void> {
  if (hasTerminal()) {
    const { startConsole } = await loadConsole();
    await startConsole(session, await consoleSettings({ flags, env }), { ending: signal }, session.opened);
    return;
  }
  await session.opened;
  process.stderr.write('firebreak: no terminal: one line an event instead of the console\n');
  const end = tellStates(session);
  await streamEvents(session, {
    json: global.json,
    filter: session.snapshot.get().start?.filter ?? { type: 'all' },
    signal: settings.until ? AbortSignal.any([signal, settings.until]) : signal,
  });
  end();
}
