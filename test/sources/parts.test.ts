import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBackOff } from '../../src/sources/back-off.ts';
import { sources } from '../../src/sources/catalogue.ts';
import { createCoverage } from '../../src/sources/coverage.ts';
import { IdTable, keyOfId, newIdKey } from '../../src/sources/id-table.ts';
import { claimSoFar, missing, readCheckpoint } from '../../src/sources/lookup-checkpoint.ts';
import { progressSentence } from '../../src/sources/lookup-progress.ts';
import { beginWalk, cutTo, nextSliceMs, nextSweep, shareRead, sweepEnded } from '../../src/sources/lookup-sweep.ts';
import { createTurns, type Lane, type LookupTask } from '../../src/sources/lookup-turns.ts';
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
  const seen = createSeenIds(4);
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(
    (letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`,
  ) as [string, string, string, string, string];
  expect([seen.add(a, 1), seen.add(b, 2), seen.add(a, 1)]).toEqual([true, true, false]);
  // The older half is {a, b} now; who is met again becomes young.
  expect([seen.add(c, 3), seen.add(a, 1)]).toEqual([true, false]);
  expect(seen.forgottenTo()).toBe(Number.NEGATIVE_INFINITY);
  expect(seen.add(d, 4)).toBe(true);
  expect(seen.forgottenTo()).toBe(2);
  expect([seen.add(e, 5), seen.add(a, 1), seen.add(b, 2)]).toEqual([true, false, true]);
  const words = createSeenIds(10);
  expect([words.add('not a uuid'), words.add('not a uuid'), words.add('nor this')]).toEqual([true, false, true]);
});

test('seen ids: never takes a new id for a known one, nor forgets the younger half unsaid', () => {
  const ids = fc.oneof(
    fc.uuid(),
    fc.string({ maxLength: 3 }),
    fc.integer({ max: 40, min: 0 }).map((n) => `${n}`),
  );
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 400 }), fc.integer({ min: 2, max: 60 }), (met, limit) => {
      const seen = createSeenIds(limit);
      const ever = new Map<string, number>();
      const recent: string[] = [];
      for (const [at, id] of met.entries()) {
        const isNew = seen.add(id, ever.get(id) ?? at);
        if (!ever.has(id)) expect(isNew).toBe(true);
        else if (isNew) {
          expect(ever.get(id)!).toBeLessThanOrEqual(seen.forgottenTo());
          expect(recent.slice(-Math.floor(limit / 2))).not.toContain(id);
        }
        if (!ever.has(id)) ever.set(id, at);
        const before = recent.indexOf(id);
        if (before >= 0) recent.splice(before, 1);
        recent.push(id);
      }
    }),
  );
});

test('seen ids: a hundred thousand stay apart', () => {
  const seen = createSeenIds(400_000);
  const id = (n: number) => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  for (let n = 0; n < 100_000; n += 1) if (!seen.add(id(n), n)) throw new Error(`${n} was taken for another`);
  for (let n = 0; n < 100_000; n += 1) if (seen.add(id(n), n)) throw new Error(`${n} was forgotten`);
});

test('a table of many ids stands in pages of its own', () => {
  const table = new IdTable();
  const key = newIdKey();
  for (let n = 0; n < 20_000; n += 1) {
    keyOfId(n.toString(16).padStart(32, '0'), key);
    table.set(key, n);
  }
  for (const [held, n] of table.entries()) {
    if (held[3] !== n) throw new Error(`${n} stands at ${held}`);
    expect(held.buffer).toMatchObject({ resizable: true });
    break;
  }
});

test('back-off doubles up to its ceiling, never below its floor, and starts over', () => {
  const limits = { firstMs: 1_000, leastMs: 500, mostMs: 5_000 };
  const most = createBackOff(limits, () => 1);
  expect([most.next(), most.next(), most.next(), most.next()]).toEqual([1_000, 2_000, 4_000, 5_000]);
  most.reset();
  expect(most.next()).toBe(1_000);
  expect(createBackOff(limits, () => 0).next()).toBe(500);
});

const minute = 60_000;
const hour = 60 * minute;

test('what a first load has to read: nothing twice but the window before the claim', () => {
  const wanted = { from: 10 * hour, to: 20 * hour };
  expect(missing(undefined, wanted, 2 * hour)).toEqual([wanted]);
  expect(missing({ from: 2 * hour, to: 9 * hour }, wanted, 2 * hour)).toEqual([wanted]);
  expect(missing({ from: 2 * hour, to: 19 * hour }, wanted, 2 * hour)).toEqual([{ from: 17 * hour, to: 20 * hour }]);
  expect(missing({ from: 15 * hour, to: 19 * hour }, wanted, 2 * hour)).toEqual([
    { from: 17 * hour, to: 20 * hour },
    { from: 10 * hour, to: 15 * hour },
  ]);
  expect(missing({ from: 18 * hour, to: 19 * hour }, wanted, 2 * hour)).toEqual([wanted]);
  // Made with a clock that was ahead.
  expect(missing({ from: 2 * hour, to: 30 * hour }, wanted, 2 * hour)).toEqual([{ from: 18 * hour, to: 20 * hour }]);
});

test('a claim grows with what is read and never over what is left', () => {
  const read = { from: 10 * hour, to: 20 * hour };
  const left = (from: number, to: number) => [{ from: from * hour, to: to * hour }];
  expect(claimSoFar(undefined, read, [read])).toBeUndefined();
  expect(claimSoFar(undefined, read, left(10, 18))).toEqual({ from: 18 * hour, to: 20 * hour });
  expect(claimSoFar(undefined, read, [])).toEqual(read);
  const old = { from: 15 * hour, to: 19 * hour };
  // Something may have appeared late before its end: until that is read again, a crash must find the old one.
  expect(claimSoFar(old, read, left(10, 18))).toEqual(old);
  expect(claimSoFar(old, read, left(10, 15))).toEqual({ from: 15 * hour, to: 20 * hour });
  expect(claimSoFar(old, read, left(10, 12))).toEqual({ from: 12 * hour, to: 20 * hour });
  expect(claimSoFar({ from: 2 * hour, to: 19 * hour }, read, [])).toEqual({ from: 2 * hour, to: 20 * hour });
  expect(claimSoFar({ from: 2 * hour, to: 9 * hour }, read, [])).toEqual(read);
});

test('checkpoints: by scope, or of the time when there were none', () => {
  const claim = { from: 1, to: 2 };
  const by = readCheckpoint({ scopes: { iam: claim, writes: { from: 3, to: 2 } } });
  expect([by('iam'), by('writes'), by('toString')]).toEqual([claim, undefined, undefined]);
  expect(readCheckpoint(claim)('writes')).toEqual(claim);
});

test('a walk: newest first, in slices on whole seconds that meet, its share told truly', () => {
  const walk = beginWalk(
    [
      { from: 6 * minute, to: 10 * minute + 500 },
      { from: 0, to: 2 * minute },
    ],
    { clock: 0, skewMs: 0 },
  );
  const read: number[][] = [];
  for (;;) {
    const sweep = nextSweep(walk, 3 * minute);
    walk.sweep = sweep;
    read.push([sweep.from / minute, sweep.to / minute, Math.round(shareRead(walk) * 100)]);
    sweepEnded(walk);
    if (walk.rest.length === 0) break;
  }
  expect(read).toEqual([
    [7, 10 + 500 / minute, 0],
    [6, 7, 50],
    [0, 2, 67],
  ]);
  expect(shareRead(walk)).toBe(1);
  // 50 pages a slice: one of a minute each is cut, one of ten minutes is not; then by what it took.
  expect([cutTo({ from: 0, to: 24 * hour }, minute), cutTo({ from: 0, to: 8 * hour }, 10 * minute)]).toEqual([
    50 * minute,
    undefined,
  ]);
  const slice = { from: 0, to: hour, nextToken: undefined, events: 0, oldest: 0 };
  expect([1, 25, 100, 1_000].map((pages) => nextSliceMs({ ...slice, pages }) / hour)).toEqual([4, 2, 0.5, 0.25]);
});

test('turns: who waits, first pages, hot sweeps two of three, the rest by turns', () => {
  const task = (lane: Lane, rank: number, pages: number): LookupTask => {
    const walk = beginWalk([{ from: 0, to: 1 }], { clock: 0, skewMs: 0 });
    walk.pages = pages;
    const kind = lane === 'hot' || lane === 'warm' ? lane : 'deep';
    return { kind, lane, rank, everyMs: 10, dueAt: 0, walk, restarts: 0 };
  };
  const order = (tasks: readonly LookupTask[], count: number) => {
    const turns = createTurns();
    return Array.from({ length: count }, () => {
      const next = turns.next(tasks, 1);
      return next && `${next.lane}${next.rank}`;
    });
  };
  const busy = [task('deep', 0, 1), task('warm', 0, 1), task('load', 3, 1), task('load', 2, 1), task('hot', 1, 1)];
  expect(order(busy, 10)).toEqual(['hot1', 'hot1', 'deep0', 'hot1', 'hot1', 'warm0', 'hot1', 'hot1', 'load2', 'hot1']);
  expect(order([...busy, task('load', 1, 0), task('load', 0, 0)], 2)).toEqual(['load0', 'load0']);
  expect(order([...busy, task('operator', 1, 5), task('operator', 0, 5)], 5)).toEqual([
    'operator0',
    'operator0',
    'operator0',
    'hot1',
    'operator0',
  ]);
  expect(createTurns().next([{ ...task('hot', 0, 0), walk: undefined, dueAt: 5 }], 1)).toBeUndefined();
  // Our clock was put back by a day: what fell due then is due now.
  expect(createTurns().next([{ ...task('hot', 0, 0), walk: undefined, dueAt: 24 * hour }], 1)).toBeDefined();
});

test('progress: times once, days where they differ, shares only below a hundred', () => {
  const at = Date.UTC(2026, 10, 23, 14, 2);
  const hourLong = { from: at, to: at + hour };
  expect(
    progressSentence([
      { label: 'sagemaker', state: 'loaded', stretch: hourLong },
      { label: 'iam', state: 'loaded', stretch: { from: at, to: at + hour + 1_000 } },
      { label: 'writes', state: 'loading', share: 0.6199, pages: 93, sinceMs: 62_000 },
      { label: 'reads of other services', state: 'not-loaded' },
    ]),
  ).toBe(
    'sagemaker 14:02–15:02Z loaded; iam loaded; writes 61 %, 1.5 pages/s, 39s left; reads of other services not loaded',
  );
  expect(
    progressSentence([
      { label: 'sagemaker', state: 'loaded', stretch: hourLong, behindMs: 7 * 60_000 },
      { label: 'iam', state: 'loaded', stretch: hourLong },
    ]),
  ).toBe('sagemaker 14:02–15:02Z loaded, falling behind by 7 min; iam loaded');
  expect(
    progressSentence([
      { label: 'iam', state: 'loaded', stretch: { from: at - 24 * hour, to: at } },
      { label: 'writes', state: 'loading', share: 1, pages: 0, sinceMs: 62_000 },
      { label: 'sagemaker', state: 'held', share: 0.417 },
      { label: 'AKIAONE', state: 'refused', why: 'InvalidLookupAttributesException' },
    ]),
  ).toBe(
    'iam 11-22 14:02–11-23 14:02Z loaded; writes 99 %; sagemaker stopped at 41 %, the rest is not loaded; AKIAONE cannot be looked up (InvalidLookupAttributesException)',
  );
});

test('the catalogue: unique ids, each with its pages and its blind spots', () => {
  expect(new Set(sources.map(({ id }) => id)).size).toBe(sources.length);
  for (const source of sources) {
    expect(source.references.every((page) => page.startsWith('https://docs.aws.amazon.com/'))).toBe(true);
    expect(source.blindSpots.length).toBeGreaterThan(0);
  }
});
