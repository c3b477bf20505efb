import { expect, it } from 'vitest';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { declared } from './declared.ts';
import { judge, levelOf, score, tooLoud } from './measured.ts';
import { played } from './played.ts';

// A sample of `node test/detection/precision.ts`, which plays all of them, whole, and a day of each account without the attack.

it('every scenario says what of it tells, and rules that there are', () => {
  expect(Object.keys(declared).sort()).toEqual(scenarios.map(({ id }) => id).sort());
  const rules = Object.values(declared).flatMap(({ tellings }) => tellings.map(({ rule }) => rule));
  expect(rules.filter((rule) => !levelOf.has(rule))).toEqual([]);
});

it('a played attack: every telling event is named when it could first be read, nobody else is blamed, and without it all is quiet', async () => {
  const id = 'studio-role-swap';
  const story = await played(id, { ms: 10 * 60_000 });
  const scores = score(id, story, judge(id, story), true);
  expect(scores.size).toBeGreaterThan(8);
  for (const [rule, { misses, blames, declared: wanted, found, slowestMs }] of scores) {
    expect([rule, misses, wanted]).toEqual([rule, [], found]);
    expect([rule, slowestMs < 10_000]).toEqual([rule, true]);
    if (!['low', 'informational'].includes(levelOf.get(rule) ?? '')) expect([rule, blames]).toEqual([rule, []]);
  }
  const calm = judge(id, story, { benign: true });
  expect(calm.seen.length).toBeGreaterThan(1_000);
  expect(tooLoud(id, calm)).toEqual([]);
}, 60_000);
