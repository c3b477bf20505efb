import type { EventRow, Position } from '../src/model/event.ts';
import type { Session } from '../src/session/session.ts';

/** The store's synchronous and asynchronous questions. */
export type Queries = Session['events'];
/** A filtered view of the timeline, or all of it. */
export type View = Parameters<Queries['window']>[0]['view'];

/**
 * Where the list stands. Following: the newest row is selected and at the bottom. Held: the selected row's position and the screen
 * line it stands on; never an offset, so that rows which arrive (late ones too) do not move what is being read.
 */
export type Place =
  | { readonly type: 'follow' }
  | {
      readonly type: 'hold';
      readonly cursor: Position;
      readonly line: number;
      /** Nobody froze the list: it is held while the event's detail is read. */
      readonly untilRead?: true;
    };

/** The rows on screen. */
export interface EventPage {
  /** Oldest first. */
  readonly rows: readonly EventRow[];
  /** Index of the selected row; -1 when there are no rows. */
  readonly selected: number;
  /** Rows in the whole view. */
  readonly total: number;
  /** See `EventWindow`. */
  readonly searched?: number;
  /** Rows below the screen, counted up to `NEWER_LIMIT`. */
  readonly newer: number;
}

/** More need not be counted: "99+". */
export const NEWER_LIMIT = 100;

const positionOf = ({ at, rowId }: EventRow): Position => ({ at, rowId });

/** Reads what is on screen and no row more than that; a handful of index look-ups. */
export function readPage(events: Queries, view: View, place: Place, height: number): EventPage {
  const rows = Math.max(1, height);
  if (place.type === 'follow') {
    const window = events.window({ view, from: 'newest', rows });
    return { ...window, selected: window.rows.length - 1, newer: 0 };
  }
  const above = Math.min(rows - 1, Math.max(0, place.line)) + 1;
  const older = (most: number) => events.window({ view, from: place.cursor, rows: most, direction: 'older' });
  let before = older(above);
  const room = rows - before.rows.length;
  // With the row of the cursor, which is among the older ones.
  const after = events.window({ view, from: place.cursor, rows: room + 1, direction: 'newer' });
  // A filter may hide the row that the cursor stood on: then the nearest older row is selected, or else the first.
  const last = before.rows.at(-1);
  const following = after.rows.filter(({ rowId }) => rowId !== last?.rowId).slice(0, room);
  // Near the newest row there are more above.
  if (following.length < room && before.rows.length === above) before = older(rows - following.length);
  const top = before.rows;
  const shown = [...top, ...following];
  const bottom = shown.at(-1);
  return {
    ...before,
    rows: shown,
    selected: top.length > 0 ? top.length - 1 : shown.length - 1 < 0 ? -1 : 0,
    newer: bottom === undefined ? 0 : events.newer({ view, than: positionOf(bottom), limit: NEWER_LIMIT }),
  };
}

/** Reads pages of one session; the page that was read last is not read again while the store is as it was. */
export function pageReader({ events, snapshot }: Session): (view: View, place: Place, height: number) => EventPage {
  let last: { readonly of: readonly unknown[]; readonly page: EventPage } | undefined;
  return (view, place, height) => {
    const of = [view, place, height, snapshot.get().eventsVersion, events.changes?.get()];
    if (!last?.of.every((one, at) => one === of[at])) last = { of, page: readPage(events, view, place, height) };
    return last.page;
  };
}

/** Reads when the oldest event was, epoch ms; not again while the store is as it was. `undefined`: there is none. */
export function oldestReader({ events, snapshot }: Session): () => number | undefined {
  let last: { readonly version: number; readonly at: number | undefined } | undefined;
  return () => {
    const version = snapshot.get().eventsVersion;
    if (last?.version !== version) {
      const [oldest] = events.window({ view: 'all', from: 'oldest', rows: 1, direction: 'newer' }).rows;
      last = { version, at: oldest?.at };
    }
    return last.at;
  };
}

/** Where the list stands after the selection of its page moved by `by` rows, positive to newer ones. */
export function movedPlace(
  events: Queries,
  view: View,
  place: Place,
  page: EventPage,
  height: number,
  by: number,
): Place {
  const current = page.rows[page.selected];
  if (!current || by === 0) return place;
  const inside = page.rows[page.selected + by];
  if (inside) return { type: 'hold', cursor: positionOf(inside), line: page.selected + by };
  const window = events.window({
    view,
    from: positionOf(current),
    rows: Math.abs(by) + 1,
    direction: by > 0 ? 'newer' : 'older',
  });
  const reached = (by > 0 ? window.rows.at(-1) : window.rows[0]) ?? current;
  // Down from the newest row: there is nothing left to read, so follow.
  if (reached.rowId === current.rowId && by > 0) return { type: 'follow' };
  return { type: 'hold', cursor: positionOf(reached), line: by > 0 ? height - 1 : 0 };
}

/** The place that shows the row at a position, a third from the top where it was off the screen. */
export function placeAt(page: EventPage, position: Position, height: number): Extract<Place, { type: 'hold' }> {
  const line = page.rows.findIndex(({ rowId }) => rowId === position.rowId);
  return {
    type: 'hold',
    cursor: { at: position.at, rowId: position.rowId },
    line: line >= 0 ? line : Math.floor(height / 3),
  };
}
