import { matches } from '../src/filter/matches.ts';
import type { Predicate } from '../src/filter/predicate.ts';
import type { NormalisedEvent, Position, TimelineEvent } from '../src/model/event.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { type Desk, say } from './desk.ts';
import { filterBy } from './filter-intents.ts';
import { asksForRecords, leftOut } from './shown.ts';
import { is } from './thing-rows.ts';

/** The lines of log groups. */
export const isLine = is('source', 'cloudwatch-logs');

/** Goes to an event within a filter: it is selected, a third from the top. `Esc` comes back to where the operator was. */
export function goToEvent(desk: Desk, { at, rowId }: Position, within: Predicate): void {
  const line = Math.floor(desk.extents.eventRows / 3);
  filterBy(desk, inSight(desk, rowId, within), {
    place: { type: 'hold', cursor: { at, rowId }, line },
    focus: 'events',
    detailScroll: 0,
  });
}

/** Goes to an event by its own id, among all events; says so when it is not loaded. */
export function goToEventId(desk: Desk, eventId: string): void {
  const { events } = desk.session;
  const rowId = events.find(eventId);
  const event = rowId === undefined ? undefined : events.event(rowId);
  if (event) goToEvent(desk, event, { type: 'all' });
  else say(desk, `event ${eventId} is not loaded`);
}

/** The filter, such that the event is not left out behind it: gone to, it would not be there, and its neighbour would be taken for it. */
function inSight(desk: Desk, rowId: number, within: Predicate): Predicate {
  if (desk.state.get().shown === 'all' || asksForRecords(within)) return within;
  const event = desk.session.events.event(rowId);
  if (!event || !matches(leftOut(desk.session.snapshot.get()), event)) return within;
  return within.type === 'all' ? around(event) : { type: 'and', terms: [is('source', event.origin), within] };
}

/**
 * What stands around an event that the timeline leaves out: a line among those of its group, with what was done to the resource that wrote it; a
 * read of our own among all that came the same way.
 */
export function around(event: TimelineEvent): Predicate {
  if (event.origin !== 'cloudwatch-logs') return is('source', event.origin);
  const lines: Predicate = { type: 'and', terms: [isLine, is('action', event.action)] };
  const by = writer(event);
  return by && by.kind !== 'logs.log-group' ? { type: 'or', terms: [lines, is('resource', by.name || by.arn)] } : lines;
}

/** The resource whose code wrote a line. */
export function writer(line: Pick<NormalisedEvent, 'resources'> | undefined): ResourceRef | undefined {
  const target = line?.resources.find(({ relation }) => relation === 'target') ?? line?.resources[0];
  return target && { kind: target.kind, arn: target.arn, name: target.name };
}
