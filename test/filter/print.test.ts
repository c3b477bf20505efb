import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldNames, flagNames } from '../../src/filter/fields.ts';
import { globOf } from '../../src/filter/glob.ts';
import { compile, matches } from '../../src/filter/matches.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { Predicate } from '../../src/filter/predicate.ts';
import { printFilter } from '../../src/filter/print.ts';
import { simplify } from '../../src/filter/simplify.ts';
import { display } from '../../src/shared/display.ts';
import { event } from './events.ts';

const now = Date.parse('2026-11-23T20:43:15Z');
const read = (text: string): Predicate => {
  const parsed = parseFilter(text, { now });
  if (!parsed.ok) throw new Error(`${text}\n${parsed.at}: ${parsed.problem}`);
  return parsed.predicate;
};

const someText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom(
    'error',
    'alice',
    'Create',
    'a=b',
    '!x',
    '*',
    '\\',
    '"',
    '\u202e',
    '\ud800',
    'a b',
    '(',
    'since=2h',
    '\\u{41}',
  ),
);
const someGlob = fc.array(fc.oneof(someText, fc.constant('')), { minLength: 1, maxLength: 4 }).map(globOf);
const someTime = fc.integer({ min: 0, max: 4_000_000_000_000 });
const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  fc.constant<Predicate>({ type: 'all' }),
  fc.record({
    type: fc.constant('field' as const),
    field: fc.constantFrom(...fieldNames),
    op: fc.constantFrom('is' as const, 'contains' as const),
    value: someText,
  }),
  fc.record({
    type: fc.constant('field' as const),
    field: fc.constantFrom(...fieldNames),
    op: fc.constant('like' as const),
    value: someGlob,
  }),
  fc.record({ type: fc.constant('cidr' as const), value: fc.constantFrom('198.51.100.0/24', '2001:db8::/32') }),
  fc.record({ type: fc.constant('flag' as const), flag: fc.constantFrom(...flagNames) }),
  fc.record({ type: fc.constant('time' as const), from: someTime }),
  fc.record({ type: fc.constant('time' as const), from: someTime, to: someTime }),
  fc.record({ type: fc.constant('text' as const), value: someText }),
  fc.record({ type: fc.constant('text' as const), value: someGlob, glob: fc.constant(true as const) }),
);
const { predicate: anyPredicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({
      type: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('predicate'), { maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('not' as const), term: tie('predicate') }),
  ),
}));

describe('a filter printed', () => {
  it.each([
    ['principal=alice  action~Create*   (b|c) !readonly', 'principal=alice action~Create (b | c) !readonly'],
    ['a | (b c)', 'a | b c'],
    ['!(a b)', '!(a b)'],
    ['since=20:30', 'since=2026-11-23T20:30:00.000Z'],
    ['"error" error', '"error" error'],
    ['""', ''],
    ['!""', '!""'],
    ['resource="a*b"*c', 'resource="a*b"*c'],
    ['resource="\u202e"', 'resource="\\u{202e}"'],
  ])('%s', (text, printed) => {
    expect(printFilter(read(text))).toBe(printed);
  });

  it('reads back as the same filter, is its own canonical text, and cannot redraw a screen', () => {
    fc.assert(
      fc.property(anyPredicate, (predicate) => {
        const printed = printFilter(predicate);
        const again = read(printed);
        expect(printFilter(again)).toBe(printed);
        expect(display(printed)).toBe(printed);
      }),
      { numRuns: 2_000 },
    );
  });

  it('means the same before and after, plain or not', () => {
    const events = [
      event(),
      event({ errorCode: 'AccessDenied', marked: true, late: true, sourceIp: '2001:db8::9', at: 5 }),
      event({ principal: undefined, resources: [], readOnly: true, summary: '' }),
    ];
    fc.assert(
      fc.property(anyPredicate, fc.constantFrom(...events), (predicate, candidate) => {
        const meaning = matches(predicate, candidate);
        expect(matches(simplify(predicate), candidate)).toBe(meaning);
        expect(compile(read(printFilter(predicate)))(candidate)).toBe(meaning);
        expect(matches(JSON.parse(JSON.stringify(predicate)) as Predicate, candidate)).toBe(meaning);
      }),
      { numRuns: 2_000 },
    );
  });
});
