import { printFilter } from '../src/filter/print.ts';
import type { FocusResult } from '../src/focus/starting-point.ts';
import type { Dialog } from './console-state.ts';
import { background, changeDialog, closeDialog, type Desk, failureOf, openDialog, openScreen, say } from './desk.ts';
import type { KeyPress } from './key-splitter.ts';
import { editText, insertText, TEXT_LIMIT, type TextField, textField, textOf } from './text-field.ts';

/** What somebody holds, on screen. */
export type FocusDialog = Extract<Dialog, { readonly type: 'focus' }>;

/** A paste larger than this is no alert. */
const PASTE_LIMIT = 4_000_000;

/** Opens the dialog that starts from what somebody holds; with a text it starts at once. */
export function openFocus(desk: Desk, text = ''): void {
  const id = openScreen(desk, emptyFocus(textField(text), undefined));
  if (text.trim() !== '') ask(desk, id, text);
}

const emptyFocus = (field: TextField, pasted: string | undefined) =>
  ({ type: 'focus', field, pasted, stage: 'typing', result: undefined, failure: undefined }) as const;

/** Offers to start from a paste; nothing happens until Enter. */
export function offerFocus(desk: Desk, text: string): void {
  if (tooLarge(desk, text)) return;
  if (isOneLine(text)) openDialog(desk, emptyFocus(textField(text.trim()), undefined));
  else openDialog(desk, emptyFocus(textField(), text));
}

function tooLarge(desk: Desk, text: string): boolean {
  if (text.length <= PASTE_LIMIT) return false;
  say(
    desk,
    `what was pasted is too large: ${PASTE_LIMIT.toLocaleString('en-US')} characters at most; use --alert FILE`,
    'problem',
  );
  return true;
}

const isOneLine = (text: string) => text.length <= TEXT_LIMIT && !/[\r\n]/.test(text.trim());

/** The filter that was made of it, as it can be read and edited; empty for none. */
export const filterText = ({ filter }: Pick<FocusResult, 'filter'>): string => printFilter(filter);

/** A key in the dialog. */
export function pressInFocus(desk: Desk, dialog: FocusDialog, key: KeyPress): void {
  if (key.name === 'Esc') {
    closeDialog(desk, dialog.id);
    return;
  }
  if (key.name === 'Enter') {
    if (dialog.stage === 'done') closeDialog(desk, dialog.id);
    else if (dialog.stage !== 'asking') start(desk, dialog);
    return;
  }
  if (dialog.stage === 'asking' || dialog.stage === 'done') return;
  if (dialog.pasted !== undefined) {
    // A paste of many lines is taken or thrown away as a whole.
    if (key.name === 'Backspace' || key.name === 'Ctrl-U') changeDialog(desk, dialog.id, { pasted: undefined });
    return;
  }
  const field = editText(dialog.field, key);
  if (field) changeDialog(desk, dialog.id, { field });
}

/** Text from the clipboard, into the dialog. */
export function pasteInFocus(desk: Desk, dialog: FocusDialog, text: string): void {
  if (dialog.stage === 'asking' || dialog.stage === 'done' || tooLarge(desk, text)) return;
  if (isOneLine(text) && dialog.pasted === undefined)
    changeDialog(desk, dialog.id, { field: insertText(dialog.field, text.trim()).field });
  else changeDialog(desk, dialog.id, { pasted: (dialog.pasted ?? '') + text });
}

function start(desk: Desk, dialog: FocusDialog): void {
  const text = dialog.pasted ?? textOf(dialog.field);
  if (text.trim() === '')
    say(desk, 'type or paste what you hold: an ARN, a name, a key, an address, a console URL, an alert');
  else ask(desk, dialog.id, text);
}

function ask(desk: Desk, id: number, text: string): void {
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  changeDialog(desk, id, { stage: 'asking', failure: undefined });
  const work = async () => {
    try {
      const result: FocusResult = await desk.session.focus(text, aborter.signal);
      changeDialog(desk, id, { stage: 'done', result });
    } catch (error) {
      const failure = failureOf(desk, error);
      if (failure) changeDialog(desk, id, { stage: 'failed', failure });
    }
  };
  background(desk, work());
}
