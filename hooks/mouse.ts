import type { Pane } from './console-state.ts';
import { resourceKey, selectedResource } from './console-state.ts';
import { change, currentPage, type Desk, topDialog } from './desk.ts';
import { placeAt } from './event-page.ts';
import { focusPane } from './focus-pane.ts';
import type { KeyPress } from './key-splitter.ts';
import { topFor } from './list-window.ts';
import { move, scrollDetail } from './timeline-intents.ts';

/** Where a pane stands on the screen, cells from the upper left corner; its title line is the first. */
export interface Area {
  readonly pane: Pane;
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  /** Which row of the page stands on each line below the title; absent where lines are rows. */
  readonly rowOfLine?: readonly (number | undefined)[];
}

/** Rows that a notch of the wheel moves. */
const NOTCH = 3;

const areaAt = (desk: Desk, column: number, row: number): Area | undefined =>
  desk.extents.areas.find(
    ({ top, left, width, height }) => row >= top && row < top + height && column >= left && column < left + width,
  );

/**
 * The mouse: the wheel moves in what is under it, a click selects there. In a dialog only the wheel counts: nothing can be confirmed,
 * cancelled or begun with the mouse.
 *
 * @param scrollDialog Moves in the dialog on top, as a key would.
 */
export function pressMouse(desk: Desk, key: KeyPress, scrollDialog: (by: number) => void): void {
  const { at } = key;
  if (!at || !desk.state.get().mouse) return;
  const by = key.name === 'WheelUp' ? -NOTCH : NOTCH;
  if (topDialog(desk)) {
    if (key.name !== 'Click') scrollDialog(by);
    return;
  }
  const area = areaAt(desk, at.column, at.row);
  if (!area || desk.state.get().filterLine) return;
  const { pane } = area;
  if (key.name === 'Click') click(desk, area, at.row - area.top - 1);
  else if (pane === 'detail') scrollDetail(desk, by);
  else {
    // The events move from where they are seen, held or not.
    if (pane === 'events') change(desk, { focus: pane });
    else focusPane(desk, pane);
    move(desk, by);
  }
}

function click(desk: Desk, { pane, rowOfLine }: Area, line: number): void {
  // What was clicked at, before anything moves.
  const page = currentPage(desk);
  if (desk.state.get().focus !== pane) focusPane(desk, pane, { detailScroll: 0 });
  if (line < 0) return;
  if (pane === 'events') {
    // On the line of a new day stands no row.
    const index = rowOfLine ? rowOfLine[line] : line;
    const row = index === undefined ? undefined : page.rows[index];
    if (row) change(desk, { place: placeAt(page, row, desk.extents.eventRows), detailScroll: 0 });
  } else if (pane !== 'detail') {
    const state = desk.state.get();
    const list = state.resources ?? [];
    const next = list[topFor(selectedResource(state), list.length, desk.extents.resourceRows) + line];
    if (next) change(desk, { resource: resourceKey(next), detailScroll: 0 });
  }
}
