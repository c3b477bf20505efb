import type { Predicate } from '../src/filter/predicate.ts';
import type { EventRow, TimelineEvent } from '../src/model/event.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { display } from '../src/shared/display.ts';
import { isOnList, resourceKey, selectedResource } from './console-state.ts';
import { copyText } from './copy-text.ts';
import { background, change, currentPage, type Desk, failureOf, openDialog, say } from './desk.ts';
import { movedPlace, placeAt } from './event-page.ts';
import { filterByResource } from './filter-intents.ts';
import { textField } from './text-field.ts';

/** The event row that is selected. */
export function selectedRow(desk: Desk): EventRow | undefined {
  const page = currentPage(desk);
  return page.rows[page.selected];
}

/** The selected event as a whole. */
export function selectedEvent(desk: Desk): TimelineEvent | undefined {
  const row = selectedRow(desk);
  return row && desk.session.events.event(row.rowId);
}

/** The resource that keys are about: the one selected in the list; none where they are about the event. */
export function selectedSubject(desk: Desk): ResourceRef | undefined {
  const { focus, ...state } = desk.state.get();
  const resource = isOnList(focus) ? state.resources?.[selectedResource(state)] : undefined;
  return resource && { kind: resource.kind, arn: resource.arn, name: resource.name };
}

/** Moves within the focused pane; positive is down, which is newer. */
export function move(desk: Desk, by: number): void {
  const state = desk.state.get();
  if (state.focus === 'detail') {
    scrollDetail(desk, by);
    return;
  }
  if (isOnList(state.focus)) {
    const list = state.resources ?? [];
    const index = Math.max(0, Math.min(list.length - 1, selectedResource(state) + by));
    const next = list[index];
    if (next) change(desk, { resource: resourceKey(next), detailScroll: 0 });
    return;
  }
  const { eventRows } = desk.extents;
  change(desk, {
    place: movedPlace(desk.session.events, state.filter.view, state.place, currentPage(desk), eventRows, by),
    detailScroll: 0,
  });
}

/** Rows of a page of the focused pane. */
export function pageRows(desk: Desk): number {
  const { focus } = desk.state.get();
  const { eventRows, resourceRows, detailRows } = desk.extents;
  const rows = focus === 'events' ? eventRows : isOnList(focus) ? resourceRows : detailRows;
  return Math.max(1, rows - 1);
}

/** To the first or the last row of the focused pane; the last of the timeline is followed. */
export function moveToEnd(desk: Desk, end: 'first' | 'last'): void {
  const { focus, filter } = desk.state.get();
  if (focus !== 'events') {
    move(desk, end === 'first' ? -1_000_000 : 1_000_000);
    return;
  }
  if (end === 'last') {
    change(desk, { place: { type: 'follow' }, detailScroll: 0 });
    return;
  }
  const [first] = desk.session.events.window({ view: filter.view, from: 'oldest', rows: 1, direction: 'newer' }).rows;
  if (first)
    change(desk, { place: { type: 'hold', cursor: { at: first.at, rowId: first.rowId }, line: 0 }, detailScroll: 0 });
}

/** Follows the newest event, or holds the list where it is. */
export function toggleFollow(desk: Desk): void {
  const { place } = desk.state.get();
  const page = currentPage(desk);
  const row = page.rows[page.selected];
  if (place.type === 'hold') change(desk, { place: { type: 'follow' }, detailScroll: 0 });
  else if (row) change(desk, { place: placeAt(page, row, desk.extents.eventRows) });
  else say(desk, 'there is no event yet to stay at');
}

/** Scrolls the detail from anywhere. */
export function scrollDetail(desk: Desk, by: number): void {
  const { detailLines, detailRows } = desk.extents;
  const last = Math.max(0, detailLines - detailRows);
  const from = Math.min(last, desk.state.get().detailScroll);
  change(desk, { detailScroll: Math.max(0, Math.min(last, from + by)) });
}

/** To the next (newer) or previous failed event of the timeline. */
export function jumpToFailed(desk: Desk, direction: 'newer' | 'older'): void {
  const { filter } = desk.state.get();
  const row = selectedRow(desk);
  if (!row) return;
  const failed: Predicate = { type: 'flag', flag: 'error' };
  const predicate: Predicate =
    filter.predicate.type === 'all' ? failed : { type: 'and', terms: [filter.predicate, failed] };
  const work = async () => {
    try {
      const { events } = desk.session;
      const view = await events.view('failed', predicate, desk.ending.signal);
      const found = events.window({ view, from: { at: row.at, rowId: row.rowId }, rows: 2, direction }).rows;
      const next = (direction === 'newer' ? found : found.toReversed()).find(({ rowId }) => rowId !== row.rowId);
      if (!next) say(desk, `no ${direction} failed event${filter.text ? ' in this filter' : ''}`);
      else {
        const place = placeAt(currentPage(desk), next, desk.extents.eventRows);
        change(desk, { focus: 'events', place, detailScroll: 0 });
      }
    } catch (error) {
      const failure = failureOf(desk, error);
      if (failure) say(desk, failure.message, 'problem');
    }
  };
  background(desk, work());
}

/** Marks the selected event, or takes the mark off. */
export function toggleMark(desk: Desk): void {
  const row = selectedRow(desk);
  if (!row) return;
  background(desk, desk.session.mark(row.id, !desk.session.snapshot.get().marked.has(row.id)));
}

/** Opens the note dialog on the selected event, or on the incident when there is none. */
export function openNote(desk: Desk): void {
  const event = selectedEvent(desk);
  openDialog(desk, {
    type: 'note',
    field: textField(),
    eventId: event?.id,
    about: event ? event.summary || event.action : 'the incident',
  });
}

/** Filters by the resource that the event is about, or by the one that is selected. */
export function timelineOf(desk: Desk): void {
  const { focus } = desk.state.get();
  const event = isOnList(focus) ? undefined : selectedEvent(desk);
  const resource =
    selectedSubject(desk) ??
    event?.resources.find(({ relation }) => relation === 'target' || relation === 'created') ??
    event?.resources[0];
  if (resource) filterByResource(desk, resource);
  else say(desk, 'the event names no resource');
}

/** Copies, and says what: the text as it is shown, since what an attacker named may hold line breaks. */
function copy(desk: Desk, what: string, text: string | undefined): void {
  if (!text) {
    say(desk, `no ${what} to copy here`);
    return;
  }
  const safe = display(text);
  copyText(desk, safe, `copied ${what}: ${safe}`);
}

/** Copies the event's id, or the name of the selected resource. */
export function copyId(desk: Desk): void {
  const resource = selectedSubject(desk);
  if (resource || isOnList(desk.state.get().focus)) copy(desk, 'name', resource?.name);
  else copy(desk, 'event id', selectedRow(desk)?.id);
}

/** Copies the ARN of the event's first resource that has one, or of the selected resource. */
export function copyArn(desk: Desk): void {
  const resource = selectedSubject(desk);
  if (resource || isOnList(desk.state.get().focus)) {
    copy(desk, 'ARN', resource?.arn);
    return;
  }
  const resources = selectedEvent(desk)?.resources ?? [];
  copy(
    desk,
    'ARN',
    (resources.find(({ relation, arn }) => relation === 'target' && arn) ?? resources.find(({ arn }) => arn))?.arn,
  );
}
