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
