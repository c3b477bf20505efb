import { followIncident } from '../session/follow-incident.ts';
import type { OpenSession } from '../session/session-options.ts';
import { systemClock } from '../shared/clock.ts';
import { holderOf, incidentFolder, refuseHeld } from '../store/incident.ts';
import { hasTerminal } from './has-terminal.ts';

/**
 * A console that follows, where another process has the incident open and somebody sits at this terminal; `undefined` where nobody has it.
 * @throws RefusedError `IncidentHeld` without a terminal: there nobody would see who holds it.
 */
export async function followHeld(
  stateDir: string,
  name: string,
): Promise<{ readonly session: OpenSession; close(): Promise<void> } | undefined> {
  const folder = await incidentFolder(stateDir, name);
  if ((await holderOf(folder)) === undefined) return undefined;
  if (!hasTerminal()) await refuseHeld(stateDir, name);
  const session = await followIncident({ folder, name, clock: systemClock });
  return { session, close: () => session.close() };
}
