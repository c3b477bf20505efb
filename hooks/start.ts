import { printFilter } from '../src/filter/print.ts';
import type { StartingPoint } from '../src/focus/starting-point.ts';
import { display } from '../src/shared/display.ts';
import { everything } from './console-state.ts';
import { change, type Desk, say } from './desk.ts';
import type { Place } from './event-page.ts';
import { showFilter } from './filter-intents.ts';
import { keyOrCommand } from './key-names.ts';
import { remember } from './trail.ts';

/** The desk begins with the filter of what the responder held. Before anything is shown: what was read first must not flash by unfiltered. */
export function beginWithStart(desk: Desk): void {
  const { start } = desk.session.snapshot.get();
  if (!start || start.filter.type === 'all') return;
  change(desk, { filter: { ...everything, text: printFilter(start.filter), predicate: start.filter } });
}

/**
 * Shows what a focus means: its filter, the event it lands on once that is loaded, and what was used and what was not. The selection is
 * moved only until the operator has moved it. @returns Ends it.
 */
export function watchStart(desk: Desk): () => void {
  const { snapshot, events } = desk.session;
  let applied: StartingPoint | undefined;
  let told = '';
  let landed: Place | undefined;
  let isDone = false;
  const look = () => {
    const { start, landing } = snapshot.get();
    if (start && start !== applied) {
      const isFirst = applied === undefined;
      const isNew = isFirst || printFilter(applied?.filter ?? everything.predicate) !== printFilter(start.filter);
      applied = start;
      if (isNew) {
        landed = undefined;
        isDone = false;
        if (!isFirst) {
          remember(desk);
          change(desk, { focus: 'events', place: { type: 'follow' } });
        }
        // Dialogs stay: one of them may say what was used.
        showFilter(desk, printFilter(start.filter), start.filter);
      }
      const unused = start.unused.length;
      // What could not be used stands among the session's errors, where it can be read whole.
      const text = [
        ...(unused > 0 ? [`${unused} not used or not known: ${keyOrCommand(desk, 'errors')} shows it`] : []),
        ...start.sentences,
      ].join(' · ');
      if (text !== told) say(desk, display(text));
      told = text;
    }
    if (!landing || isDone) return;
    const { place } = desk.state.get();
    if (landed === undefined ? place.type !== 'follow' : place !== landed) {
      isDone = true;
      return;
    }
    if (landed?.type === 'hold' && landed.cursor.rowId === landing.rowId) return;
    events.refresh();
    landed = { type: 'hold', cursor: landing, line: Math.floor(desk.extents.eventRows / 3) };
    change(desk, { place: landed });
  };
  const end = snapshot.subscribe(look);
  look();
  return end;
}
