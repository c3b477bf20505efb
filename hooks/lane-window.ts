import type { Lane, LaneWindow } from '../src/model/lane.ts';
import type { Place } from './event-page.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths of the window, ms. A window moves by sixths of itself, so that each begins at a round time and its columns stay what they are. */
export const laneSpans: readonly number[] = [
  MINUTE,
  3 * MINUTE,
  6 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  3 * DAY,
  6 * DAY,
  12 * DAY,
  30 * DAY,
  90 * DAY,
];
/** Labels of the axis, and how many steps a window has. */
export const LANE_STEPS = 6;

/** Where the lanes stand. */
export interface LanesState {
  /** Length of the window, ms, or all that is loaded. */
  readonly span: number | 'fit';
  /** Its right edge, epoch ms, or where time is. */
  readonly to: number | 'follow';
  /** It was moved away from the cursor while the events stood here; as soon as they stand elsewhere it comes after them. */
  readonly movedAt: Place | undefined;
  /** Chosen in the lanes; counts as long as the events stand where that put them. */
  readonly cursor: { readonly at: number; readonly place: Place } | undefined;
  /** What is drawn: the last answer of the store, by the resource's key. */
  readonly shown: { readonly window: LaneWindow; readonly lanes: ReadonlyMap<string, Lane> } | undefined;
}

/** Before anything is known. */
export const initialLanes: LanesState = {
  span: 30 * MINUTE,
  to: 'follow',
  movedAt: undefined,
  cursor: undefined,
  shown: undefined,
};

/** What the window is computed from. Epoch ms. */
export interface LaneClock {
  /** Where time is: now, or, in saved logs, the newest event. */
  readonly edge: number;
  /** The oldest event; `undefined` when there is none. */
  readonly oldest: number | undefined;
  readonly cursorAt: number | undefined;
  readonly place: Place;
}

/** Cells that a window takes of a pane: a multiple of its steps. */
export const laneColumns = (width: number): number => Math.max(0, Math.floor(width / LANE_STEPS) * LANE_STEPS);

/** By which a window moves, ms. */
export const stepOf = (span: number): number => span / LANE_STEPS;
/** The right edge of the window that follows time. */
export const edgeOf = (edge: number, span: number): number => (Math.floor(edge / stepOf(span)) + 1) * stepOf(span);

/** The shortest window that holds all from the oldest event on, else the longest. */
function fitting({ edge, oldest }: LaneClock): number {
  const from = oldest ?? edge;
  return laneSpans.find((span) => edgeOf(edge, span) - span <= from) ?? laneSpans.at(-1)!;
}

/** The window: where it was put, unless the cursor has left it. */
export function laneWindow(lanes: LanesState, clock: LaneClock, columns: number): LaneWindow {
  const span = lanes.span === 'fit' ? fitting(clock) : lanes.span;
  const to = lanes.to === 'follow' ? edgeOf(clock.edge, span) : lanes.to;
  const { cursorAt } = clock;
  const isLeft = cursorAt !== undefined && (cursorAt < to - span || cursorAt >= to);
  if (!isLeft || clock.place === lanes.movedAt) return { from: to - span, to, columns };
  // The cursor is in the middle of it, by whole steps: it moves as seldom as it can.
  const moved = (Math.floor(cursorAt / stepOf(span)) + LANE_STEPS / 2) * stepOf(span);
  return { from: moved - span, to: moved, columns };
}

/** Epoch ms of the cursor: chosen in the lanes, else that of the selected event. */
export function laneCursor(
  { cursor }: LanesState,
  place: Place,
  selected: { readonly at: number } | undefined,
): number | undefined {
  return cursor && cursor.place === place ? cursor.at : selected?.at;
}
