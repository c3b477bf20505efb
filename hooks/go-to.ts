import type { Predicate } from '../src/filter/predicate.ts';
import type { Position } from '../src/model/event.ts';
import { type Desk, say } from './desk.ts';
import { filterBy } from './filter-intents.ts';

/** Goes to an event within a filter: it is selected, a third from the top. `Esc` comes back to where the operator was. */
export function goToEvent(desk: Desk, { at, rowId }: Position, within: Predicate): void {
  const line = Math.floor(desk.extents.eventRows / 3);
  filterBy(desk, within, { place: { type: 'hold', cursor: { at, rowId }, line }, focus: 'events', detailScroll: 0 });
}

/** Goes to an event by its own id, among all events; says so when it is not loaded. */
export function goToEventId(desk: Desk, eventId: string): void {
  const { events } = desk.session;
  const rowId = events.find(eventId);
  const event = rowId === undefined ? undefined : events.event(rowId);
  if (event) goToEvent(desk, event, { type: 'all' });
  else say(desk, `event ${eventId} is not loaded`);
}
