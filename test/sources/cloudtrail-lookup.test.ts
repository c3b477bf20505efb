import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../src/shared/json.ts';
import { observable } from '../../src/shared/observable.ts';
import { createCloudTrailLookup, type LookupOptions } from '../../src/sources/cloudtrail-lookup.ts';
import type { SourceItem, Wanted } from '../../src/sources/source.ts';
import { awsError, simulateTrail, type TrueEvent } from './simulated-trail.ts';

const start = Date.UTC(2026, 10, 23, 20, 0);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const uuid = (index: number) => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
const event = (index: number, at: number, lagMs = 0): TrueEvent => ({ id: uuid(index), at, visibleAt: at + lagMs });

/** Reads until `until`, handing each item and its time on. */
async function follow(
  trail: ReturnType<typeof simulateTrail>,
  settings: {
    readonly until: number;
    readonly since?: number;
    readonly checkpoint?: Json;
    readonly options?: LookupOptions;
    readonly see?: (item: SourceItem, at: number) => void;
  },
) {
  const stop = new AbortController();
  const items: { readonly item: SourceItem; readonly at: number }[] = [];
  const source = createCloudTrailLookup({ random: () => 0.5, ...settings.options });
  for await (const item of source.read({
    aws: trail.aws,
    clock: {
      now: trail.clock.now,
      sleep: async (ms, signal) => {
        if (trail.clock.now() > settings.until) stop.abort();
        await trail.clock.sleep(ms, signal);
      },
    },
    region: 'eu-west-1',
    part: 'working',
    wanted: observable<Wanted>({ resources: [], lookups: [] }),
    since: settings.since ?? start - hour,
    ...(settings.checkpoint === undefined ? {} : { checkpoint: settings.checkpoint }),
    signal: stop.signal,
  })) {
    items.push({ item, at: trail.clock.now() });
    settings.see?.(item, trail.clock.now());
    if (trail.clock.now() > settings.until) stop.abort();
  }
  return items;
}
const recordsOf = (items: Awaited<ReturnType<typeof follow>>) =>
  items.flatMap(({ item, at }) =>
    item.type === 'records'
      ? item.records.map(({ text, late }) => ({ id: (JSON.parse(text) as { eventID: string }).eventID, late, at }))
      : [],
  );
const statesOf = (items: Awaited<ReturnType<typeof follow>>) =>
  items.flatMap(({ item }) => (item.type === 'state' ? [item.state] : []));

test('the newest page stands first, long before the first sweep has ended', async () => {
  const events = Array.from({ length: 500 }, (_, index) => event(index, start - index * 7 * second));
  const trail = simulateTrail({ start, events });
  const items = await follow(trail, { until: start + minute });
  const first = items.find(({ item }) => item.type === 'records');
  expect(first?.at).toBe(start + 300);
  expect(
    recordsOf(items)
      .slice(0, 50)
      .map(({ id }) => id),
  ).toEqual(events.slice(0, 50).map(({ id }) => id));
  expect(items[0]?.item).toEqual({ type: 'state', state: 'connecting' });
  expect(trail.calls[0]).toEqual({ at: start + 300, from: start - hour, to: start, token: undefined });
});

test('new events come while the first sweep still walks back', async () => {
  const old = Array.from({ length: 3_000 }, (_, index) => event(index, start - index * second));
  const trail = simulateTrail({ start, events: [...old, event(9_999, start + 20 * second)], callMs: second });
  const items = await follow(trail, { until: start + minute });
  expect(recordsOf(items).find(({ id }) => id === uuid(9_999))?.at).toBeLessThan(start + 35 * second);
});

test('until the first sweep has ended, hot sweeps cover their minutes and nothing more', async () => {
  const old = Array.from({ length: 2_000 }, (_, index) => event(index, start - 10 * minute - index * second));
  const trail = simulateTrail({ start, events: [...old, event(9_999, start + 20 * second)], callMs: second });
  const items = await follow(trail, { until: start + 35 * second });
  const covered = items.flatMap(({ item }) => (item.type === 'covered' ? [item.to - item.from] : []));
  expect(covered.length).toBeGreaterThan(1);
  expect(new Set(covered)).toEqual(new Set([5 * minute]));
  expect(items.filter(({ item }) => 'checkpoint' in item)).toEqual([]);
});

test('a hot sweep that never ends does not starve the others', async () => {
  const events = Array.from({ length: 60_000 }, (_, index) => event(index, start - 5 * minute + index * 10));
  const trail = simulateTrail({ start, events, callMs: second });
  await follow(trail, { until: start + 2 * minute });
  const deep = trail.calls.filter(({ from }) => from === start - hour).length;
  expect(deep).toBeGreaterThan(trail.calls.length / 4);
});

test('an event that may have been seen and forgotten is not called late', async () => {
  const events = Array.from({ length: 40 }, (_, index) => event(index, start - 10 * minute - index * second));
  const items = await follow(simulateTrail({ start, events }), {
    until: start + 10 * minute,
    options: { seenLimit: 20 },
  });
  const records = recordsOf(items);
  expect(records.length).toBeGreaterThan(40);
  expect(records.filter(({ late }) => late)).toEqual([]);
});

test('hot every 10 s over 5 min, warm every 2 min over 20 min, deep every 15 min over 2 h; ends are frozen', async () => {
  const trail = simulateTrail({ start: start, events: [], callMs: 0 });
  await follow(trail, { until: start + hour, since: start - 24 * hour });
  const windows = new Map<number, number[]>();
  for (const { at, from, to } of trail.calls.slice(1)) {
    expect(to).toBe(at);
    // The deep sweep reaches back from the end of what is covered: up to one hot interval further.
    const window = Math.floor((to - from) / minute) * minute;
    windows.set(window, [...(windows.get(window) ?? []), at]);
  }
  const every = (window: number) => {
    const times = windows.get(window) ?? [];
    return new Set(times.slice(1).map((at, index) => at - (times[index] ?? 0)));
  };
  expect([...windows.keys()].sort((a, b) => a - b)).toEqual([5 * minute, 20 * minute, 2 * hour]);
  expect(every(5 * minute)).toEqual(new Set([10 * second]));
  expect(every(20 * minute)).toEqual(new Set([2 * minute]));
  expect(every(2 * hour)).toEqual(new Set([15 * minute]));
});

test('a hot sweep ends at a page of known events and claims nothing; a warm one never stops early', async () => {
  const events = Array.from({ length: 8 }, (_, index) => event(index, start - minute - index * second));
  const trail = simulateTrail({ start, events, pageSize: 2, callMs: 0 });
  const items = await follow(trail, { until: start + 125 * second });
  const sweeps = (window: number) => trail.calls.filter(({ from, to }) => to - from === window).length;
  expect(sweeps(5 * minute)).toBe(13);
  expect(sweeps(20 * minute)).toBe(4);
  expect(items.filter(({ item }) => item.type === 'covered').map(({ item }) => 'to' in item && item.to)).toEqual([
    start,
    start + 2 * minute,
  ]);
});

test('checkpoint and coverage come with the last page, never before', async () => {
  const events = Array.from({ length: 5 }, (_, index) => event(index, start - minute - index * second));
  const items = await follow(simulateTrail({ start, events, pageSize: 2 }), { until: start + 5 * second });
  expect(items.map(({ item }) => [item.type, 'checkpoint' in item ? item.checkpoint : undefined])).toEqual([
    ['state', undefined],
    ['state', undefined],
    ['records', undefined],
    ['records', undefined],
    ['records', { from: start - hour, to: start }],
    ['covered', undefined],
  ]);
});

test('late is what appears long after its time in a stretch that had been read', async () => {
  const events = [
    event(1, start + 30 * second, 90 * second),
    event(2, start + 31 * second, 5 * minute),
    event(3, start - 30 * minute, 40 * minute),
  ];
  const items = await follow(simulateTrail({ start, events }), { until: start + hour });
  expect(recordsOf(items).map(({ id, late }) => [id, late])).toEqual([
    [uuid(1), undefined],
    [uuid(2), true],
    [uuid(3), true],
  ]);
});

test('an outage longer than every window leaves no hole', async () => {
  const events = Array.from({ length: 100 }, (_, index) => event(index, start + index * 5 * minute));
  const trail = simulateTrail({
    start,
    events,
    disturb: ({ at }) =>
      at > start + hour && at < start + 6 * hour ? awsError('network', 'ENOTFOUND', 'unknown') : undefined,
  });
  const items = await follow(trail, { until: start + 9 * hour });
  expect(new Set(recordsOf(items).map(({ id }) => id)).size).toBe(100);
  expect(statesOf(items)).toEqual(['connecting', 'polling', 'unreachable', 'polling']);
  const waits = trail.calls.flatMap(({ at }, index) =>
    at > start + hour + minute && at < start + 5 * hour ? [at - (trail.calls[index - 1]?.at ?? 0)] : [],
  );
  expect(Math.max(...waits)).toBeLessThanOrEqual(31 * second);
});

test.each([
  ['throttled', 'ThrottlingException', 'throttled', undefined],
  ['denied', 'AccessDeniedException', 'denied', 'cloudtrail:LookupEvents'],
  ['expired', 'ExpiredTokenException', 'expired', undefined],
  ['network', 'ECONNRESET', 'unreachable', undefined],
] as const)('%s: says so once, goes on by itself', async (reason, code, state, permission) => {
  const trail = simulateTrail({
    start,
    events: [event(1, start - minute)],
    disturb: (_call, index) => (index < 4 ? awsError(reason, code) : undefined),
  });
  const items = await follow(trail, { until: start + 10 * minute });
  const said = items.filter(({ item }) => item.type === 'state');
  expect(said.map(({ item }) => item)).toEqual([
    { type: 'state', state: 'connecting' },
    { type: 'state', state, why: code, ...(permission ? { permission } : {}) },
    { type: 'state', state: 'polling' },
  ]);
  expect(recordsOf(items)).toHaveLength(1);
});

test('a token that is no longer good: the sweep starts again, nothing comes twice', async () => {
  const events = Array.from({ length: 9 }, (_, index) => event(index, start - minute - index * second));
  const trail = simulateTrail({
    start,
    events,
    pageSize: 2,
    disturb: (_call, index) => (index === 3 ? awsError('other', 'InvalidNextTokenException') : undefined),
  });
  const items = await follow(trail, { until: start + minute });
  expect(recordsOf(items).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  expect(trail.calls[4]).toMatchObject({ token: undefined, from: start - hour });
});

test('tokens that never work do not become a storm of calls', async () => {
  const events = Array.from({ length: 9 }, (_, index) => event(index, start - minute - index * second));
  const trail = simulateTrail({
    start,
    events,
    pageSize: 2,
    callMs: 0,
    disturb: ({ token }) => (token ? awsError('other', 'InvalidNextTokenException') : undefined),
  });
  await follow(trail, { until: start + 10 * minute });
  expect(trail.calls.length).toBeLessThan(200);
});

test('an event without its record is a gap, told once', async () => {
  const events = [{ ...event(1, start - minute), withoutRecord: true }, event(2, start - 2 * minute)];
  const items = await follow(simulateTrail({ start, events }), { until: start + 5 * minute });
  expect(items.filter(({ item }) => item.type === 'gap').map(({ item }) => item)).toEqual([
    {
      type: 'gap',
      id: `cloudtrail:LookupEvents ${uuid(1)}`,
      from: start - minute,
      to: start - minute,
      why: `LookupEvents names CreateEndpoint ${uuid(1)} but gives no record`,
    },
  ]);
  expect(recordsOf(items).map(({ id }) => id)).toEqual([uuid(2)]);
});

test('what retrying cannot cure is thrown', async () => {
  const trail = simulateTrail({ start, events: [], disturb: () => awsError('other', 'InvalidTimeRangeException') });
  await expect(follow(trail, { until: start + hour })).rejects.toMatchObject({ code: 'InvalidTimeRangeException' });
});

test('resuming reads two hours before the checkpoint, or everything when more is wanted', async () => {
  const checkpoint = { from: start - 24 * hour, to: start - hour };
  const first = async (since: number, saved: Json) => {
    const trail = simulateTrail({ start, events: [] });
    await follow(trail, { until: start, since, checkpoint: saved });
    return trail.calls[0]?.from;
  };
  expect(await first(start - 24 * hour, checkpoint)).toBe(start - 3 * hour);
  expect(await first(start - 48 * hour, checkpoint)).toBe(start - 48 * hour);
  expect(await first(start - hour, checkpoint)).toBe(start - hour);
  for (const odd of [null, 7, [], { from: 'x' }, { from: 2, to: 1 }] as Json[]) {
    expect(await first(start - hour, odd)).toBe(start - hour);
  }
});

test('a new checkpoint does not claim the hole between the old one and what is wanted now', async () => {
  const claims = async (to: number) => {
    const trail = simulateTrail({ start, events: [event(1, start - minute)] });
    const items = await follow(trail, { until: start + second, checkpoint: { from: start - 48 * hour, to } });
    return items.flatMap(({ item }) => (item.type === 'records' ? [item.checkpoint] : []));
  };
  expect(await claims(start - 30 * minute)).toEqual([{ from: start - 48 * hour, to: start }]);
  expect(await claims(start - 24 * hour)).toEqual([{ from: start - hour, to: start }]);
});

const lagged = fc.record({
  atS: fc.integer({ min: -50 * 60, max: 90 * 60 }),
  lagS: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 95 * 60 })),
});
const trouble = fc.record({
  call: fc.nat({ max: 600 }),
  count: fc.integer({ min: 1, max: 8 }),
  kind: fc.constantFrom('throttled', 'network', 'expired', 'token'),
});
const world = fc.record({
  events: fc.array(lagged, { maxLength: 80 }),
  troubles: fc.array(trouble, { maxLength: 6 }),
  pageSize: fc.integer({ min: 1, max: 9 }),
  byPosition: fc.boolean(),
  lateAfterMs: fc.constantFrom(0, 30 * second, 2 * minute),
  crashAfterItems: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
});
const errors = {
  throttled: awsError('throttled', 'ThrottlingException'),
  network: awsError('network', 'ECONNRESET', 'unknown'),
  expired: awsError('expired', 'ExpiredTokenException'),
  token: awsError('other', 'InvalidNextTokenException'),
} as const;

test('over lags, disorder, page splits, repeats, throttles and a crash: everything arrives, late is told truly, no checkpoint is early', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ events: drawn, troubles, pageSize, byPosition, lateAfterMs, crashAfterItems }) => {
      const events = drawn.map(({ atS, lagS }, index) => event(index, start + atS * second, lagS * second));
      const trail = simulateTrail({
        start,
        events,
        pageSize,
        byPosition,
        disturb: (_call, index) => {
          const found = troubles.find(({ call, count }) => index >= call && index < call + count);
          return found && errors[found.kind];
        },
      });
      const delivered = new Set<string>();
      let checkpoint: Json | undefined;
      const pass = async (crash: number | undefined) => {
        const covered: (readonly [from: number, to: number])[] = [];
        const own = new Set<string>();
        let items = 0;
        const see = (item: SourceItem, at: number) => {
          items += 1;
          if (item.type === 'covered') covered.push([item.from, item.to]);
          if (item.type === 'records') {
            for (const { text, late } of item.records) {
              const record = JSON.parse(text) as { eventID: string; at: number };
              const within = covered.some(([from, to]) => from <= record.at && record.at <= to);
              expect(late ?? false).toBe(within && record.at < at - lateAfterMs);
              expect(own.has(record.eventID)).toBe(false);
              own.add(record.eventID);
              delivered.add(record.eventID);
            }
            if (item.checkpoint !== undefined) {
              checkpoint = item.checkpoint;
              const { to } = item.checkpoint as { to: number };
              const missing = events.filter(
                (one) => one.at <= to && one.visibleAt === one.at && one.at >= start - hour && !delivered.has(one.id),
              );
              expect(missing).toEqual([]);
            }
          }
          if (crash !== undefined && items >= crash) throw new Error('crash');
        };
        try {
          await follow(trail, {
            until: start + 5 * hour,
            options: { lateAfterMs },
            see,
            ...(checkpoint === undefined ? {} : { checkpoint }),
          });
        } catch (error) {
          if ((error as Error).message !== 'crash') throw error;
        }
      };
      if (crashAfterItems !== undefined) await pass(crashAfterItems);
      await pass(undefined);
      expect([...delivered].sort()).toEqual(events.map(({ id }) => id).sort());
    }),
    { numRuns: 60 },
  );
});
