import { parseFilter } from '../src/filter/parse.ts';
import type { Predicate } from '../src/filter/predicate.ts';
import type { EventRow } from '../src/model/event.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { Snapshot } from '../src/session/snapshot.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog } from './console-state.ts';
import { copyText } from './copy-text.ts';
import {
  background,
  changeDialog,
  type Desk,
  edgeOfTime,
  failureOf,
  openDialog,
  openScreen,
  topDialog,
} from './desk.ts';
import { type EventPage, movedPlace, type Place, type Queries, readPage } from './event-page.ts';
import { around, goToEvent, isLine, writer } from './go-to.ts';
import { keepKnown } from './keep-known.ts';
import type { KeyPress } from './key-splitter.ts';
import { editText, insertText, textField, textOf } from './text-field.ts';
import { is } from './thing-rows.ts';
import { selectedRow } from './timeline-intents.ts';

/** The lines of log groups on screen. */
export type LogsDialog = Extract<Dialog, { readonly type: 'logs' }>;

/** A log group of which lines are loaded, or that is being read. */
export interface LogGroup {
  readonly name: string;
  readonly lines: number;
  /** Epoch ms of the newest line; 0 before the first. */
  readonly lastAt: number;
  /** A source reads it just now. */
  readonly watched: boolean;
}

/** Whose lines: of a resource, of every group, or of one. */
export type LogsOf =
  | { readonly type: 'all' }
  | { readonly type: 'resource'; readonly ref: ResourceRef }
  | { readonly type: 'group'; readonly name: string };

/** What is asked of the store. */
export function logsPredicate(of: LogsOf, filter: Predicate): Predicate {
  const whose =
    of.type === 'all'
      ? []
      : [of.type === 'group' ? is('action', `logs:${of.name}`) : is('resource', of.ref.name || of.ref.arn)];
  return { type: 'and', terms: [isLine, ...whose, ...(filter.type === 'all' ? [] : [filter])] };
}

/** What can be chosen: the resource that it was opened on, every group, each group. */
export const logChoices = ({ on, groups }: Pick<LogsDialog, 'on' | 'groups'>): readonly LogsOf[] => [
  ...(on ? [{ type: 'resource' as const, ref: on }] : []),
  { type: 'all' },
  ...(groups ?? []).map(({ name }) => ({ type: 'group' as const, name })),
];

const isSameChoice = (one: LogsOf, other: LogsOf): boolean =>
  one.type === other.type && (one.type !== 'group' || (other.type === 'group' && one.name === other.name));

/** Index of what is chosen among the choices. */
export const chosenLogs = (dialog: Pick<LogsDialog, 'on' | 'groups' | 'of'>): number =>
  Math.max(
    0,
    logChoices(dialog).findIndex((each) => isSameChoice(each, dialog.of)),
  );

/** Opens the lines of log groups at the time where the timeline stands: of one resource first where one is given. */
export function openLogs(desk: Desk, on?: ResourceRef): void {
  const { place } = desk.state.get();
  const at: Place = place.type === 'hold' ? { ...place, line: Math.floor(desk.extents.dialogRows / 2) } : place;
  const id = openScreen(desk, {
    type: 'logs',
    on,
    of: on ? { type: 'resource', ref: on } : { type: 'all' },
    groups: undefined,
    view: undefined,
    place: at,
    timelineAt: place.type === 'hold' ? (selectedRow(desk)?.at ?? place.cursor.at) : undefined,
    field: textField(),
    typing: false,
    problem: '',
    failure: undefined,
  });
  keepLogs(desk, id);
}

const dialogOf = (desk: Desk, id?: number): LogsDialog | undefined => {
  const dialog = id === undefined ? topDialog(desk) : desk.state.get().dialogs.find((each) => each.id === id);
  return dialog?.type === 'logs' ? dialog : undefined;
};

/** What sources read just now, by their log groups. */
const watchedGroups = ({ sources }: Pick<Snapshot, 'sources'>): ReadonlySet<string> =>
  new Set(sources.flatMap(({ id, watching }) => (id === 'cloudwatch-logs' ? watching : [])));

/** Keeps the groups current, and shows the lines. */
export function keepLogs(desk: Desk, id: number): void {
  keepKnown(desk, id, async (signal) => {
    const { groups: seen } = await desk.session.events.ask<'log-groups'>('log-groups', { type: 'log-groups' }, signal);
    const watched = watchedGroups(desk.session.snapshot.get());
    const known = new Set(seen.map(({ name }) => name));
    const groups: readonly LogGroup[] = [
      ...seen.map((group) => ({ ...group, watched: watched.has(group.name) })),
      ...[...watched].filter((name) => !known.has(name)).map((name) => ({ name, lines: 0, lastAt: 0, watched: true })),
    ];
    // By name: sorted by what was heard last, the next one would be another with every line.
    changeDialog(desk, id, { groups: [...groups].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)) });
  });
  showLines(desk, id);
}

/** Asks for the lines of what is chosen and typed; what is on screen stays until they are there. */
function showLines(desk: Desk, id: number): void {
  const dialog = dialogOf(desk, id);
  if (!dialog) return;
  const parsed = parseFilter(textOf(dialog.field), { now: edgeOfTime(desk) });
  changeDialog(desk, id, { problem: parsed.ok ? '' : parsed.problem });
  if (!parsed.ok) return;
  const wanted = logsPredicate(dialog.of, parsed.predicate);
  const work = async () => {
    try {
      // Two slots in turn, as the timeline has: what is still drawn must not be given up.
      const slot = dialog.view?.slot === 'logs-a' ? 'logs-b' : 'logs-a';
      const view = await desk.session.events.view(slot, wanted, desk.ending.signal);
      changeDialog(desk, id, { view: { id: view, slot }, failure: undefined });
    } catch (error) {
      const failure = failureOf(desk, error);
      if (failure) changeDialog(desk, id, { failure });
    }
  };
  background(desk, work());
}

/** The lines on screen. */
export function logPage(events: Queries, { view, place }: Pick<LogsDialog, 'view' | 'place'>, rows: number): EventPage {
  return view === undefined ? { rows: [], selected: -1, total: -1, newer: 0 } : readPage(events, view.id, place, rows);
}

/** Moves the selection; down from the newest line it follows. */
export function moveInLogs(desk: Desk, { id, view, place }: LogsDialog, by: number): void {
  if (view === undefined) return;
  const { events } = desk.session;
  const rows = desk.extents.dialogRows;
  if (by >= 1e8) changeDialog(desk, id, { place: { type: 'follow' } });
  else if (by <= -1e8) {
    const [oldest] = events.window({ view: view.id, from: 'oldest', rows: 1, direction: 'newer' }).rows;
    if (oldest)
      changeDialog(desk, id, { place: { type: 'hold', cursor: { at: oldest.at, rowId: oldest.rowId }, line: 0 } });
  } else
    changeDialog(desk, id, {
      place: movedPlace(events, view.id, place, readPage(events, view.id, place, rows), rows, by),
    });
}

/** The selected line of the screen. */
export function selectedLine(desk: Desk): EventRow | undefined {
  const dialog = dialogOf(desk);
  if (!dialog) return undefined;
  const page = logPage(desk.session.events, dialog, desk.extents.dialogRows);
  return page.rows[page.selected];
}

/** Why there is nothing to act on. */
export const noLine = (desk: Desk): string | undefined => (selectedLine(desk) ? undefined : 'no line is selected');

/** The resource whose code wrote a line. */
export function writerOf(desk: Desk, row: EventRow | undefined): ResourceRef | undefined {
  return writer(row && desk.session.events.event(row.rowId));
}

/** Name of the log stream that a line stands in; empty where that is not known. */
export const streamOf = (desk: Desk, row: EventRow | undefined): string =>
  (row && desk.session.events.event(row.rowId))?.resources.find(({ kind }) => kind === 'logs.log-stream')?.name ?? '';

/** Enter: the timeline where the line stands, with what was done to the resource that wrote it. */
export function openLine(desk: Desk): void {
  const row = selectedLine(desk);
  const event = row && desk.session.events.event(row.rowId);
  if (event) goToEvent(desk, event, around(event));
}

/** The next or the previous group, all of them among these. */
export function nextLogGroup(desk: Desk, by: 1 | -1): void {
  const dialog = dialogOf(desk);
  if (!dialog) return;
  const choices = logChoices(dialog);
  const of = choices[(chosenLogs(dialog) + by + choices.length) % choices.length];
  if (!of) return;
  changeDialog(desk, dialog.id, { of });
  showLines(desk, dialog.id);
}

/** Follows the newest line, or freezes. */
export function followLogs(desk: Desk): void {
  const dialog = dialogOf(desk);
  const row = selectedLine(desk);
  if (!dialog || !row) return;
  changeDialog(desk, dialog.id, {
    place:
      dialog.place.type === 'follow'
        ? { type: 'hold', cursor: { at: row.at, rowId: row.rowId }, line: desk.extents.dialogRows - 1 }
        : { type: 'follow' },
  });
}

/** Marks the line for the report, or takes the mark off. */
export function markLine(desk: Desk): void {
  const row = selectedLine(desk);
  if (row) background(desk, desk.session.mark(row.id, !desk.session.snapshot.get().marked.has(row.id)));
}

/** Copies the line as it came, made safe. */
export function copyLine(desk: Desk): void {
  const row = selectedLine(desk);
  if (!row) return;
  const text = display(desk.session.events.raw(row.rowId));
  copyText(desk, text, `copied the line: ${text}`);
}

/** The line whole, as it came. */
export function openRawLine(desk: Desk): void {
  const row = selectedLine(desk);
  if (row) openDialog(desk, { type: 'raw', rowId: row.rowId });
}

/** Begins to type the filter of the lines. */
export function typeLogFilter(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (dialog) changeDialog(desk, dialog.id, { typing: true });
}

/** A key while the filter is typed: Enter keeps it, Esc takes it away. @returns Whether the key was for it. */
export function pressInLogFilter(desk: Desk, dialog: LogsDialog, key: KeyPress): boolean {
  if (!dialog.typing) return false;
  if (key.name === 'Enter') {
    if (dialog.problem === '') changeDialog(desk, dialog.id, { typing: false });
    return true;
  }
  const field = key.name === 'Esc' ? textField() : editText(dialog.field, key);
  if (!field) return false;
  changeDialog(desk, dialog.id, { field, ...(key.name === 'Esc' ? { typing: false } : {}) });
  if (textOf(field) !== textOf(dialog.field)) showLines(desk, dialog.id);
  return true;
}

/** Takes the filter away. */
export function clearLogFilter(desk: Desk, dialog: LogsDialog): void {
  changeDialog(desk, dialog.id, { field: textField() });
  showLines(desk, dialog.id);
}

/** Text from the clipboard, into the filter. */
export function pasteInLogFilter(desk: Desk, dialog: LogsDialog, text: string): void {
  changeDialog(desk, dialog.id, { field: insertText(dialog.field, text).field });
  showLines(desk, dialog.id);
}
