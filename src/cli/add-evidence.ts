import { UsageError } from '../model/errors.ts';
import type { SessionEntry } from '../session/decision.ts';
import { display } from '../shared/display.ts';
import { openQueries } from '../store/event-queries.ts';
import { exists } from '../store/exists.ts';
import { type Incident, openIncident } from '../store/incident.ts';
import type { JournalEntry } from '../store/journal.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { type Invocation, textFlag } from './command.ts';

/** Flags of the commands that add to an incident without a console. */
export const addOptions = { incident: { type: 'string' }, event: { type: 'string' } } as const;
export const addOptionHelp = {
  incident: 'the incident that it belongs to',
  event: 'the id of an event that it is about',
};

/** An incident that is held while something is added to it. */
export interface Adding {
  readonly incident: Incident;
  /** The user of this machine: no AWS identity is asked for. */
  readonly by: string;
  readonly eventId: string | undefined;
  append(entry: SessionEntry): Promise<unknown>;
}

/**
 * Holds the incident that the flags name, adds to it, and lets it go.
 *
 * @throws UsageError without an incident, or for an event that it does not have; RefusedError `IncidentHeld` while a console has it open.
 */
export async function addTo(
  { flags, global, env }: Invocation,
  what: string,
  add: (adding: Adding) => Promise<void>,
): Promise<number> {
  const name = textFlag(flags, 'incident');
  if (name === undefined)
    throw new UsageError(`${what} needs an incident`, {
      nextSteps: ['Name it with --incident; firebreak incidents lists them'],
    });
  const incident = await openIncident({ stateDir: await stateDirectory(global.stateDir, env), name, create: false });
  try {
    const eventId = textFlag(flags, 'event');
    if (eventId !== undefined) await mustHave(incident, eventId);
    await add({
      incident,
      by: env.USER || 'operator',
      eventId,
      append: (entry) => incident.journal.append(entry as unknown as JournalEntry),
    });
    return 0;
  } finally {
    await incident.close();
  }
}

async function mustHave({ name, eventsPath }: Incident, eventId: string): Promise<void> {
  const hasEvents = await exists(eventsPath);
  const events = hasEvents ? openQueries(eventsPath) : undefined;
  try {
    if (events?.find(eventId) !== undefined) return;
  } finally {
    await events?.close();
  }
  throw new UsageError(`there is no event "${display(eventId.slice(0, 80))}" in ${name}`, {
    nextSteps: ['Its id stands in the report and in firebreak export --format jsonl'],
  });
}
