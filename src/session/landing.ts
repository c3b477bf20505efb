import type { Landing } from '../focus/starting-point.ts';
import type { EventRow, Position } from '../model/event.ts';
import type { EventQueries, ViewId } from '../store/queries.ts';

/** Rows that are looked at for addresses that the key had used before. */
const knownRows = 500;

/** A row of no id that any event has: what is at that time comes after it. */
const at = (time: number): Position => ({ at: time, rowId: 0 });

/**
 * The event to land on, of views that show what `landing.filters` mean, in their order; synchronous, a handful of windows.
 *
 * @returns `undefined` while none of them has an event.
 */
export function landingRow(
  events: Pick<EventQueries, 'window'>,
  views: readonly ViewId[],
  { from, newAddress }: Pick<Landing, 'from' | 'newAddress'>,
): EventRow | undefined {
  for (const view of views) {
    const [later] = from === undefined ? [] : events.window({ view, from: at(from), rows: 1, direction: 'newer' }).rows;
    const [first] = events.window({ view, from: 'oldest', rows: 1 }).rows;
    if (!first) continue;
    return newAddress ? fromNewAddress(events, view, from ?? first.at) : (later ?? first);
  }
  return undefined;
}

/**
 * The first use from an address that had not been used before; services' own calls have none. Of a key that nobody used before, where its
 * address changes, or else its very first use.
 */
function fromNewAddress(events: Pick<EventQueries, 'window'>, view: ViewId, from: number): EventRow | undefined {
  const before = events.window({ view, from: at(from), rows: knownRows, direction: 'older' }).rows;
  const known = new Set(before.filter((row) => row.at < from).map(({ sourceIp }) => sourceIp));
  const after = events.window({ view, from: at(from), rows: knownRows, direction: 'newer' }).rows;
  const [first] = after;
  const isNew = known.size === 0;
  if (isNew && first) known.add(first.sourceIp);
  const changed = after.find(({ sourceIp }) => /^[\d.]+$|:/.test(sourceIp) && !known.has(sourceIp));
  return changed ?? (isNew ? first : undefined);
}

/** Keeps `landing` up to date while events arrive; stops for good with the signal. */
export async function watchLanding(
  events: EventQueries,
  landing: Landing,
  signal: AbortSignal,
  publish: (landing: Position) => void,
): Promise<void> {
  if (landing.filters.length === 0) return;
  const views: ViewId[] = [];
  try {
    for (const [index, filter] of landing.filters.entries())
      views.push(await events.view(`landing-${index}`, filter, signal));
  } catch (error) {
    if (signal.aborted) return; // Another focus took its place, or the session ends.
    throw error;
  }
  let shown: number | undefined;
  const look = () => {
    if (signal.aborted) return;
    const row = landingRow(events, views, landing);
    if (!row || row.rowId === shown) return;
    shown = row.rowId;
    publish({ at: row.at, rowId: row.rowId });
  };
  const end = events.changes?.subscribe(look);
  signal.addEventListener('abort', () => end?.(), { once: true });
  look();
}
