import { expect, test } from 'vitest';
import { createBackOff } from '../../src/sources/back-off.ts';
import { sources } from '../../src/sources/catalogue.ts';
import { createCoverage } from '../../src/sources/coverage.ts';
import { createSeenIds } from '../../src/sources/seen-ids.ts';

test('coverage joins what touches and knows its holes', () => {
  const coverage = createCoverage();
  coverage.add(10, 20);
  coverage.add(30, 40);
  expect([9, 10, 20, 25, 30].map((at) => coverage.has(at))).toEqual([false, true, true, false, true]);
  expect(coverage.reachFrom(12)).toBe(20);
  expect(coverage.reachFrom(25)).toBeUndefined();
  coverage.add(20, 30);
  expect(coverage.reachFrom(10)).toBe(40);
  coverage.add(0, 100);
  expect(coverage.reachFrom(0)).toBe(100);
});

test('seen ids: what was met last is kept, what was forgotten is admitted', () => {
  const seen = createSeenIds(2);
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`) as [
    string,
    string,
    string,
  ];
  expect([seen.add(a, 1), seen.add(b, 2), seen.add(a, 1)]).toEqual([true, true, false]);
  expect(seen.forgottenTo()).toBe(Number.NEGATIVE_INFINITY);
  expect(seen.add(c, 3)).toBe(true);
  expect(seen.forgottenTo()).toBe(2);
  expect([seen.add(a, 1), seen.add(b, 2)]).toEqual([false, true]);
  expect(createSeenIds(10).add('not a uuid', 0)).toBe(true);
});

test('back-off doubles up to its ceiling, never below its floor, and starts over', () => {
  const limits = { firstMs: 1_000, leastMs: 500, mostMs: 5_000 };
  const most = createBackOff(limits, () => 1);
  expect([most.next(), most.next(), most.next(), most.next()]).toEqual([1_000, 2_000, 4_000, 5_000]);
  most.reset();
  expect(most.next()).toBe(1_000);
  expect(createBackOff(limits, () => 0).next()).toBe(500);
});

test('the catalogue: unique ids, each with its pages and its blind spots', () => {
  expect(new Set(sources.map(({ id }) => id)).size).toBe(sources.length);
  for (const source of sources) {
    expect(source.references.every((page) => page.startsWith('https://docs.aws.amazon.com/'))).toBe(true);
    expect(source.blindSpots.length).toBeGreaterThan(0);
  }
});
