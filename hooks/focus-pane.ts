import type { ConsoleState, Pane } from './console-state.ts';
import { change, currentPage, type Desk } from './desk.ts';
import { placeAt } from './event-page.ts';

/** The keys go to a pane, by whatever it was chosen. `along` changes with it. */
export function focusPane(desk: Desk, focus: Pane, along: Partial<ConsoleState> = {}): void {
  change(desk, { place: focus === 'detail' ? heldToRead(desk) : goneOn(desk), focus, ...along });
}

/** While its detail is read an event stays, though the newest is followed: another under the reader's eyes, or read aloud, is of no use. */
function heldToRead(desk: Desk): ConsoleState['place'] {
  const { place } = desk.state.get();
  const page = currentPage(desk);
  const row = page.rows[page.selected];
  return place.type === 'hold' || !row ? place : { ...placeAt(page, row, desk.extents.eventRows), untilRead: true };
}

/** The newest is followed again by who left the detail and had not frozen the list. */
function goneOn(desk: Desk): ConsoleState['place'] {
  const { place } = desk.state.get();
  return place.type === 'hold' && place.untilRead ? { type: 'follow' } : place;
}
