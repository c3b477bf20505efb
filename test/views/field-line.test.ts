import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type TextField, textField } from '../../hooks/text-field.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { fieldLine, fieldPointer } from '../../views/components/field-line.ts';
import { createTheme } from '../../views/theme/theme.ts';

const theme = createTheme({ ascii: false, theme: 'none' });
const lineOf = (field: TextField, width: number) => stripVTControlCharacters(fieldLine('/', field, width, theme));
/** What the pointer points at in the line. */
function pointedAt(field: TextField, at: number, width: number): string {
  const column = fieldPointer('/', field, at, width, theme).indexOf('^');
  let cells = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(lineOf(field, width))) {
    if (cells === column) return segment;
    cells += cellWidth(segment);
  }
  return '';
}

it('points at the place, also behind wide characters and where the line is scrolled', () => {
  expect(pointedAt(textField('山田 ?x'), 3, 40)).toBe('?');
  const long = `principal=${'山田太郎'.repeat(9)} ?bad=3 kind=endpoint`;
  expect(pointedAt(textField(long), long.indexOf('?'), 60)).toBe('?');
  // Out of sight on either side: which, and what stands there.
  expect(fieldPointer('/', textField(`?bad=1 ${long}`), 0, 40, theme)).toBe(' ← ?bad=1 principal=山田太…');
  const atStart = { ...textField(`${long} ?end=3`), caret: 0 };
  const right = fieldPointer('/', atStart, long.length + 1, 40, theme);
  expect(right).toMatch(/^ +\?end=3 →$/);
  expect(cellWidth(right)).toBe(40);
});

it('is never wider than the line, wherever the caret and the mistake are', () => {
  const texts = fc.array(fc.constantFrom('a', ' ', '山', '👩‍👩‍👧', '\u001b', '\u202e', 'é', '?'), { maxLength: 80 });
  fc.assert(
    fc.property(texts, fc.nat(80), fc.nat(200), fc.integer({ min: 12, max: 60 }), (pieces, caret, at, width) => {
      const field = textField(pieces.join(''));
      const placed = { ...field, caret: Math.min(caret, field.graphemes.length) };
      expect(cellWidth(fieldPointer('/', placed, at, width, theme))).toBeLessThanOrEqual(width);
      expect(cellWidth(lineOf(placed, width))).toBe(width);
    }),
    { examples: [[['👩‍👩‍👧', '👩‍👩‍👧'], 0, 8, 12]] },
  );
});
