import { findLine, headingOf, type LongText, lineCount, placeIn } from '../src/model/long-text.ts';
import { ticksOf } from '../src/shared/clock.ts';
import type { Dialog } from './console-state.ts';
import { changeDialog, type Desk, failureOf, openScreen, say, topDialog } from './desk.ts';
import type { KeyPress } from './key-splitter.ts';
import { lastTop, movedBy, type ReportPlace, showing } from './report-rows.ts';
import { editText, insertText, textField, textOf } from './text-field.ts';

/** The report, or what changed, on screen. */
export type ReportDialog = Extract<Dialog, { readonly type: 'report' }>;

/** Whether something has changed is looked at this often. */
const LOOK_MS = 1_000;
/** Events and decisions come into the text this long after the last one was made at the soonest; a tenth of the time is the most it may cost. */
const CALM_MS = 3_000;
const CALM_FACTOR = 9;
/** What sources say of themselves changes all the time, and nobody waits for it. */
const SLOW_MS = 20_000;
/** Lines searched at a time: some thousand take a few milliseconds. */
const SLICE = 2_000;

/** Opens the whole text and keeps it current; `wanted` is a heading to begin at. */
export function openReport(desk: Desk, format: ReportDialog['format'], wanted = ''): void {
  const id = openScreen(desk, {
    type: 'report',
    format,
    text: undefined,
    read: undefined,
    asOf: 0,
    failure: undefined,
    top: { line: 0, part: 0 },
    wanted: wanted.trim(),
    field: textField(),
    typing: false,
    found: -1,
    searching: false,
  });
  followReport(desk, id);
}

const dialogOf = (desk: Desk, id?: number): ReportDialog | undefined => {
  const dialog = id === undefined ? topDialog(desk) : desk.state.get().dialogs.find((each) => each.id === id);
  return dialog?.type === 'report' ? dialog : undefined;
};

/** Has an open text made anew, on another thread, whenever the incident has changed, until it is closed. The reader's place stays. */
export function followReport(desk: Desk, id: number): void {
  const { session, surroundings } = desk;
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const signal = AbortSignal.any([aborter.signal, desk.ending.signal]);
  let seen: readonly unknown[] = [];
  let madeAt = Number.NEGATIVE_INFINITY;
  let tookMs = 0;
  /** What tells events and decisions, and then everything else. */
  const state = () => {
    const now = session.snapshot.get();
    return [
      now.eventsVersion,
      now.marked,
      now.notes,
      now.containments,
      now.playbooks,
      now.handOffs,
      session.journal.get(),
      now,
    ];
  };
  const isDue = (next: readonly unknown[]): boolean => {
    const since = ticksOf(surroundings) - madeAt;
    if (since < Math.max(CALM_MS, tookMs * CALM_FACTOR)) return false;
    return next.slice(0, -1).some((part, at) => part !== seen[at]) || (since >= SLOW_MS && next.at(-1) !== seen.at(-1));
  };
  const look = async () => {
    const dialog = dialogOf(desk, id);
    if (!dialog || signal.aborted) return;
    const next = state();
    if (isDue(next)) {
      seen = next;
      const from = surroundings.now();
      const begunAt = ticksOf(surroundings);
      try {
        const read = (events: number) => {
          // Behind a text that stands there is nothing to wait for.
          if (!dialogOf(desk, id)?.text)
            changeDialog(desk, id, { read: { events, sinceMs: ticksOf(surroundings) - begunAt } });
        };
        take(desk, id, await session.longDocument(dialog.format, signal, read), from);
      } catch (error) {
        const failure = failureOf(desk, error);
        if (failure) changeDialog(desk, id, { failure });
      }
      madeAt = ticksOf(surroundings);
      tookMs = madeAt - begunAt;
    }
    if (dialogOf(desk, id) && !signal.aborted) surroundings.later(LOOK_MS, () => void look());
  };
  void look();
}

/** A new text takes the place of the one before it; who reads it goes on at the same line. */
function take(desk: Desk, id: number, text: LongText, asOf: number): void {
  const dialog = dialogOf(desk, id);
  if (!dialog) return;
  const { text: before, top, found, wanted } = dialog;
  const begin = text.headings.find(
    ({ title }) => wanted !== '' && title.toLowerCase().startsWith(wanted.toLowerCase()),
  );
  if (!before && wanted !== '' && !begin) say(desk, `no section begins with ${wanted}`);
  changeDialog(desk, id, {
    text,
    asOf,
    failure: undefined,
    top: before ? { line: placeIn(text, before, top.line), part: top.part } : { line: begin?.line ?? 0, part: 0 },
    found: before && found >= 0 ? placeIn(text, before, found) : -1,
  });
}

/** Moves by rows; very many are the beginning or the end. */
export function moveInReport(desk: Desk, dialog: ReportDialog, by: number): void {
  const { text, top } = dialog;
  if (!text) return;
  const { dialogRows, columns } = desk.extents;
  changeDialog(desk, dialog.id, { top: movedBy(text, top, by, dialogRows, columns) });
}

/** To the next or the previous heading. */
export function moveToSection(desk: Desk, by: 1 | -1): void {
  const dialog = dialogOf(desk);
  if (!dialog?.text) return;
  const { text, top } = dialog;
  const here = headingOf(text, top.line);
  const isAtHeading = text.headings[here]?.line === top.line && top.part === 0;
  const to = text.headings[by > 0 ? here + 1 : isAtHeading ? here - 1 : here];
  if (to) changeDialog(desk, dialog.id, { top: notPast(desk, text, { line: to.line, part: 0 }) });
}

function notPast(desk: Desk, text: LongText, place: ReportPlace): ReportPlace {
  const { dialogRows, columns } = desk.extents;
  const last = lastTop(text, dialogRows, columns);
  return place.line > last.line ? last : place;
}

/** Why there is nothing to move in. */
export const noReport = (desk: Desk): string | undefined =>
  dialogOf(desk)?.text ? undefined : 'it is still being written';

/** Opens the line in which one types what is searched for. */
export function typeReportSearch(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (dialog) changeDialog(desk, dialog.id, { typing: true, field: textField() });
}

/** A key while the search is typed: Enter searches, Esc takes it away. @returns Whether the key was for it. */
export function pressInReportSearch(desk: Desk, dialog: ReportDialog, key: KeyPress): boolean {
  if (!dialog.typing) return false;
  if (key.name === 'Enter') {
    changeDialog(desk, dialog.id, { typing: false });
    searchReport(desk, 1, dialog.top.line);
  } else if (key.name === 'Esc') changeDialog(desk, dialog.id, { typing: false, field: textField(), found: -1 });
  else {
    const field = editText(dialog.field, key);
    if (!field) return false;
    changeDialog(desk, dialog.id, { field });
  }
  return true;
}

/** Text from the clipboard, into the search. */
export function pasteInReportSearch(desk: Desk, dialog: ReportDialog, text: string): void {
  changeDialog(desk, dialog.id, { field: insertText(dialog.field, text).field });
}

/** Why there is no next match. */
export function noSearch(desk: Desk): string | undefined {
  const dialog = dialogOf(desk);
  return dialog && textOf(dialog.field) !== '' ? undefined : '/ searches';
}

/**
 * To the next line, downwards or upwards, that holds what was typed, whatever its case; past the end it goes on at the other one. Searched in
 * slices, so that keys are heard meanwhile.
 */
export function searchReport(desk: Desk, by: 1 | -1, begin?: number): void {
  const dialog = dialogOf(desk);
  const wanted = dialog ? textOf(dialog.field) : '';
  if (!dialog?.text || wanted === '') return;
  const { id, text, top, found } = dialog;
  const total = lineCount(text);
  let from = begin ?? (found >= 0 ? found : top.line - by) + by;
  let left = total;
  changeDialog(desk, id, { searching: true });
  const step = () => {
    const now = dialogOf(desk, id);
    // Closed, searched for something else, or written anew: then its lines are others.
    if (!now || now.text !== text || textOf(now.field) !== wanted) {
      if (now) changeDialog(desk, id, { searching: false });
      return;
    }
    from = ((from % total) + total) % total;
    const room = Math.min(left, SLICE, by > 0 ? total - from : from + 1);
    const line = findLine(text, wanted, from, by, room);
    if (line >= 0) {
      const { dialogRows, columns } = desk.extents;
      changeDialog(desk, id, { found: line, searching: false, top: showing(text, line, dialogRows, columns) });
      return;
    }
    left -= room;
    from += by * room;
    if (left <= 0) {
      changeDialog(desk, id, { searching: false, found: -1 });
      say(desk, 'not in the text');
    } else desk.surroundings.later(0, step);
  };
  step();
}
