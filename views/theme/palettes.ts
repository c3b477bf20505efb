import type { AccountColour, ThemeName } from '../../src/model/console-settings.ts';
import type { Meaning } from './theme.ts';

/** What stands before and after a text of each meaning: parameters of SGR. What is absent is not painted. */
export type Palette = { readonly [name in Meaning]?: readonly [open: string, close: string] };

const plain = ['39', '49'] as const;
/** Foreground and background, and back to the terminal's own. */
const on = (open: string) => [open, plain.join(';')] as const;
const boldOn = (open: string) => [`1;${open}`, `22;${plain.join(';')}`] as const;
const fg = (open: string) => [open, '39'] as const;

const grounds: { readonly [Name in AccountColour]: string } = {
  red: '97;41',
  yellow: '30;43',
  magenta: '97;45',
  blue: '97;44',
  cyan: '30;46',
  green: '30;42',
};

const accounts = Object.fromEntries(Object.entries(grounds).map(([name, codes]) => [name, boldOn(codes)])) as {
  readonly [Name in AccountColour]: readonly [string, string];
};

/** Weight and inverse: what every terminal has, and what is left without colour. */
const weight = {
  dim: ['2', '22'],
  silent: ['2', '22'],
  title: ['1', '22'],
  selected: ['7', '27'],
  key: ['1', '22'],
  column: ['4', '24'],
} as const;

// The 16 colours of the terminal's own palette: they fit its background, and every skin defines them.
const coloured: Palette = {
  ...weight,
  ...accounts,
  failed: fg('31'),
  finding: fg('33'),
  write: fg('36'),
  mark: fg('35'),
  good: fg('32'),
  problem: fg('31'),
  armed: on('97;41'),
  readonly: fg('32'),
  simulated: on('30;46'),
  custom: on('30;45'),
  added: fg('32'),
  removed: fg('31'),
  production: boldOn(grounds.red),
};

const inverse = ['7', '27'] as const;

// NO_COLOR is about colour: weight and inverse stay, and nothing is told by colour alone anyway.
const colourless: Palette = {
  ...weight,
  ...(Object.fromEntries(Object.keys(grounds).map((name) => [name, inverse])) as typeof accounts),
  armed: inverse,
  simulated: inverse,
  custom: inverse,
  production: inverse,
};

const withoutBright = ([open, close]: readonly [string, string]) => [open.replaceAll('97', '37'), close] as const;

/** What marks each meaning, by theme; none of them tells anything that a glyph or a word does not tell too. */
export const palettes: { readonly [Name in ThemeName]: Palette } = {
  default: coloured,
  // The consoles of kernels and old terminals: eight colours, no faint, no bright.
  basic: {
    ...(Object.fromEntries(Object.entries(coloured).map(([name, pair]) => [name, withoutBright(pair)])) as Palette),
    dim: ['', ''],
    silent: ['', ''],
  },
  // Yellow against blue: the pair that neither red- nor green-blindness takes away. Good is blue, what needs the eye is yellow.
  'colour-blind': {
    ...coloured,
    failed: ['1;33', '22;39'],
    finding: fg('33'),
    write: fg('36'),
    mark: fg('35'),
    good: fg('94'),
    problem: ['1;33', '22;39'],
    armed: boldOn('30;43'),
    readonly: fg('94'),
    added: fg('94'),
    removed: fg('33'),
    production: boldOn('30;103'),
  },
  // Grounds of its own, of the 240 colours that no skin changes: seven to one at least, whatever the terminal's are.
  'high-contrast': {
    ...weight,
    dim: ['', ''],
    silent: ['', ''],
    title: ['1;4', '22;24'],
    key: ['1;4', '22;24'],
    selected: ['1;7', '22;27'],
    failed: boldOn('38;5;231;48;5;88'),
    finding: boldOn('38;5;16;48;5;226'),
    write: ['1', '22'],
    mark: boldOn('38;5;231;48;5;53'),
    good: boldOn('38;5;231;48;5;22'),
    problem: boldOn('38;5;231;48;5;88'),
    armed: boldOn('38;5;231;48;5;88'),
    readonly: boldOn('38;5;231;48;5;22'),
    simulated: boldOn('38;5;16;48;5;51'),
    custom: boldOn('38;5;16;48;5;213'),
    added: boldOn('38;5;231;48;5;22'),
    removed: boldOn('38;5;231;48;5;88'),
    production: boldOn('38;5;231;48;5;88'),
    red: boldOn('38;5;231;48;5;88'),
    yellow: boldOn('38;5;16;48;5;226'),
    magenta: boldOn('38;5;231;48;5;53'),
    blue: boldOn('38;5;231;48;5;18'),
    cyan: boldOn('38;5;16;48;5;51'),
    green: boldOn('38;5;16;48;5;46'),
  },
  none: colourless,
};
