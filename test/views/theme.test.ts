import { expect, it } from 'vitest';
import { themeNames } from '../../src/model/console-settings.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { palettes } from '../../views/theme/palettes.ts';
import { createTheme, type Meaning } from '../../views/theme/theme.ts';

type Rgb = readonly [number, number, number];

/** The colours of xterm, which most terminals begin with. */
// biome-ignore format: a table
const sixteen: readonly Rgb[] = [
  [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229],
  [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0], [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
];

function indexed(index: number): Rgb {
  if (index < 16) return sixteen[index]!;
  if (index >= 232) return [8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10];
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

/** What a parameter string paints on a dark terminal. */
function painted(codes: string): { readonly fg: Rgb; readonly bg: Rgb } {
  let fg: Rgb = sixteen[7]!;
  let bg: Rgb = sixteen[0]!;
  const parts = codes.split(';').map(Number);
  for (let at = 0; at < parts.length; at += 1) {
    const code = parts[at]!;
    if ((code === 38 || code === 48) && parts[at + 1] === 5) {
      const colour = indexed(parts[at + 2]!);
      if (code === 38) fg = colour;
      else bg = colour;
      at += 2;
    } else if (code >= 30 && code <= 37) fg = sixteen[code - 30]!;
    else if (code >= 90 && code <= 97) fg = sixteen[code - 82]!;
    else if (code >= 40 && code <= 47) bg = sixteen[code - 40]!;
    else if (code >= 100 && code <= 107) bg = sixteen[code - 92]!;
  }
  return { fg, bg };
}

const linear = (value: number) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]: Rgb) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
/** WCAG 2.2, 1.4.6. */
const contrast = (a: Rgb, b: Rgb) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear light. */
const blindness = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const;

function seen(colour: Rgb, kind: keyof typeof blindness): readonly number[] {
  const light = colour.map(linear);
  const m = blindness[kind];
  return [0, 3, 6].map((row) =>
    Math.max(0, Math.min(1, m[row]! * light[0]! + m[row + 1]! * light[1]! + m[row + 2]! * light[2]!)),
  );
}

/** CIE76 between two colours of linear light. */
function apart(a: readonly number[], b: readonly number[]): number {
  const lab = ([r, g, b3]: readonly number[]) => {
    const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    const x = f((0.4124 * r! + 0.3576 * g! + 0.1805 * b3!) / 0.9505);
    const y = f(0.2126 * r! + 0.7152 * g! + 0.0722 * b3!);
    const z = f((0.0193 * r! + 0.1192 * g! + 0.9505 * b3!) / 1.089);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!, p[2]! - q[2]!);
}

const grounded: readonly Meaning[] = [
  'armed',
  'simulated',
  'custom',
  'production',
  'red',
  'yellow',
  'magenta',
  'blue',
  'cyan',
  'green',
];

it('tells the colour-blind apart what others tell by red and green', () => {
  const palette = palettes['colour-blind'];
  for (const kind of ['protanopia', 'deuteranopia'] as const) {
    for (const [a, b] of [
      ['failed', 'good'],
      ['finding', 'good'],
      ['added', 'removed'],
      ['problem', 'readonly'],
      ['failed', 'write'],
    ] as const) {
      const [one, other] = [painted(palette[a]![0]), painted(palette[b]![0])];
      expect(apart(seen(one.fg, kind), seen(other.fg, kind)), `${a} and ${b} with ${kind}`).toBeGreaterThan(40);
    }
    const [armed, readonly] = [painted(palette.armed![0]), painted(palette.simulated![0])];
    expect(apart(seen(armed.bg, kind), seen(readonly.bg, kind)), `grounds with ${kind}`).toBeGreaterThan(40);
  }
  // What is measured here would be found in the default theme.
  const usual = palettes.default;
  expect(
    apart(seen(painted(usual.failed![0]).fg, 'deuteranopia'), seen(painted(usual.finding![0]).fg, 'deuteranopia')),
  ).toBeLessThan(60);
});

it('has seven to one on every ground of high contrast', () => {
  for (const [meaning, pair] of Object.entries(palettes['high-contrast'])) {
    if (!pair[0].includes('48;5')) continue;
    const { fg, bg } = painted(pair[0]);
    expect(contrast(fg, bg), meaning).toBeGreaterThanOrEqual(7);
  }
});

it('uses eight colours where the terminal has no more, and none where none is wanted', () => {
  const codes = (theme: (typeof themeNames)[number]) => Object.values(palettes[theme]).map(([open]) => open);
  for (const open of codes('basic')) expect(open).not.toMatch(/(?:^|;)(?:2|9\d|10\d|38|48)(?:;|$)/);
  for (const open of codes('none')) expect(open).not.toMatch(/(?:^|;)(?:3\d|4\d|9\d|10\d)(?:;|$)/);
});

it.each(themeNames)('%s leaves the width of a text alone, and every ground can be told', (name) => {
  const theme = createTheme({ ascii: false, theme: name });
  for (const meaning of Object.keys(palettes.default) as Meaning[]) {
    const text = theme.paint(meaning, ' word ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: our own sequences
    expect(cellWidth(text.replaceAll(/\u001b\[[\d;]*m/g, ''))).toBe(6);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: our own sequences
    expect(text).toMatch(/^(?:\u001b\[[\d;]+m word \u001b\[[\d;]+m| word )$/);
  }
  for (const meaning of grounded) expect(theme.paint(meaning, 'x')).not.toBe('x');
});
