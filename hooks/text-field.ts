import type { KeyPress } from './key-splitter.ts';

/** A line of text with a caret. `caret` counts graphemes, so that it never stands inside one. */
export interface TextField {
  readonly graphemes: readonly string[];
  readonly caret: number;
}

/** Longer than anything a person types; keeps a paste of a megabyte from costing a second a key. */
export const TEXT_LIMIT = 4096;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const split = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** A field holding `text`, the caret at its end. */
export function textField(text = ''): TextField {
  const graphemes = split(text.slice(0, TEXT_LIMIT));
  return { graphemes, caret: graphemes.length };
}

/** What stands in the field. */
export const textOf = (field: TextField): string => field.graphemes.join('');

/** UTF-16 units before the caret: where `parseFilter` counts. */
export const caretUnits = (field: TextField): number => field.graphemes.slice(0, field.caret).join('').length;

/** Puts text in at the caret; line breaks become blanks. Cut at `TEXT_LIMIT` units in all. */
export function insertText(field: TextField, text: string): { readonly field: TextField; readonly cut: boolean } {
  const room = Math.max(0, TEXT_LIMIT - textOf(field).length);
  // Cut first: segmenting a megabyte would be felt.
  const wanted = text.slice(0, room + 1).replaceAll(/[\r\n\t]+/g, ' ');
  const pieces = split(wanted.slice(0, room).toWellFormed());
  return {
    field: {
      graphemes: [...field.graphemes.slice(0, field.caret), ...pieces, ...field.graphemes.slice(field.caret)],
      caret: field.caret + pieces.length,
    },
    cut: text.length > room,
  };
}

const without = ({ graphemes }: TextField, from: number, to: number): TextField => ({
  graphemes: [...graphemes.slice(0, from), ...graphemes.slice(to)],
  caret: from,
});

/** What a key does to the field; `undefined` when the key is not for a text field. */
export function editText(field: TextField, key: KeyPress): TextField | undefined {
  const { graphemes, caret } = field;
  if (key.text !== '') return insertText(field, key.text).field;
  switch (key.name) {
    case 'Backspace':
      return caret > 0 ? without(field, caret - 1, caret) : field;
    case 'Delete':
      return caret < graphemes.length ? without(field, caret, caret + 1) : field;
    case 'Left':
      return { graphemes, caret: Math.max(0, caret - 1) };
    case 'Right':
      return { graphemes, caret: Math.min(graphemes.length, caret + 1) };
    case 'Home':
    case 'Ctrl-A':
      return { graphemes, caret: 0 };
    case 'End':
    case 'Ctrl-E':
      return { graphemes, caret: graphemes.length };
    case 'Ctrl-U':
      return without(field, 0, caret);
    case 'Ctrl-W': {
      let from = caret;
      while (from > 0 && graphemes[from - 1] === ' ') from -= 1;
      while (from > 0 && graphemes[from - 1] !== ' ') from -= 1;
      return without(field, from, caret);
    }
    default:
      return undefined;
  }
}
