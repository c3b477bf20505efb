import type { DatabaseSync } from 'node:sqlite';
import { EventReader } from './event-reader.ts';

/** An event that somebody marked, or that a rule fired on. */
export interface NamingEvent {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** The rule that fired, the gravest first; `undefined`: it is marked. */
  readonly rule: string | undefined;
}

const mostEvents = 20;

/**
 * Marked events and findings whose resources include one thing, the newest first. Index look-ups only. SageMaker's names stand in records as
 * people wrote them or, in ARNs, in lower case.
 */
export function namedBy(
  database: DatabaseSync,
  { kind, name }: { readonly kind: string; readonly name: string },
): readonly NamingEvent[] {
  const ids = database
    .prepare('select id from resource where kind = ? and name in (?, ?)')
    .all(kind, name, name.toLowerCase())
    .map(({ id }) => id as number);
  const events = database.prepare(
    `select event.id as row, event.at as at, event.marked as marked,
       (select rule from finding where finding.event = event.id order by severity desc, rule limit 1) as rule
     from event_resource cross join event on event.id = event_resource.event
     where event_resource.resource = ? and (event.marked = 1 or exists (select 1 from finding where finding.event = event.id))
     order by event_resource.event desc limit ${mostEvents}`,
  );
  const reader = new EventReader(database);
  const found = new Map<number, NamingEvent>();
  for (const id of ids)
    for (const { row, at, rule } of events.all(id)) {
      const eventId = reader.row(row as number)?.id;
      if (eventId !== undefined)
        found.set(row as number, { id: eventId, at: at as number, rule: rule === null ? undefined : String(rule) });
    }
  return [...found.values()].sort((a, b) => b.at - a.at).slice(0, mostEvents);
}
