import type { Predicate } from '../src/filter/predicate.ts';
import { readTime } from '../src/filter/time.ts';
import type { Position } from '../src/model/event.ts';
import { columnAt, columnStart, type LaneWindow } from '../src/model/lane.ts';
import { display } from '../src/shared/display.ts';
import { resourceKey, selectedResource } from './console-state.ts';
import { change, currentPage, type Desk, edgeOfTime, say } from './desk.ts';
import { type Place, placeAt } from './event-page.ts';
import { filterBy } from './filter-intents.ts';
import { focusPane } from './focus-pane.ts';
import { keyOrCommand } from './key-names.ts';
import {
  edgeOf,
  LANE_STEPS,
  type LaneClock,
  type LanesState,
  laneCursor,
  laneSpans,
  laneWindow,
  stepOf,
} from './lane-window.ts';

/** Where time is for the lanes, and where their cursor. */
export function laneClock(desk: Desk): LaneClock {
  const { lanes, place } = desk.state.get();
  const page = currentPage(desk);
  return {
    edge: edgeOfTime(desk),
    oldest: desk.oldest(),
    cursorAt: laneCursor(lanes, place, page.rows[page.selected]),
    place,
  };
}

/** The window on screen now. */
export const currentWindow = (desk: Desk): LaneWindow =>
  laneWindow(desk.state.get().lanes, laneClock(desk), Math.max(LANE_STEPS, desk.extents.laneColumns));

const put = (desk: Desk, next: Partial<LanesState>): void =>
  change(desk, { lanes: { ...desk.state.get().lanes, ...next } });

/** Moves the window by two steps, a third of it; to the right at most to where time is, which is followed from then on. */
export function panLanes(desk: Desk, by: -1 | 1): void {
  const { place } = desk.state.get();
  const { edge } = laneClock(desk);
  const { from, to } = currentWindow(desk);
  const span = to - from;
  const next = to + by * 2 * stepOf(span);
  const isAtEdge = next >= edgeOf(edge, span);
  put(desk, { span, to: isAtEdge ? 'follow' : next, movedAt: place });
}

/** Makes the window longer or shorter around the cursor. */
export function zoomLanes(desk: Desk, by: -1 | 1): void {
  const clock = laneClock(desk);
  const { from, to } = currentWindow(desk);
  const index = laneSpans.findIndex((span) => span >= to - from);
  const span = laneSpans[index + by];
  if (span === undefined) {
    say(desk, by > 0 ? 'a window holds 90 days at most' : 'a window holds a minute at least');
    return;
  }
  const { cursorAt } = clock;
  const edge = edgeOf(clock.edge, span);
  const isShown = cursorAt !== undefined && cursorAt >= from && cursorAt < to;
  const middle = isShown ? cursorAt : (from + to) / 2;
  const next = (Math.floor(middle / stepOf(span)) + LANE_STEPS / 2) * stepOf(span);
  const follows = next >= edge || (isShown && cursorAt >= edge - span);
  // With the cursor in sight the window goes on with it: events that are followed run out of it.
  put(desk, { span, to: follows ? 'follow' : next, movedAt: isShown ? undefined : desk.state.get().place });
}

/** All that is loaded, in one window, where the longest can hold it. */
export function fitLanes(desk: Desk): void {
  put(desk, { span: 'fit', to: 'follow', movedAt: undefined });
  const { oldest, edge } = laneClock(desk);
  const longest = laneSpans.at(-1)!;
  if (oldest !== undefined && oldest < edgeOf(edge, longest) - longest)
    say(
      desk,
      `a window holds 90 days at most, and the events go back to ${new Date(oldest).toISOString().slice(0, 10)}: ${keyOrCommand(desk, 'to-time')} goes to a time`,
    );
}

/** The keys go to the lanes. */
export function focusLanes(desk: Desk): void {
  focusPane(desk, 'lanes', { detailScroll: 0 });
}

/** Sets the cursor at a time, and the events at the newest that is not younger than `until`. Epoch ms. */
export function putCursor(desk: Desk, at: number, until: number = at): void {
  const { events } = desk.session;
  const { filter } = desk.state.get();
  const read = (from: Position, direction: 'older' | 'newer') =>
    events.window({ view: filter.view, from, rows: 1, direction }).rows[0];
  const row = read({ at: until, rowId: Number.MAX_SAFE_INTEGER }, 'older') ?? read({ at: until, rowId: 0 }, 'newer');
  if (!row) {
    say(desk, 'there are no events in this filter');
    return;
  }
  const place = placeAt(currentPage(desk), row, desk.extents.eventRows);
  change(desk, { place, lanes: { ...desk.state.get().lanes, cursor: { at, place } }, detailScroll: 0 });
}

/** Moves the cursor by columns; beyond the window, the window comes after it. */
export function moveCursor(desk: Desk, by: number): void {
  const window = currentWindow(desk);
  const { cursorAt, edge, oldest } = laneClock(desk);
  const width = (window.to - window.from) / window.columns;
  const from = cursorAt ?? edge;
  const first = columnAt(window, oldest ?? window.from);
  const column = Math.min(columnAt(window, edge), Math.max(first, columnAt(window, from) + by));
  const start = columnStart(window, column);
  putCursor(desk, start, Math.ceil(start + width) - 1);
}

/** To the next column of the selected lane in which something changed, failed or was found; within the window. */
export function nextMark(desk: Desk, by: -1 | 1): void {
  const state = desk.state.get();
  const resource = state.resources?.[selectedResource(state)];
  const { shown } = state.lanes;
  const lane = resource && shown?.lanes.get(resourceKey(resource));
  if (!shown || !lane) {
    say(desk, resource ? 'its lane is still being read' : 'there is no lane');
    return;
  }
  const { cursorAt } = laneClock(desk);
  const here = cursorAt === undefined ? shown.window.columns : columnAt(shown.window, cursorAt);
  const marks = lane.columns.filter(
    ({ changes, failed, severity, column }) =>
      (changes > 0 || failed > 0 || severity !== undefined) && (by > 0 ? column > here : column < here),
  );
  const mark = by > 0 ? marks[0] : marks.at(-1);
  if (!mark) {
    say(desk, `no ${by > 0 ? 'later' : 'earlier'} change, failure or finding of it in this window`);
    return;
  }
  const { window } = shown;
  const start = columnStart(window, mark.column);
  putCursor(desk, start, Math.ceil(start + (window.to - window.from) / window.columns) - 1);
}

/** Enter: the events of the selected lane, at the cursor. Those of a role or user are what names it and what it did. */
export function openLane(desk: Desk): void {
  const state = desk.state.get();
  const resource = state.resources?.[selectedResource(state)];
  if (!resource) return;
  const { cursorAt } = laneClock(desk);
  const value = resource.name || resource.arn;
  const named: Predicate = { type: 'field', field: 'resource', op: 'is', value };
  const isActor = (resource.kind === 'iam.role' || resource.kind === 'iam.user') && resource.arn !== '';
  const by: Predicate = { type: 'field', field: 'principal', op: 'is', value: resource.arn };
  const place: Place =
    cursorAt === undefined
      ? { type: 'follow' }
      : {
          type: 'hold',
          cursor: { at: cursorAt, rowId: Number.MAX_SAFE_INTEGER },
          line: Math.floor(desk.extents.eventRows / 3),
        };
  filterBy(desk, isActor ? { type: 'or', terms: [named, by] } : named, { place });
}

const DAY_MS = 24 * 3_600_000;

/** To a time that was typed: the cursor of the lanes and the events. No further than what is loaded, which it says. */
export function goToTime(desk: Desk, text: string): void {
  const { edge, oldest, cursorAt } = laneClock(desk);
  const read = readTime(text.trim(), edge, false);
  // A time of day is one of the day that is looked at.
  const same = read?.clock && cursorAt !== undefined ? cursorAt - (cursorAt % DAY_MS) + (read.at % DAY_MS) : undefined;
  const at = same !== undefined && same <= edge ? same : read?.at;
  if (at === undefined) {
    say(desk, `no time: ${display(text)}; 20:31, 20:31:05, 2026-11-23, 2026-11-23T20:31Z or 15m (ago), UTC`, 'problem');
    return;
  }
  const within = Math.max(oldest ?? at, Math.min(edge, at));
  putCursor(desk, within, within + 999);
  // Who lands elsewhere must not take it for where they wanted to be.
  if (oldest !== undefined && at < oldest - 999)
    say(desk, `nothing before ${utcText(oldest)} is loaded: this is the oldest event`);
  else if (at > edge) say(desk, `${utcText(at)} is after where the newest event can be, ${utcText(edge)}`);
}

const utcText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
