import type { Key } from 'ink';

/**
 * One key press. `name` is what key maps are written in: the character itself (`j`, `G`, `?`), `Space`, or `Enter`, `Esc`, `Tab`,
 * `Shift-Tab`, `Backspace`, `Delete`, `Up`, `Down`, `Left`, `Right`, `PageUp`, `PageDown`, `Home`, `End`, `Ctrl-D`.
 */
export interface KeyPress {
  readonly name: string;
  /** What a text field takes; empty for keys that are no text. */
  readonly text: string;
  /** Of `Click`, `WheelUp` and `WheelDown`: the cell, counted from the upper left corner, which is 0, 0. */
  readonly at?: { readonly column: number; readonly row: number };
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const named: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'Up'],
  ['downArrow', 'Down'],
  ['leftArrow', 'Left'],
  ['rightArrow', 'Right'],
  ['pageUp', 'PageUp'],
  ['pageDown', 'PageDown'],
  ['home', 'Home'],
  ['end', 'End'],
  ['return', 'Enter'],
  ['escape', 'Esc'],
  ['backspace', 'Backspace'],
  ['delete', 'Delete'],
];

const press = (name: string, text = ''): KeyPress => ({ name, text });

function pressOf(grapheme: string): KeyPress | undefined {
  switch (grapheme) {
    case '\r':
    // What was typed before the terminal was ours: it makes line feeds of carriage returns.
    case '\n':
    case '\r\n':
      return press('Enter');
    case '\t':
      return press('Tab');
    case '\u001b':
      return press('Esc');
    case '\u007f':
    case '\b':
      return press('Backspace');
    case ' ':
      return press('Space', ' ');
  }
  const code = grapheme.charCodeAt(0);
  if (code >= 1 && code <= 26) return press(`Ctrl-${String.fromCharCode(64 + code)}`);
  return code < 32 ? undefined : press(grapheme, grapheme);
}

/**
 * The presses in one piece of input. Two quick keys arrive as one string (`jj`), and so does a key after a quick Esc (as Alt): both are
 * taken apart, or keys would be lost and `y` could hide behind another.
 */
export function splitKeys(input: string, key: Partial<Key>): readonly KeyPress[] {
  if (key.eventType === 'release') return [];
  if (key.tab) return [press(key.shift ? 'Shift-Tab' : 'Tab')];
  for (const [flag, name] of named) if (key[flag]) return [press(name)];
  if (key.ctrl && input.length === 1) return [press(`Ctrl-${input.toUpperCase()}`)];
  const presses: KeyPress[] = key.meta && input !== '' ? [press('Esc')] : [];
  for (const { segment } of segmenter.segment(input)) {
    const one = pressOf(segment);
    if (one) presses.push(one);
  }
  return presses;
}

/** More than is typed between two reads, also while the console was held up for seconds. */
const PASTED = 200;
/** A key that is held down sends the same over and over. */
const HELD = 8;

/** Whether a piece of input was pasted by a terminal that does not say so (without bracketed paste): nobody types so much at once. */
export const isPasted = (input: string): boolean => input.length >= PASTED && new Set(input).size > HELD;
