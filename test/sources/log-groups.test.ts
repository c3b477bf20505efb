import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AwsCallError } from '../../src/model/errors.ts';
import type { RawRecord } from '../../src/model/event.ts';
import type { Json } from '../../src/shared/json.ts';
import { observable } from '../../src/shared/observable.ts';
import type { WantedGroup } from '../../src/sources/log-group.ts';
import { type LogGroupsOptions, readLogGroups } from '../../src/sources/log-groups.ts';
import type { SourceItem, Wanted } from '../../src/sources/source.ts';
import { createTailHub, type LogLine } from '../../src/sources/tail-hub.ts';
import { createManualClock } from '../aws/manual-clock.ts';
import { limitMs, runs } from '../helpers/runs.ts';
import { awsError, type FilterCall, groupArn, simulateLogs, trueIds, type UpdateFault } from './simulated-logs.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const filterOperation = 'logs:FilterLogEvents';
const tailOperation = 'logs:StartLiveTail';

/** Reads groups of a simulated account, and keeps what is said. */
function setUp(settings: {
  readonly names?: readonly string[];
  readonly tail?: boolean;
  readonly checkpoint?: Json;
  readonly lines?: LogLine[];
  readonly options?: LogGroupsOptions;
  readonly pageSize?: number;
  readonly behindMs?: number;
  readonly filterFault?: (call: FilterCall, index: number) => AwsCallError | 'empty' | 'repeat' | undefined;
  readonly tailFault?: (at: number) => AwsCallError | undefined;
  readonly updateFault?: (at: number, index: number) => UpdateFault;
  readonly start?: number;
}) {
  const { names = ['a'], tail = true, lines = [] } = settings;
  const clock = createManualClock(settings.start);
  const start = clock.now();
  const groups = names.map((name) => ({ arn: groupArn(name), name, createdAt: start - hour }));
  const { filterFault, tailFault, updateFault } = settings;
  const logs = simulateLogs({
    clock,
    groups,
    lines,
    ...(settings.pageSize ? { pageSize: settings.pageSize } : {}),
    ...(settings.behindMs ? { behindMs: settings.behindMs } : {}),
    ...(filterFault ? { filterFault } : {}),
    ...(tailFault ? { tailFault: ({ at }) => tailFault(at) } : {}),
    ...(updateFault ? { updateFault } : {}),
  });
  const hub = createTailHub({ aws: logs.aws, clock, region: 'eu-west-1', random: () => 0.5 });
  const wake = observable(0);
  const wanted: WantedGroup[] = groups.map(({ arn, name, createdAt }) => ({ arn, name, createdAt, tail: true }));
  const stop = new AbortController();
  const items: { readonly item: SourceItem; readonly at: number }[] = [];
  let failure: unknown;
  const done = (async () => {
    const context = {
      aws: logs.aws,
      clock,
      region: 'eu-west-1',
      part: 'working' as const,
      since: start - hour,
      wanted: observable<Wanted>({ resources: [], lookups: [] }),
      ...(tail ? { tails: hub } : {}),
      ...(settings.checkpoint === undefined ? {} : { checkpoint: settings.checkpoint }),
      signal: stop.signal,
    };
    const discovery = {
      everyMs: 30 * second,
      wake,
      discover: async () => ({ groups: [...wanted], blindSpots: [], nothing: 'nothing to read' }),
    };
    for await (const item of readLogGroups(context, discovery, { random: () => 0.5, ...settings.options }))
      items.push({ item, at: clock.now() });
  })().catch((error: unknown) => {
    failure = error;
  });
  const of = <Type extends SourceItem['type']>(type: Type) =>
    items.flatMap(({ item }) => (item.type === type ? [item as SourceItem & { readonly type: Type }] : []));
  return {
    clock,
    logs,
    hub,
    start,
    lines,
    wanted,
    wake: () => wake.set(wake.get() + 1),
    items,
    of,
    records: (): readonly RawRecord[] => of('records').flatMap(({ records }) => records),
    messages: () => of('records').flatMap(({ records }) => records.map(({ text }) => text)),
    states: () => of('state').map(({ state }) => state),
    /** Gaps that are on the screen. */
    gaps() {
      const gaps = new Map<string, { readonly from: number; readonly to: number; readonly why: string }>();
      for (const { item } of items) {
        if (item.type === 'gap') gaps.set(item.id, item);
        if (item.type === 'gap-filled') gaps.delete(item.id);
      }
      return [...gaps.values()];
    },
    coveredTo: () => of('covered').at(-1)?.to ?? Number.NEGATIVE_INFINITY,
    checkpoint: () => of('records').findLast(({ checkpoint }) => checkpoint !== undefined)?.checkpoint,
    line(message: string, lateMs = 0, name = 'a'): LogLine {
      return { group: groupArn(name), stream: 's', at: clock.now() - lateMs, ingestedAt: clock.now(), message };
    },
    write(message: string, lateMs = 0, name = 'a') {
      lines.push(this.line(message, lateMs, name));
    },
    async stop() {
      stop.abort();
      await done;
      if (failure) throw failure;
    },
  };
}

/** A line each `everyMs` from `from` to `to`. */
const steady = (from: number, to: number, everyMs: number, name = 'a'): LogLine[] =>
  Array.from({ length: Math.ceil((to - from) / everyMs) }, (_, index) => ({
    group: groupArn(name),
    stream: 's',
    at: from + index * everyMs,
    ingestedAt: from + index * everyMs + 200,
    message: `${name} ${index}`,
  }));

test('what was there and what comes: each line once, live, covered to the last seconds', async () => {
  const start = Date.UTC(2026, 10, 23, 20, 0);
  const lines = steady(start - hour, start + 5 * minute, 7 * second);
  const reader = setUp({ start, lines, pageSize: 50 });
  await reader.clock.advance(6 * minute);
  expect(reader.messages().toSorted()).toEqual(lines.map(({ message }) => message).toSorted());
  expect(
    reader
      .records()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(trueIds(lines).toSorted());
  expect(reader.records()[0]).toMatchObject({
    format: 'cloudwatch-logs',
    group: 'a',
    stream: 's',
    region: 'eu-west-1',
  });
  expect(reader.states()).toEqual(['connecting', 'polling', 'live']);
  expect(reader.of('watching').at(-1)?.what).toEqual(['a']);
  expect(reader.coveredTo()).toBeGreaterThan(reader.clock.now() - 8 * second);
  expect(reader.of('covered').at(-1)?.from).toBe(start - hour);
  expect(reader.of('gap')).toEqual([]);
  expect(reader.of('lag').at(-1)?.lag.p95Ms).toBeLessThanOrEqual(second);
  // While it is tailed nothing is polled; late lines of before are looked for once.
  expect(reader.logs.filterCalls.filter(({ at }) => at > start + 30 * second).length).toBeLessThanOrEqual(4);
  await reader.stop();
  expect(reader.logs.openSessions()).toBe(0);
  expect(reader.clock.sleepers()).toBe(0);
});

test('a broken tail: a gap until the hole has been read, every line is there', async () => {
  const start = Date.UTC(2026, 10, 23, 20, 0);
  const lines = steady(start, start + 5 * minute, second);
  let isDown = false;
  const reader = setUp({
    start,
    lines,
    tailFault: () => (isDown ? awsError(tailOperation, 'network', 'ECONNREFUSED') : undefined),
    updateFault: () => (isDown ? 'cut' : undefined),
    filterFault: () => (isDown ? awsError(filterOperation, 'network', 'ECONNREFUSED', 'cannot reach AWS') : undefined),
  });
  await reader.clock.advance(minute);
  isDown = true;
  const downAt = reader.clock.now();
  await reader.clock.advance(minute);
  expect(reader.states().at(-1)).toBe('unreachable');
  const [gap] = reader.gaps();
  expect(gap?.from).toBeLessThan(downAt);
  expect(gap?.to).toBeGreaterThan(reader.clock.now() - 16 * second);
  expect(gap?.why).toMatch(/^a: /);
  isDown = false;
  await reader.clock.advance(4 * minute);
  expect(reader.gaps()).toEqual([]);
  expect(reader.states().at(-1)).toBe('live');
  expect(reader.messages().toSorted()).toEqual(lines.map(({ message }) => message).toSorted());
  await reader.stop();
});

test('a sample is a gap that FilterLogEvents fills; it stays while that is refused', async () => {
  const start = Date.UTC(2026, 10, 23, 20, 0);
  const lines = steady(start, start + 4 * minute, 100);
  let isDenied = false;
  const reader = setUp({
    start,
    lines,
    updateFault: (at) => (at > start + minute && at < start + minute + 3 * second ? 'sample' : undefined),
    filterFault: () =>
      isDenied ? awsError(filterOperation, 'denied', 'AccessDeniedException', 'not allowed') : undefined,
  });
  await reader.clock.advance(50 * second);
  isDenied = true;
  await reader.clock.advance(minute);
  expect(reader.gaps().map(({ why }) => why)).toEqual(['a: Live Tail sent a sample (over 500 lines a second)']);
  expect(reader.of('state').at(-1)).toMatchObject({ state: 'live', permission: filterOperation });
  const before = reader.messages().length;
  expect(before).toBeLessThan(lines.filter(({ ingestedAt }) => ingestedAt < reader.clock.now()).length - 5);
  isDenied = false;
  await reader.clock.advance(3 * minute);
  expect(reader.gaps()).toEqual([]);
  expect(reader.messages()).toHaveLength(lines.length);
  await reader.stop();
});

test('equal lines of one millisecond stay as many as they are, by whatever way they come', async () => {
  const reader = setUp({ updateFault: (_, index) => (index % 2 === 0 ? 'repeat' : undefined) });
  await reader.clock.advance(30 * second);
  for (let index = 0; index < 3; index += 1) reader.write('the same');
  reader.write('another');
  await reader.clock.advance(minute);
  expect(
    reader
      .records()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(trueIds(reader.lines).toSorted());
  expect(new Set(trueIds(reader.lines)).size).toBe(4);
  expect(reader.gaps()).toEqual([]);
  await reader.stop();
});

test.each([
  ['without Live Tail', { tail: false }, 'Live Tail is off'],
  [
    'where Live Tail is not allowed',
    { tailFault: () => awsError(tailOperation, 'denied', 'AccessDeniedException') },
    'Live Tail is not allowed: logs:StartLiveTail',
  ],
])('%s groups are polled each 5 s, also lines that come late', async (_, settings, why) => {
  const reader = setUp(settings);
  await reader.clock.advance(30 * second);
  expect(reader.of('state').at(-1)).toEqual({ type: 'state', state: 'polling', why });
  reader.write('now');
  reader.write('a minute late', minute);
  await reader.clock.advance(6 * second);
  expect(reader.messages().toSorted()).toEqual(['a minute late', 'now']);
  // Outside the window of a poll of a group in which there is something new; the deep one finds it.
  reader.write('ten minutes late', 10 * minute);
  await reader.clock.advance(5 * minute + 10 * second);
  expect(reader.messages()).toContain('ten minutes late');
  expect(reader.of('gap')).toEqual([]);
  expect(reader.coveredTo()).toBeGreaterThan(reader.clock.now() - 90 * second);
  await reader.stop();
});

test('two calls a second are the most, however many groups there are', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `g${index}`);
  const reader = setUp({ names, tail: false });
  await reader.clock.advance(2 * minute);
  const { filterCalls } = reader.logs;
  expect(filterCalls.length).toBeLessThanOrEqual(241);
  expect(filterCalls.length).toBeGreaterThan(200);
  const least = names.map((name) => filterCalls.filter(({ group }) => group === groupArn(name)).length);
  expect(Math.min(...least)).toBeGreaterThan(3);
  await reader.stop();
});

test('a lost token begins the walk anew; empty pages and repeated ones change nothing', async () => {
  const start = Date.UTC(2026, 10, 23, 20, 0);
  const lines = steady(start - 10 * minute, start, second);
  const reader = setUp({
    start,
    lines,
    tail: false,
    pageSize: 40,
    filterFault: ({ token }, index) => {
      if (index === 5 && token) return awsError(filterOperation, 'other', 'InvalidParameterException');
      return index % 3 === 1 ? 'empty' : index % 3 === 2 ? 'repeat' : undefined;
    },
  });
  await reader.clock.advance(2 * minute);
  expect(
    reader
      .records()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(trueIds(lines).toSorted());
  await reader.stop();
});

test('a checkpoint stands still at a hole, and a later run reads from there', async () => {
  const start = Date.UTC(2026, 10, 23, 20, 0);
  let isDown = false;
  const down = () => (isDown ? awsError(filterOperation, 'network', 'ECONNREFUSED') : undefined);
  const first = setUp({ start, tail: false, filterFault: down });
  await first.clock.advance(30 * second);
  isDown = true;
  const downAt = first.clock.now();
  await first.clock.advance(5 * minute);
  const checkpoint = first.checkpoint() as { readonly [arn: string]: number };
  await first.stop();
  expect(checkpoint[groupArn('a')]).toBeGreaterThan(downAt - 20 * second);
  expect(checkpoint[groupArn('a')]).toBeLessThanOrEqual(downAt);

  const lines = steady(start - hour, start + 6 * minute, 10 * second);
  const again = setUp({ start: start + 6 * minute, checkpoint, lines });
  await again.clock.advance(minute);
  const missed = lines.filter(({ ingestedAt }) => ingestedAt >= downAt).map(({ message }) => message);
  expect(again.messages()).toEqual(expect.arrayContaining(missed));
  // Two minutes of before, not the hour.
  expect(again.messages().length).toBeLessThan(missed.length + 120);
  await again.stop();
});

test('a new group is read from its creation; one that is gone is left, with what was not read of it still a gap', async () => {
  const reader = setUp({ names: ['a', 'b'] });
  reader.wanted.pop();
  await reader.clock.advance(minute);
  reader.write('before we knew', 0, 'b');
  reader.wanted.push({ arn: groupArn('b'), name: 'b', createdAt: reader.clock.now() - 10 * second, tail: true });
  reader.wake();
  await reader.clock.advance(minute);
  expect(reader.messages()).toEqual(['before we knew']);
  expect(reader.of('watching').at(-1)?.what).toEqual(['a', 'b']);
  expect(reader.gaps()).toEqual([]);
  reader.wanted.splice(0, 2);
  await reader.clock.advance(minute);
  expect(reader.of('state').at(-1)).toEqual({ type: 'state', state: 'idle', why: 'nothing to read' });
  expect(reader.logs.openSessions()).toBe(0);
  await reader.stop();
});

test('a group that has been deleted does not hold up the others', async () => {
  const reader = setUp({ names: ['a', 'b'] });
  reader.wanted.push({ arn: groupArn('gone'), name: 'gone', tail: true });
  reader.wake();
  await reader.clock.advance(20 * second);
  reader.write('a line', 0, 'b');
  await reader.clock.advance(10 * second);
  expect(reader.messages()).toEqual(['a line']);
  expect(reader.of('state').at(-1)).toMatchObject({
    state: 'live',
    why: 'gone cannot be read back: ResourceNotFoundException',
  });
  await reader.stop();
});

test('expired credentials are said at once, and the stream goes on afterwards', async () => {
  let isExpired = false;
  const expired = (operation: string) =>
    isExpired ? awsError(operation, 'expired', 'ExpiredTokenException') : undefined;
  const reader = setUp({
    tailFault: () => expired(tailOperation),
    updateFault: () => (isExpired ? 'cut' : undefined),
    filterFault: () => expired(filterOperation),
  });
  await reader.clock.advance(minute);
  isExpired = true;
  await reader.clock.advance(20 * second);
  expect(reader.states().at(-1)).toBe('expired');
  reader.write('meanwhile');
  isExpired = false;
  await reader.clock.advance(minute);
  expect(reader.states().at(-1)).toBe('live');
  expect(reader.messages()).toEqual(['meanwhile']);
  expect(reader.gaps()).toEqual([]);
  await reader.stop();
});

test('lines as large as AWS takes, NUL bytes, broken UTF-8 and broken JSON come as they are', async () => {
  const texts = ['x'.repeat(1024 * 1024), 'a\0b', '\uFFFD\uFFFD', '{"eventVersion": "1.08", ', ''];
  const reader = setUp({});
  await reader.clock.advance(20 * second);
  for (const text of texts) reader.write(text);
  await reader.clock.advance(5 * second);
  expect(reader.messages()).toEqual(texts);
  await reader.stop();
});

/** Mostly nothing, so that a tail lives long enough to be trusted. */
const seldom = <Fault>(calm: Fault, ...faults: readonly Fault[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(calm) }, { weight: 2, arbitrary: fc.constantFrom(...faults) });

/** A stream of lines and everything that may happen to it, drawn by fast-check. */
const story = fc.record({
  lines: fc.array(
    fc.record({
      afterMs: fc.nat({ max: 2 * second }),
      lateMs: fc.oneof(fc.nat({ max: 3 * second }), fc.nat({ max: 100 * second })),
      group: fc.constantFrom('a', 'b'),
      message: fc.constantFrom('one', 'two', 'three'),
      copies: fc.constantFrom(1, 1, 1, 2, 3),
    }),
    { minLength: 100, maxLength: 300 },
  ),
  updates: fc.array(seldom<UpdateFault>(undefined, 'cut', 'end', 'sample', 'repeat'), { minLength: 5, maxLength: 60 }),
  tails: fc.array(seldom('', 'LimitExceededException', 'ThrottlingException', 'ECONNRESET'), {
    minLength: 1,
    maxLength: 8,
  }),
  pages: fc.array(seldom('', 'empty', 'repeat', 'throttle', 'reset', 'token'), { minLength: 1, maxLength: 30 }),
  outages: fc.array(
    fc.record({
      fromMs: fc.nat({ max: 4 * minute }),
      forMs: fc.nat({ max: 2 * minute }),
      tail: fc.boolean(),
      filter: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  pageSize: fc.integer({ min: 5, max: 40 }),
  behindMs: fc.nat({ max: 8 * second }),
});
const tailErrors: { readonly [code: string]: 'other' | 'throttled' | 'network' } = {
  LimitExceededException: 'other',
  ThrottlingException: 'throttled',
  ECONNRESET: 'network',
};
const troubleMs = 6 * minute;

test(
  'whatever happens to a stream, each line arrives as often as it was written, and what is missing lies in a gap',
  async () => {
    let lossesInGaps = 0;
    await fc.assert(
      fc.asyncProperty(story, async ({ lines: written, updates, tails, pages, outages, pageSize, behindMs }) => {
        const start = Date.UTC(2026, 10, 23, 20, 0);
        const lines: LogLine[] = [];
        let ingestedAt = start - 30 * second;
        for (const { afterMs, lateMs, group, message, copies } of written) {
          ingestedAt += afterMs;
          for (let copy = 0; copy < copies; copy += 1)
            lines.push({ group: groupArn(group), stream: 's', at: ingestedAt - lateMs, ingestedAt, message });
        }
        const ids = trueIds(lines);
        const isOut = (at: number, what: 'tail' | 'filter') =>
          outages.some((one) => one[what] && at >= start + one.fromMs && at < start + one.fromMs + one.forMs);
        let tailsOpened = 0;
        const reader = setUp({
          start,
          names: ['a', 'b'],
          lines,
          pageSize,
          behindMs,
          // What the deep reading finds by the way must not hide what was lost before.
          options: { deepEveryMs: Number.POSITIVE_INFINITY },
          updateFault(at, index) {
            if (isOut(at, 'tail')) return 'cut';
            return at < start + troubleMs ? updates[index % updates.length] : undefined;
          },
          tailFault(at) {
            if (isOut(at, 'tail')) return awsError(tailOperation, 'network', 'ECONNREFUSED');
            const code = at < start + troubleMs ? tails[tailsOpened++ % tails.length] : '';
            return code ? awsError(tailOperation, tailErrors[code] ?? 'other', code) : undefined;
          },
          filterFault({ at, token }, index) {
            if (isOut(at, 'filter')) return awsError(filterOperation, 'network', 'ECONNREFUSED');
            const fault = at < start + troubleMs ? pages[index % pages.length] : '';
            if (fault === 'throttle') return awsError(filterOperation, 'throttled', 'ThrottlingException');
            if (fault === 'reset') return awsError(filterOperation, 'network', 'ECONNRESET');
            if (fault === 'token' && token) return awsError(filterOperation, 'other', 'InvalidParameterException');
            return fault === 'empty' || fault === 'repeat' ? fault : undefined;
          },
        });
        const arrived = new Set<string>();
        let taken = 0;
        const end = Math.max(ingestedAt, start + troubleMs) + 4 * minute;
        // What an update, the next poll and the noticing of an outage may take.
        const graceMs = 75 * second;
        while (reader.clock.now() < end) {
          await reader.clock.advance(15 * second);
          const now = reader.clock.now();
          for (; taken < reader.items.length; taken += 1) {
            const item = reader.items[taken]?.item;
            if (item?.type === 'records') for (const { id } of item.records) arrived.add(id ?? '');
          }
          const gaps = reader.gaps();
          const covered = reader.coveredTo();
          for (const [index, line] of lines.entries()) {
            if (line.ingestedAt + graceMs > now || arrived.has(ids[index] ?? '') || line.at > covered) continue;
            if (!gaps.some(({ from, to }) => from <= line.at && line.at <= to))
              throw new Error(`${line.message} of ${line.at - start} is missing at ${now - start} and nothing says so`);
            lossesInGaps += 1;
          }
        }
        await reader.stop();
        expect([...arrived].toSorted()).toEqual(ids.toSorted());
        expect(reader.gaps()).toEqual([]);
        const order = (records: readonly { readonly at: number; readonly id: string }[]) =>
          records.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
        const stored = new Map(reader.records().map(({ id = '', at = 0 }) => [id, { id, at }]));
        expect(order([...stored.values()])).toEqual(
          order(lines.map(({ at }, index) => ({ at, id: ids[index] ?? '' }))),
        );
      }),
      { numRuns: runs(40, 1_000), seed: 20261124 },
    );
    // The stories are bad enough to say something.
    expect(lossesInGaps).toBeGreaterThan(0);
  },
  limitMs(120_000),
);
