import { keyNames } from '../../hooks/key-names.ts';
import { createTheme, type Glyphs, type Theme } from '../theme/theme.ts';

/** What is said where the screen shows a glyph, by its place in `Glyphs`; what stands in no row of it is silent. */
const words: { readonly [place: string]: string } = {
  failed: 'failed: ',
  finding: 'finding: ',
  write: 'change: ',
  mark: 'marked: ',
  pointer: 'selected: ',
  selection: '',
  dot: ', ',
  down: 'below',
  up: '',
  live: '',
  polled: '',
  done: 'done: ',
  running: 'running: ',
  pending: 'not yet: ',
  arrow: ' to ',
  times: ' times ',
  machine: ' machine',
  fresh: 'new: ',
  warning: 'warning: ',
  open: 'open: ',
  possible: 'possible: ',
  unrecorded: 'making not recorded: ',
  weak: 'weak: ',
  sound: 'sound: ',
  notKnown: 'unknown: ',
  accelerated: 'on accelerators: ',
  added: 'added: ',
  removed: 'removed: ',
  'box.empty': 'to do: ',
  'box.ticked': 'done: ',
  'button.first': 'Enter: ',
  'button.last': ', ',
  crumb: ', then ',
  'leads.recorded': ' leads to ',
  'leads.inferred': ' probably leads to ',
};

/** The first of Unicode's private characters: `display` spells them out, so that no text from outside can pass for a glyph. */
const FIRST = 0xe000;
const places: string[] = [];

/** Glyphs as private characters, each as wide as the one it stands for. */
function privately(value: unknown, place: string): unknown {
  if (typeof value === 'string') {
    places.push(place);
    const mark = String.fromCharCode(FIRST + places.length - 1);
    return mark.repeat([...value].length);
  }
  if (Array.isArray(value)) return value.map((one, index) => privately(one, `${place}.${index}`));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, one]) => [
      name,
      privately(one, place === '' ? name : `${place}.${name}`),
    ]),
  );
}

/** Views drawn with it are plain text, in which glyphs can be told from everything else. */
export const spokenTheme: Theme = {
  glyphs: privately(createTheme({ ascii: false, theme: 'none' }).glyphs, '') as Glyphs,
  paint: (meaning, text) => (meaning === 'silent' ? ' '.repeat(text.length) : text),
  key: keyNames(),
  row: (text) => text,
};

/** Stands before what a sheet shows as selected: the place where one types, among others. */
const selection = String.fromCharCode(FIRST + places.length);
places.push('selection');

/** For dialogs: it also tells where one types. */
export const sheetTheme: Theme = {
  ...spokenTheme,
  paint: (meaning, text) => (meaning === 'selected' ? `${selection}${text}` : spokenTheme.paint(meaning, text)),
};

/** Whether something is selected in a row of `sheetTheme`. */
export const hasSelection = (row: string): boolean => row.includes(selection);

/** A row of the screen as a sentence: words for glyphs, a comma for the space between columns. */
export function sentence(row: string): string {
  return row
    .replaceAll(/([\ue000-\uf8ff])\1*/g, (_run, mark: string) => words[places[mark.charCodeAt(0) - FIRST] ?? ''] ?? ' ')
    .replaceAll(/(?<=\S) {2,}(?=\S)| · /g, ', ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?:\s*,)+\s*(?=,|$)/g, '')
    .replaceAll(/^[\s,]+/g, '')
    .replaceAll(/ ,/g, ',')
    .replaceAll(/: ?, /g, ': ')
    .trim();
}

/** Rows as sentences; rows without words are left out. */
export const sentences = (rows: readonly string[]): readonly string[] =>
  rows.map(sentence).filter((text) => /[\p{L}\p{N}]/u.test(text));

/** A line but for its figures (a count, a time of day, a stretch of time whatever its units) and for the room between its columns. */
export const still = (text: string): string =>
  text.replaceAll(', ', ' ').replaceAll(/\d+(?:[.,:]\d+)*(?:(?:ms|[smhd])(?:\d+[smhd])?\b)?/g, '0');

/**
 * Sentences that were not said before. One that stands in the place of another and has only other figures is none, or every countdown would be read
 * aloud each second; beside it, it is one: of two resources often only a number differs.
 */
export function news(before: readonly string[], now: readonly string[]): readonly string[] {
  const [said, here] = [new Set(before), new Set(now)];
  const gone = new Map<string, number>();
  for (const text of before) if (!here.has(text)) gone.set(still(text), (gone.get(still(text)) ?? 0) + 1);
  return now.filter((text) => {
    if (said.has(text)) return false;
    const left = gone.get(still(text)) ?? 0;
    if (left > 0) gone.set(still(text), left - 1);
    return left === 0;
  });
}

const spelled: { readonly [key: string]: string } = {
  Esc: 'Escape',
  '?': 'question mark',
  '/': 'slash',
  ':': 'colon',
  ';': 'semicolon',
  ',': 'comma',
  '.': 'full stop',
  "'": 'apostrophe',
  '@': 'at sign',
  '#': 'hash',
  '!': 'exclamation mark',
  '"': 'quote',
  '+': 'plus',
  '-': 'minus',
  '[': 'left bracket',
  ']': 'right bracket',
  'Up Down': 'Up and Down',
};

/** A key as it is read: punctuation is mostly left out by readers, and capitals sound like small letters. */
export const spokenKey = (key: string): string =>
  spelled[key] ??
  key
    .split(' ')
    .map((one) => spelled[one] ?? (/^[A-Z]$/.test(one) ? `capital ${one}` : one))
    .join(' ');

/** Keys and what they do, as they are read. */
export const keysText = (hints: readonly { readonly key: string; readonly text: string }[]): string =>
  hints.map(({ key, text }) => `${spokenKey(key)} ${text}`).join(', ');
