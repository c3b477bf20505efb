import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellWidth } from '../../src/shared/cells.ts';
import { joinParts, type Part } from '../../views/components/parts.ts';
import { createTheme } from '../../views/theme/theme.ts';

const theme = createTheme({ ascii: true, theme: 'none' });
const line = (parts: readonly Part[], width: number) => joinParts(parts, width, theme);

const parts: readonly Part[] = [
  { texts: ['4 still open (D)', '4 open (D)'], keep: 94, spare: 59 },
  { texts: ['958 events'], keep: 70 },
  { texts: ['received 18:47:03'], keep: 62 },
  { texts: ['settled to 18:31'], keep: 61 },
  { texts: [`drill: ${'the attacker has what he came for '.repeat(3)}`, 'drill: goal reached'], keep: 68 },
  { texts: ['READ-ONLY'], keep: 100, side: 'right' },
];

it('what matters least goes first, and comes back where something long that went later has left room', () => {
  expect(line(parts, 120)).toContain('958 events');
  // The long ending pushed both clocks out before it was shortened itself.
  for (const text of ['4 still open (D)', 'received 18:47:03', 'settled to 18:31', 'drill: goal reached', 'READ-ONLY'])
    expect(line(parts, 120)).toContain(text);
  expect(line(parts, 60)).toContain('4 open (D)');
  expect(line(parts, 60)).not.toContain('received');
  expect(line(parts, 20).trimEnd()).toMatch(/READ-ONLY$/);
});

const some = fc.record({
  texts: fc.array(fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', '漢', 'é') }), {
    minLength: 1,
    maxLength: 3,
  }),
  keep: fc.nat(100),
  side: fc.constantFrom('right' as const, undefined),
});

it('the line is as wide as it must be, and nothing that was left out would fit', () => {
  fc.assert(
    fc.property(fc.array(some, { maxLength: 8 }), fc.integer({ min: 1, max: 120 }), (given, width) => {
      const sample = given.map(({ side, ...part }, index) => ({
        ...part,
        // Longest first, as parts have them; each can be found again in the line.
        texts: part.texts.map((text) => `${index}${text}`).toSorted((a, b) => cellWidth(b) - cellWidth(a)),
        ...(side ? { side } : {}),
      }));
      const drawn = line(sample, width);
      expect(cellWidth(drawn)).toBe(width);
      const free = cellWidth(/ {2,}/.exec(drawn.trimEnd())?.[0] ?? '') || width - cellWidth(drawn.trimEnd());
      const isShown = ({ texts }: Part) => texts.some((text) => drawn.includes(text));
      if (sample.filter(isShown).length === 0) return;
      for (const part of sample)
        if (!isShown(part)) expect(cellWidth(part.texts.at(-1) ?? '') + 3).toBeGreaterThan(free - 2);
    }),
    { numRuns: 200 },
  );
});
