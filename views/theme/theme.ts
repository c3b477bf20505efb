import { type KeyNames, keyNames } from '../../hooks/key-names.ts';
import type { KeyBinding } from '../../hooks/keymap.ts';
import type { AccountColour, ThemeName } from '../../src/model/console-settings.ts';
import { inAscii } from '../../src/shared/ascii.ts';
import { palettes } from './palettes.ts';

/** What a piece of the screen means; colours follow from it, never the other way round. */
export type Meaning =
  | 'plain'
  | 'dim'
  /** To be seen or copied, like a digest or a legend of glyphs: not read aloud. */
  | 'silent'
  | 'title'
  | 'failed'
  | 'finding'
  | 'write'
  | 'mark'
  | 'good'
  | 'problem'
  | 'selected'
  | 'key'
  | 'column'
  | 'armed'
  | 'readonly'
  | 'simulated'
  | 'custom'
  | 'added'
  | 'removed'
  | 'production'
  | AccountColour;

/** Width-1 glyphs only. */
export interface Glyphs {
  readonly failed: string;
  readonly finding: string;
  readonly write: string;
  readonly read: string;
  readonly mark: string;
  readonly pointer: string;
  readonly rule: string;
  readonly bar: string;
  readonly down: string;
  readonly up: string;
  readonly dot: string;
  readonly done: string;
  readonly running: string;
  readonly pending: string;
  readonly arrow: string;
  /** Further on the left. */
  readonly back: string;
  readonly caret: string;
  readonly times: string;
  /** Behind a role that a machine acts as, not a person. */
  readonly machine: string;
  /** Not there before. */
  readonly fresh: string;
  /** A source that sends, and one that is asked again and again. */
  readonly live: string;
  readonly polled: string;
  /** Before what is to be minded first. */
  readonly warning: string;
  /** A door that was seen open, one of which nobody knows, and what no loaded event made. */
  readonly open: string;
  readonly possible: string;
  readonly unrecorded: string;
  /** How something is set up: so that it hurts, as it should be, or nobody knows. */
  readonly weak: string;
  readonly sound: string;
  readonly notKnown: string;
  /** It runs on accelerators. */
  readonly accelerated: string;
  /** Of a plan that is another one now. */
  readonly added: string;
  readonly removed: string;
  /** A step that is to be done, and one that was. */
  readonly box: { readonly empty: string; readonly ticked: string };
  /** Around what Enter presses. */
  readonly button: { readonly first: string; readonly last: string };
  /** Between the steps of a way. */
  readonly crumb: string;
  /** Around rows of one second. */
  readonly bracket: { readonly first: string; readonly middle: string; readonly last: string };
  /** Lines of a tree, two cells each: to one more of several, to the last, past, and nothing. */
  readonly tree: { readonly more: string; readonly last: string; readonly past: string; readonly none: string };
  /** Leads to: as a record says, as it must have been, and in an order nobody knows; two cells each. */
  readonly leads: { readonly recorded: string; readonly inferred: string; readonly unordered: string };
  /** A measured zero, and eight steps above it. */
  readonly spark: readonly string[];
  /** Of the lanes: states as lines, ways in as a hatched stretch, small findings, edges, and what is not known. */
  readonly lane: {
    readonly steady: string;
    readonly changing: string;
    readonly broken: string;
    readonly exposed: string;
    readonly minor: string;
    readonly settled: string;
    readonly gap: string;
    readonly unknown: string;
    readonly cursor: string;
  };
}

/** A glyph of one cell. */
export type Glyph = { [Name in keyof Glyphs]: Glyphs[Name] extends string ? Name : never }[keyof Glyphs];

/** How the console looks: glyphs, and the escape sequences by meaning. */
export interface Theme {
  readonly glyphs: Glyphs;
  /** Wraps text in the meaning's sequences; the width stays. */
  readonly paint: (meaning: Meaning, text: string) => string;
  /** How texts spell a key: as the operator has bound it; empty where it has none. */
  readonly key: KeyNames;
  /** A row as the terminal can show it: in ASCII, signs that stand in texts are replaced like glyphs. The width stays. */
  readonly row: (text: string) => string;
}

const unicode: Glyphs = {
  failed: '✗',
  finding: '▲',
  write: '◆',
  read: '·',
  mark: '*',
  pointer: '>',
  rule: '─',
  bar: '│',
  down: '↓',
  up: '↑',
  dot: '·',
  done: '✓',
  running: '▸',
  pending: '○',
  arrow: '→',
  back: '←',
  caret: '^',
  times: '×',
  machine: '⚙',
  fresh: '+',
  live: '✓',
  polled: '▸',
  warning: '✗',
  open: '▲',
  possible: '?',
  unrecorded: '?',
  weak: '▲',
  sound: '✓',
  notKnown: '?',
  accelerated: '▲',
  added: '+',
  removed: '-',
  box: { empty: '[ ]', ticked: '[x]' },
  button: { first: '[ ', last: ' ]' },
  crumb: '›',
  bracket: { first: '┐', middle: '│', last: '┘' },
  tree: { more: '├─', last: '└─', past: '│ ', none: '  ' },
  leads: { recorded: '─→', inferred: '╌→', unordered: '──' },
  spark: ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  lane: {
    steady: '─',
    changing: '╌',
    broken: '━',
    exposed: '░',
    minor: '△',
    settled: '┊',
    gap: '~',
    unknown: '·',
    cursor: '▾',
  },
};

const ascii: Glyphs = {
  failed: 'x',
  finding: '!',
  write: '+',
  read: '.',
  mark: '*',
  pointer: '>',
  rule: '-',
  bar: '|',
  down: 'v',
  up: '^',
  dot: '-',
  done: 'v',
  running: '>',
  pending: 'o',
  arrow: '->',
  back: '<-',
  caret: '^',
  times: 'x',
  machine: '@',
  fresh: '+',
  live: 'v',
  polled: '>',
  warning: 'x',
  open: '!',
  possible: '?',
  unrecorded: '?',
  weak: '!',
  sound: 'v',
  notKnown: '?',
  accelerated: '!',
  added: '+',
  removed: '-',
  box: { empty: '[ ]', ticked: '[x]' },
  button: { first: '[ ', last: ' ]' },
  crumb: '>',
  bracket: { first: '\\', middle: '|', last: '/' },
  tree: { more: '|-', last: '`-', past: '| ', none: '  ' },
  leads: { recorded: '->', inferred: '~>', unordered: '--' },
  spark: ['.', '_', ',', '-', '=', '+', '*', '%', '#'],
  lane: {
    steady: '-',
    changing: '=',
    broken: 'X',
    exposed: '/',
    minor: '^',
    settled: ':',
    gap: '~',
    unknown: '.',
    cursor: 'v',
  },
};

/** The theme for the operator's settings. */
export function createTheme(options: {
  readonly ascii: boolean;
  readonly theme: ThemeName;
  /** Absent: the built-in keys. */
  readonly keymap?: readonly KeyBinding[] | undefined;
}): Theme {
  const codes = palettes[options.theme];
  return {
    glyphs: options.ascii ? ascii : unicode,
    key: keyNames(options.keymap),
    row: options.ascii ? inAscii : (text) => text,
    paint: (meaning, text) => {
      const pair = codes[meaning];
      return pair?.[0] && text !== '' ? `\u001b[${pair[0]}m${text}\u001b[${pair[1]}m` : text;
    },
  };
}
