import type { JournalRow } from '../src/session/journal-rows.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog } from './console-state.ts';
import { undoable, undoOf } from './containment-intents.ts';
import { copyText } from './copy-text.ts';
import { background, changeDialog, type Desk, openDialog, openScreen, say, topDialog } from './desk.ts';
import { goToEventId } from './go-to.ts';
import { selectedIndex } from './list-window.ts';

/** The journal on screen. */
export type JournalDialog = Extract<Dialog, { readonly type: 'journal' }>;

/** Opens the journal on its newest row. */
export function openJournalScreen(desk: Desk): void {
  openScreen(desk, { type: 'journal', selected: undefined, only: 'all' });
}

const kept = new WeakMap<readonly JournalRow[], readonly JournalRow[]>();

/** The rows on screen, the newest first; of containments alone where that was asked for. */
export function shownJournal(
  rows: readonly JournalRow[],
  { only }: Pick<JournalDialog, 'only'>,
): readonly JournalRow[] {
  // Thousands of rows are drawn every second: turned round once for each state of the journal.
  const newestFirst = kept.get(rows) ?? rows.toReversed();
  kept.set(rows, newestFirst);
  return only === 'all' ? newestFirst : newestFirst.filter(({ containment }) => containment !== undefined);
}

/** Index of the selected row; -1 in an empty list. */
export const selectedJournalIndex = (rows: readonly JournalRow[], selected: string | undefined): number =>
  selectedIndex(rows, selected, ({ key }) => key);

/** Moves the selection. */
export function moveInJournal(desk: Desk, dialog: JournalDialog, by: number): void {
  const rows = shownJournal(desk.session.journal.get(), dialog);
  const next = rows[Math.max(0, Math.min(rows.length - 1, selectedJournalIndex(rows, dialog.selected) + by))];
  if (next) changeDialog(desk, dialog.id, { selected: next.key });
}

/** The selected row of the journal that is open. */
export function selectedJournalRow(desk: Desk): JournalRow | undefined {
  const dialog = topDialog(desk);
  if (dialog?.type !== 'journal') return undefined;
  const rows = shownJournal(desk.session.journal.get(), dialog);
  return rows[selectedJournalIndex(rows, dialog.selected)];
}

/** Why there is nothing to act on. */
export const noJournalRow = (desk: Desk): string | undefined =>
  selectedJournalRow(desk) ? undefined : 'nothing was done yet';

/** Enter: the containment with its calls, else the event that the row is about. */
export function openJournalRow(desk: Desk): void {
  const row = selectedJournalRow(desk);
  if (!row) return;
  const { containment, eventId, path } = row;
  if (containment) openDialog(desk, { type: 'progress', containmentId: containment.id });
  else if (eventId !== undefined) goToEventId(desk, eventId);
  else say(desk, path ? `it lies in ${display(path)}` : display([row.what, row.reason].filter(Boolean).join(': ')));
}

/** Why the selected row cannot be undone. */
export function cannotUndoRow(desk: Desk): string | undefined {
  const row = selectedJournalRow(desk);
  if (!row) return 'nothing was done yet';
  const { containment } = row;
  if (!containment)
    return row.type === 'other' ? 'another responder did this: theirs to undo' : 'nothing to undo in this row';
  return undoable(desk).some(({ id }) => id === containment.id)
    ? undefined
    : containment.state === 'undone'
      ? `${containment.id} is undone already`
      : `nothing of ${containment.id} can be put back just now`;
}

/** Plans the undo of the selected row. */
export function undoRow(desk: Desk): void {
  const id = selectedJournalRow(desk)?.containment?.id;
  if (id !== undefined) undoOf(desk, id);
}

/** Why AWS cannot be asked about the selected row. */
export const cannotVerifyRow = (desk: Desk): string | undefined =>
  selectedJournalRow(desk)?.containment ? undefined : 'only containments can be looked at again';

/** Looks at AWS again for the selected row. */
export function verifyRow(desk: Desk): void {
  const id = selectedJournalRow(desk)?.containment?.id;
  if (id === undefined) return;
  say(desk, `looking at AWS for ${id}`);
  background(desk, desk.session.verify(id));
}

/** Shows containments only, or everything. */
export function toggleJournal(desk: Desk): void {
  const dialog = topDialog(desk);
  if (dialog?.type !== 'journal') return;
  changeDialog(desk, dialog.id, { only: dialog.only === 'all' ? 'containments' : 'all' });
}

/** Copies what names the row elsewhere: the entry, the event, the file. */
export function copyJournalRow(desk: Desk): void {
  const row = selectedJournalRow(desk);
  if (!row) return;
  const value = display(row.containment?.id ?? row.path ?? row.eventId ?? row.what);
  copyText(desk, value, `copied: ${value}`);
}
