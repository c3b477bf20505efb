import type { OpenSession } from '../session/session-options.ts';
import type { Invocation } from './command.ts';
import { consoleSettings } from './console-settings.ts';
import { streamEvents } from './stream-events.ts';
import { tellStates } from './tell-states.ts';

/** Whether a person sits at both ends. */
export const hasTerminal = (): boolean => process.stdout.isTTY === true && process.stdin.isTTY === true;

/**
 * The console where there is a terminal; else one line an event until `until` aborts, and a word on stderr that it is so.
 */
export async function consoleOrLines(
  session: OpenSession,
  { global, flags, env, signal }: Invocation,
  settings: { readonly until?: AbortSignal } = {},
): Promise<void> {
  if (hasTerminal()) {
    const { startConsole } = await import('../../views/start-console.tsx');
    await startConsole(session, await consoleSettings({ flags, env }));
    return;
  }
  process.stderr.write('firebreak: no terminal: one line an event instead of the console\n');
  const end = tellStates(session);
  await streamEvents(session, {
    json: global.json,
    filter: session.snapshot.get().start?.filter ?? { type: 'all' },
    signal: settings.until ? AbortSignal.any([signal, settings.until]) : signal,
  });
  end();
}
