import xterm from '@xterm/headless';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellWidth, fit, oneCell } from '../../src/shared/cells.ts';
import { display } from '../../src/shared/display.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const isOneCell = new RegExp(`^[${oneCell}]$`);
const characters = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter((one) =>
  isOneCell.test(one),
);

it('characters of one cell are shown as they are, and are graphemes of their own beside each other', () => {
  expect(characters.length).toBeGreaterThan(1_800);
  for (const one of characters) expect(display(one), one).toBe(one);
  for (const step of [1, 7, 131, 997]) {
    const all = characters.map((_, at) => characters[(at * step) % characters.length]).join('');
    expect([...segmenter.segment(all)].length).toBe(all.length);
  }
  // What is wide, joins others, or is drawn in two ways is none.
  for (const other of ['数', '\u{300}', '\u{200d}', '\u{ad}', '\u{fe0f}', '⌚', '◾', '☔', '\u{1f600}'])
    expect(isOneCell.test(other), other).toBe(false);
});

it('cuts and pads by cells', () => {
  expect(cellWidth('◆ a…─')).toBe(5);
  expect(cellWidth('数a\u{301}')).toBe(3);
  expect(fit('◆ ab', 6)).toBe('◆ ab  ');
  expect(fit('◆ abcdef', 4)).toBe('◆ a…');
  expect(fit('数据库', 4)).toBe('数… ');
  expect(fit('◆', 0)).toBe('');
});

/** What a terminal that draws each character by itself takes, as measured in tmux 3.3; those that join them take less. */
it.each<[string, string, number]>([
  ['a flag', '🇩🇪', 2],
  ['a skin tone', '👍🏽', 4],
  ['a vowel sign', 'नि', 2],
  ['a conjunct', 'क्षि', 3],
  ['sara am', 'กำ', 2],
  ['a half-width voiced mark', 'ｶﾞ', 2],
  ['a note of parts', '𝅘𝅥𝅮', 3],
  ['a hexagram', '䷀', 2],
  ['Hangul in parts', '\u1112\u1161\u11ab', 2],
  ['a combining accent', 'e\u0301', 1],
  ['an ideograph', '漢', 2],
  ['what the console itself draws', '▲◆·✗✓▸░▁█│┊…⚙', 13],
])('counts %s as wide as it can be', (_what, text, cells) => {
  expect(display(text)).toBe(text);
  expect(cellWidth(text)).toBe(cells);
});

const unit = fc.constantFrom(
  ...['a', ' ', '漢', 'é', 'e\u0301', '🇩🇪', 'क्षि', 'কো', 'กำ', 'ｶﾞ', '𝅘𝅥𝅮', '䷀', '한', '1\u20e3', '👍🏽', 'ס', 'س'],
);

it('nothing that was cut to a width runs over it', async () => {
  const term = new xterm.Terminal({ cols: 80, rows: 2, allowProposedApi: true });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit, maxLength: 30 }), fc.integer({ min: 0, max: 40 }), async (text, width) => {
      const cut = fit(display(text), width);
      expect(cellWidth(cut)).toBe(width);
      // A mark at the edge has nothing to stand on there.
      await new Promise<void>((resolve) => term.write(`\u001b[H.${cut}`, resolve));
      expect(term.buffer.active.cursorX - 1).toBeLessThanOrEqual(width);
    }),
  );
});

it('marks that are piled up are spelled out: they would be drawn over other rows', () => {
  expect(display(`z${'\u0301'.repeat(4)}`)).toBe(`z${'\u0301'.repeat(4)}`);
  expect(display(`z${'\u0301'.repeat(6)}a\u0301`)).toBe(`z${'\u0301'.repeat(4)}\\u{301}\\u{301}a\u0301`);
});
