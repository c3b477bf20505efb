import type { Dialog } from '../../hooks/console-state.ts';
import type { Hint } from '../../hooks/keymap.ts';
import { type TextField, textOf } from '../../hooks/text-field.ts';
import { plural, safe } from '../components/text.ts';
import type { Sheet } from '../dialogs/sheet.ts';
import { hasSelection, keysText, news, sentence, sentences, spokenTheme } from './spoken-text.ts';

/** Lines of a dialog that are read when it opens; the rest follows as it is scrolled. */
const MOST_LINES = 300;
/** New lines of an open dialog that are read at once, and such beside a list: those are one reason many times over. */
const MOST_NEWS = 20;
const MOST_BESIDE = 3;

/** A dialog in words: what there is to hear of it, whether or not it was said. */
export interface SheetWords {
  readonly dialog: Dialog;
  /** Its title and counts, each by itself. */
  readonly parts: readonly string[];
  /** How it stands, each by itself: as of when, what is going on. */
  readonly state: readonly string[];
  readonly head: readonly string[];
  /** Text that is read and scrolled; of a list what cannot be selected in it. */
  readonly lines: readonly string[];
  /** What the selected row stands under; empty where the list has no groups. */
  readonly under: string;
  /** The selected row; empty where there is none. */
  readonly selected: string;
  readonly footer: readonly string[];
  /** What is being typed; `undefined` where nothing is. */
  readonly typed: string | undefined;
  /** What keys do in it just now. */
  readonly keys: string;
}

/** How a dialog was said last. Without `footer` what is told of the selected row is still owed. */
export type SaidSheet = Omit<SheetWords, 'footer'> & { readonly footer: readonly string[] | undefined };

/** The field that takes what is typed in a dialog just now. */
export function typedField(dialog: Dialog): TextField | undefined {
  // What is sent goes on as another dialog, and still holds the name that was typed.
  if (!('field' in dialog) || hasNoField.has(dialog.type)) return undefined;
  if ('typing' in dialog && !dialog.typing) return undefined;
  if (dialog.type === 'parameters' && (dialog.stage !== 'choosing' || dialog.mode === 'list')) return undefined;
  return dialog.field;
}

const hasNoField: ReadonlySet<Dialog['type']> = new Set<Dialog['type']>(['progress']);

/** A dialog in words. */
export function wordsOf(dialog: Dialog, sheet: Sheet, hints: readonly Hint[]): SheetWords {
  const { selectedLine } = sheet;
  const field = typedField(dialog);
  const typed = field && safe(textOf(field)).replaceAll(/\s+/g, ' ').trim();
  // What is typed is echoed as it is typed: of its line only what stands before it is told.
  const told = (rows: readonly string[]) =>
    sentences(rows.map((row) => untyped(row, typed))).filter((text) => text !== '');
  const row = selectedLine === undefined ? '' : (sheet.lines.slice(selectedLine, selectedLine + 1)[0] ?? '');
  const pointer = spokenTheme.glyphs.pointer;
  // A list without a selected row is empty, and says why.
  const isList = selectedLine !== undefined && (row.includes(pointer) || dialog.type === 'report');
  const apart = (texts: readonly string[]) =>
    texts.filter((text) => text !== '').map((text) => text.replace(/^([\d,]+)\/([\d,]+)$/, '$1 of $2'));
  return {
    dialog,
    parts: apart([sentence(sheet.title), ...(sheet.more ?? []).map(sentence)]),
    state: apart(sentence(sheet.right ?? '').split(', ')),
    head: told(sheet.head ?? []),
    lines: told(isList ? (sheet.beside ?? []) : sheet.lines.slice(0, MOST_LINES)),
    under: isList ? sentence(sheet.under ?? '') : '',
    selected: isList ? sentence(row.replaceAll(pointer, ' ')) || 'blank' : '',
    footer: told(sheet.footer),
    typed,
    keys: keysText(hints),
  };
}

/** A line that is typed in, without what is typed. */
function untyped(row: string, typed: string | undefined): string {
  if (typed === undefined || typed === '' || !hasSelection(row)) return row;
  const text = sentence(row);
  return text.endsWith(typed) ? text.slice(0, -typed.length) : row;
}

/** A dialog that has just opened, whole but for what confirms it: that is told once it counts, and last. `before`: the one that was read before it. */
export function openWords(
  now: SheetWords,
  before: SaidSheet | undefined,
): { readonly said: readonly string[]; readonly read: SaidSheet } {
  const isAnew = before?.dialog.type === now.dialog.type;
  const { keys } = now;
  const isList = now.selected !== '';
  // What was read of it while it was being made is not read again; what confirms it is.
  const lines = isAnew ? now.lines.filter((line) => !before.lines.includes(line)) : now.lines;
  return {
    said: [
      `Dialog: ${[...now.parts, ...now.state].join(', ')}`,
      ...(isAnew ? news(before.head, now.head) : now.head),
      ...(isList ? [] : lines),
      ...(now.lines.length >= MOST_LINES ? ['there is more: scroll to read on'] : []),
      ...(now.under === '' ? [] : [now.under]),
      ...(isList ? [`selected: ${now.selected}`, ...beyond(now)] : []),
      ...(keys === '' ? [] : [`Keys: ${keys}`]),
      ...(isList ? lines : []),
      ...(now.typed ? [now.typed] : []),
    ],
    read: { ...now, footer: isList ? now.footer : undefined },
  };
}

/** A dialog that one comes back to from another: where one is in it, and what is new. `known`: how it was left. */
export function backWords(
  now: SheetWords,
  known: SaidSheet,
): { readonly said: readonly string[]; readonly read: SaidSheet } {
  const isList = now.selected !== '';
  const isSame = isList && now.under === known.under && now.selected === known.selected;
  return {
    said: [
      `Back: ${[...now.parts, ...now.state].join(', ')}`,
      ...news(known.head, now.head),
      ...news(known.lines, now.lines),
      ...(now.under === '' ? [] : [now.under]),
      ...(isList ? [`selected: ${now.selected}`] : []),
      ...(now.keys === known.keys ? [] : [`Keys: ${now.keys}`]),
    ],
    read: { ...now, footer: isSame ? known.footer : undefined },
  };
}

/** What is told of a row besides what the row says, in whatever order and with the day or without. */
function beyond({ selected, footer }: SheetWords): readonly string[] {
  const wordsIn = (text: string) => text.match(/[\p{L}\p{N}](?:[^\s,;()]*[\p{L}\p{N}])?/gu) ?? [];
  const said = new Set(wordsIn(selected));
  return footer.filter((line) =>
    wordsIn(line).some(
      (word) => !said.has(word) && !/^\d{4}-\d\d-\d\d$/.test(word) && !said.has(word.replace(/Z$/, '')),
    ),
  );
}

/** What answers a key at once: the row that was gone to, and no more; the rest is told when the operator rests there. */
export function keyWords(
  now: SheetWords,
  before: SaidSheet,
  lineAt: (at: number) => string | undefined,
): { readonly said: readonly string[]; readonly read: SaidSheet } {
  const is = now.dialog;
  const was = before.dialog;
  if (is === was) return { said: [], read: before };
  const begins = now.typed !== undefined && before.typed === undefined;
  const isOtherText = textIn(is) !== textIn(was);
  const isOtherMark = marksOf(is) !== marksOf(was);
  // What a list selects by itself as it fills in is no answer to a key.
  const moved =
    placeOf(is) !== placeOf(was) && now.selected !== '' && before.selected !== '' && now.selected !== before.selected;
  // Tab shows another list: what it is comes before its row.
  const isOtherList = now.parts[0] !== before.parts[0];
  const scrolled = is.scroll === was.scroll ? undefined : lineAt(is.scroll);
  return {
    said: [
      ...(begins ? [`Type it. Keys: ${now.keys}`] : []),
      ...(isOtherList ? [...joined(now.parts), ...news(before.head, now.head)] : []),
      ...(isOtherMark ? joined(now.parts.filter((part) => !before.parts.includes(part))) : []),
      ...(moved ? [...(now.under === before.under ? [] : [now.under]), now.selected] : []),
      ...(scrolled === undefined ? [] : [sentence(scrolled) || 'blank']),
    ],
    read: {
      ...before,
      dialog: is,
      // What is counted of what was typed is told when it has settled, also where only digits differ.
      ...(isOtherList ? { head: now.head } : {}),
      parts: isOtherMark || isOtherList ? now.parts : isOtherText ? before.parts.slice(0, 1) : before.parts,
      typed: now.typed,
      keys: begins || is.type !== was.type ? now.keys : before.keys,
      ...(moved ? { under: now.under, selected: now.selected, footer: undefined } : {}),
    },
  };
}

/** What came up by itself in a dialog, or is still owed of the row that is selected. */
export function restWords(
  now: SheetWords,
  before: SaidSheet,
): { readonly said: readonly string[]; readonly read: SaidSheet } {
  const lines = news(before.lines, now.lines);
  const isList = now.selected !== '';
  const most = isList ? MOST_BESIDE : MOST_NEWS;
  const more = lines.length - most;
  const isFollowed = before.selected !== '' && follows(now.dialog);
  const isOther = !isFollowed && news([before.selected], [now.selected]).length > 0 && now.selected !== '';
  const footer =
    before.footer === undefined || isOther ? beyond(now) : isFollowed ? [] : news(before.footer, now.footer);
  return {
    said: [
      ...joined([...news(before.parts, now.parts), ...news(before.state, now.state)]),
      ...news(before.head, now.head),
      ...lines.slice(0, most),
      ...(more > 0 ? [`and ${plural(more, 'more line')}${isList ? ' like these' : ': scroll to read them'}`] : []),
      ...(isOther
        ? [...(now.under === before.under || now.under === '' ? [] : [now.under]), `selected: ${now.selected}`]
        : []),
      ...footer,
      ...(now.keys !== before.keys && staysOpen.has(now.dialog.type) ? [`Keys: ${now.keys}`] : []),
    ],
    read: now,
  };
}

/** Dialogs in which keys do something else once what goes on in them is over. */
const staysOpen: ReadonlySet<Dialog['type']> = new Set<Dialog['type']>([
  'progress',
  'recovery',
  'focus',
  'parameters',
  'playbook',
]);

const joined = (parts: readonly string[]): readonly string[] => (parts.length === 0 ? [] : [parts.join(', ')]);

/** Lists that go on to what comes in: each row of it would be read without end. */
const follows = (dialog: Dialog): boolean =>
  (dialog.type === 'calls' && dialog.selected === undefined) ||
  (dialog.type === 'logs' && dialog.place.type === 'follow');

/** What keys move in a dialog. */
function placeOf(dialog: Dialog): unknown {
  if (dialog.type === 'logs') return JSON.stringify(dialog.place);
  if (dialog.type === 'report') return `${dialog.top.line}.${dialog.top.part}`;
  return 'selected' in dialog ? dialog.selected : undefined;
}

const textIn = (dialog: Dialog): string => ('field' in dialog ? textOf(dialog.field) : '');

const marksOf = (dialog: Dialog): number => ('marked' in dialog ? dialog.marked.size : 0);
