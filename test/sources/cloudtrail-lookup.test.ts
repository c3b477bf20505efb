import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../src/shared/json.ts';
import { observable } from '../../src/shared/observable.ts';
import { createCloudTrailLookup, type LookupOptions } from '../../src/sources/cloudtrail-lookup.ts';
import type { Lookup, SourceContext, SourceItem, Wanted } from '../../src/sources/source.ts';
import { limitMs, runs } from '../helpers/runs.ts';
import { awsError, simulateTrail, type TrueEvent } from './simulated-trail.ts';

const start = Date.UTC(2026, 10, 23, 20, 0);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const uuid = (index: number) => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
const event = (index: number, at: number, lagMs = 0, traits: Partial<TrueEvent> = {}): TrueEvent => ({
  id: uuid(index),
  at,
  visibleAt: at + lagMs,
  ...traits,
});
const lookupKey = (value: string): Lookup => ({ attribute: 'AccessKeyId', value });

/** Reads until `until` (AWS's time), handing each item and its time on. */
async function follow(
  trail: ReturnType<typeof simulateTrail>,
  settings: {
    readonly until: number;
    readonly since?: number;
    readonly part?: SourceContext['part'];
    readonly checkpoint?: Json;
    readonly options?: LookupOptions;
    /** What the operator asks for, and when. */
    readonly asks?: readonly { readonly at: number; readonly lookups?: readonly Lookup[]; readonly held?: boolean }[];
    readonly see?: (item: SourceItem, at: number) => void;
  },
) {
  const stop = new AbortController();
  const items: { readonly item: SourceItem; readonly at: number }[] = [];
  const source = createCloudTrailLookup({ random: () => 0.5, ...settings.options });
  const wanted = observable<Wanted>({ resources: [], lookups: [] });
  for (const { at, ...asked } of settings.asks ?? []) trail.alarm(at, () => wanted.set({ ...wanted.get(), ...asked }));
  trail.alarm(settings.until, () => stop.abort());
  for await (const item of source.read({
    aws: trail.aws,
    clock: trail.clock,
    region: 'eu-west-1',
    part: settings.part ?? 'working',
    wanted,
    since: settings.since ?? start - hour,
    ...(settings.checkpoint === undefined ? {} : { checkpoint: settings.checkpoint }),
    signal: stop.signal,
  })) {
    items.push({ item, at: trail.now() });
    settings.see?.(item, trail.now());
  }
  return items;
}
type Items = Awaited<ReturnType<typeof follow>>;
const recordsOf = (items: Items) =>
  items.flatMap(({ item, at }) =>
    item.type === 'records'
      ? item.records.map(({ text, late }) => ({ id: (JSON.parse(text) as { eventID: string }).eventID, late, at }))
      : [],
  );
const statesOf = (items: Items) => items.flatMap(({ item }) => (item.type === 'state' ? [item.state] : []));
const progressOf = (items: Items) => items.flatMap(({ item }) => (item.type === 'progress' ? [item.text] : []));
const checkpointsOf = (items: Items) =>
  items.flatMap(({ item }) => (item.type === 'records' && item.checkpoint !== undefined ? [item.checkpoint] : []));
const scopes = [
  'EventSource=sagemaker.amazonaws.com',
  'EventSource=iam.amazonaws.com',
  'EventSource=cloudtrail.amazonaws.com',
  'ReadOnly=false',
  '',
] as const;

/** An hour of 20,000 events before `start`, and the same rate after it: 5 % SageMaker, 2 % IAM and CloudTrail, 20 % other writes. */
function busyAccount(untilMs: number, lagMs: (index: number) => number): readonly TrueEvent[] {
  const count = Math.floor((20_000 * (hour + untilMs)) / hour);
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor((start - hour + (index * hour) / 20_000) / second) * second;
    const share = (index * 37) % 100;
    const service = share < 5 ? 'sagemaker' : share === 5 ? 'iam' : share === 6 ? 'cloudtrail' : 's3';
    return event(index, at, lagMs(index), { service, readOnly: share >= 27 });
  });
}
const isRequired = ({ service, readOnly }: TrueEvent) =>
  !readOnly || ['sagemaker', 'iam', 'cloudtrail'].includes(service ?? '');

test('a busy account: one newest page of each scope first, then the first loads by importance; new events within 15 s', async () => {
  const events = busyAccount(10 * minute, (index) => (index % 90) * second);
  const trail = simulateTrail({ start, events, callMs: second });
  const items = await follow(trail, { until: start + 10 * minute });
  expect(trail.calls.slice(0, 5).map(({ attribute }) => attribute)).toEqual(scopes);
  const newest = (wanted: (one: TrueEvent) => boolean) =>
    events
      .filter((one) => wanted(one) && one.visibleAt <= start)
      .slice(-40)
      .map(({ id }) => id);
  const afterFive = new Set(recordsOf(items.filter(({ at }) => at <= start + 5 * second)).map(({ id }) => id));
  for (const service of ['sagemaker', 'iam', 'cloudtrail'])
    expect(newest((one) => one.service === service).every((id) => afterFive.has(id))).toBe(true);
  expect(newest(({ readOnly }) => !readOnly).every((id) => afterFive.has(id))).toBe(true);

  const seenAt = new Map(recordsOf(items).map(({ id, at }) => [id, at]));
  const delays = events
    .filter((one) => isRequired(one) && one.visibleAt > start && one.visibleAt < start + 9 * minute)
    .map((one) => (seenAt.get(one.id) ?? Number.POSITIVE_INFINITY) - one.visibleAt)
    .sort((a, b) => a - b);
  expect(delays.length).toBeGreaterThan(500);
  expect(delays.at(-1)).toBeLessThanOrEqual(15 * second);
  expect(delays[Math.floor(delays.length / 2)]).toBeLessThan(6 * second);

  const loadedAt = (label: string) =>
    items.find(({ item }) => item.type === 'progress' && new RegExp(`${label} (?:\\S+ )?loaded`).test(item.text))?.at;
  const order = ['sagemaker', 'iam', 'cloudtrail'].map(loadedAt) as number[];
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order.at(-1)).toBeLessThan(start + 3 * minute);
  const words = progressOf(items);
  expect(words[0]).toBe(
    'sagemaker not loaded; iam not loaded; cloudtrail not loaded; writes not loaded; reads of other services not loaded',
  );
  expect(words).toContainEqual(
    expect.stringMatching(
      /^sagemaker 19:00–20:0\dZ loaded; iam loaded; cloudtrail loaded; writes \d+ %, \d\.\d pages\/s, \d+[ms] left; reads of other services not loaded$/,
    ),
  );
  // What the whole source promises waits for the last of the four.
  expect(items.filter(({ item }) => item.type === 'covered')).toEqual([]);
});

test('first loads that are given up: what comes is read on, what was left out is told and never covered, and they go on when asked to', async () => {
  const events = busyAccount(10 * minute, () => 0);
  const trail = simulateTrail({ start, events, callMs: second });
  const [heldAt, onAt] = [start + 2 * minute, start + 5 * minute];
  const items = await follow(trail, {
    until: start + 16 * minute,
    asks: [
      { at: heldAt, held: true },
      { at: onAt, held: false },
    ],
  });
  const between = items.filter(({ at }) => at > heldAt + 5 * second && at < onAt);
  expect(progressOf(between).at(-1)).toMatch(/writes stopped at \d+ %, the rest is not loaded/);
  expect(between.flatMap(({ item }) => (item.type === 'progress' ? [item.firstLoad] : [])).at(-1)).toBe('held');
  const long = new Set(events.filter(({ at }) => at < start - 50 * minute).map(({ id }) => id));
  const old = (some: Items) => recordsOf(some).filter(({ id }) => long.has(id));
  expect(old(between)).toEqual([]);
  expect(recordsOf(between).length).toBeGreaterThan(50);
  const coveredAt = items.find(({ item }) => item.type === 'covered')?.at;
  expect(coveredAt).toBeGreaterThan(onAt);
  const after = items.filter(({ at }) => at > onAt);
  expect(old(after).length).toBeGreaterThan(50);
  expect(progressOf(after).some((text) => /writes \d+ %/.test(text))).toBe(true);
});

test('a first load that is given up before AWS has answered is told all the same', async () => {
  const trail = simulateTrail({ start, events: [], disturb: () => awsError('throttled', 'ThrottlingException') });
  const items = await follow(trail, {
    until: start + 3 * minute,
    asks: [
      { at: start + minute, held: true },
      { at: start + 2 * minute, held: false },
    ],
  });
  expect(items.flatMap(({ item }) => (item.type === 'progress' ? [item.firstLoad] : []))).toEqual([
    'going',
    'held',
    'going',
  ]);
});

test('a quiet account is read whole with the first pages, then with one question a time', async () => {
  const events = Array.from({ length: 40 }, (_, index) =>
    event(index, start - index * minute, 0, { service: index % 2 ? 's3' : 'sagemaker', readOnly: index % 3 > 0 }),
  );
  const trail = simulateTrail({ start, events });
  const items = await follow(trail, { until: start + 30 * minute });
  expect(trail.calls.slice(0, 5).map(({ attribute }) => attribute)).toEqual(scopes);
  expect(new Set(recordsOf(items).map(({ id }) => id)).size).toBe(40);
  expect(progressOf(items)).toContain('all management events 19:00–20:00Z loaded');
  expect(progressOf(items).at(-1)).toBe('all management events 19:00–20:29Z loaded');
  const later = trail.calls.filter(({ at }) => at > start + 5 * minute);
  expect(new Set(later.map(({ attribute }) => attribute))).toEqual(new Set(['']));
  expect(later.length).toBeLessThan(25 * 6 + 25 * 2 + 10);
});

test('reads of other services wait until writes are loaded, and stay out where the bucket has no room for them', async () => {
  const attributesOf = async (perHour: number) => {
    const events = Array.from({ length: perHour }, (_, index) =>
      event(index, start - Math.floor((index * hour) / perHour), 0, { service: 's3', readOnly: index % 4 > 0 }),
    );
    const trail = simulateTrail({ start, events, callMs: second });
    const items = await follow(trail, { until: start + 10 * minute });
    return { trail, items, seen: new Set(recordsOf(items).map(({ id }) => id)).size };
  };
  const few = await attributesOf(2_000);
  expect(few.seen).toBe(2_000);
  const writesLoaded = few.items.find(
    ({ item }) => item.type === 'progress' && /writes (?:\S+ )?loaded/.test(item.text),
  );
  const second5 = few.trail.calls.filter(({ attribute }) => attribute === '')[2];
  expect(second5?.at).toBeGreaterThanOrEqual(writesLoaded?.at ?? Number.POSITIVE_INFINITY);
  const many = await attributesOf(60_000);
  expect(progressOf(many.items).at(-1)).toMatch(/reads of other services not loaded$/);
  expect(many.trail.calls.filter(({ attribute }) => attribute === '').length).toBeLessThan(10);
});

test('a quiet account that becomes busy: SageMaker is swept by itself again before the sweep of everything has ended', async () => {
  const busyFrom = start + 5 * minute;
  const reads = Array.from({ length: 40 * 600 }, (_, index) =>
    event(index, busyFrom + Math.floor(index / 40) * second, 0, { service: 's3', readOnly: true }),
  );
  const late = Array.from({ length: 40 }, (_, index) =>
    event(900_000 + index, busyFrom + index * 10 * second, minute, { service: 'sagemaker', readOnly: true }),
  );
  const trail = simulateTrail({ start, events: [...reads, ...late], callMs: second });
  const items = await follow(trail, { until: start + 15 * minute });
  const seenAt = new Map(recordsOf(items).map(({ id, at }) => [id, at]));
  const delays = late.map(({ id, visibleAt }) => (seenAt.get(id) ?? Number.POSITIVE_INFINITY) - visibleAt);
  expect(Math.max(...delays) / second).toBeLessThan(200);
});

test('the global Region: IAM, CloudTrail, writes; nothing else', async () => {
  const trail = simulateTrail({ start, events: [event(1, start - minute, 0, { service: 'iam' })] });
  const items = await follow(trail, { until: start + 20 * minute, part: 'global' });
  expect(new Set(trail.calls.map(({ attribute }) => attribute))).toEqual(new Set(scopes.slice(1, 4)));
  expect(trail.calls.slice(0, 3).map(({ attribute }) => attribute)).toEqual(scopes.slice(1, 4));
  expect(progressOf(items)).toContain(
    'iam 19:00–20:00Z loaded; cloudtrail loaded; writes loaded; reads of other services not loaded',
  );
  expect(items.some(({ item }) => item.type === 'covered')).toBe(true);
});

test('what the operator asks for is taken up at once, in the middle of a load, the newest first; hot sweeps go on', async () => {
  const events = [
    ...busyAccount(5 * minute, () => 30 * second),
    ...Array.from({ length: 700 }, (_, index) =>
      event(900_000 + index, start - index * 4 * second, 0, { service: 'sts', readOnly: true, accessKeyId: 'AKIAOLD' }),
    ),
    event(990_000, start - 50 * minute, 0, { service: 's3', readOnly: true, accessKeyId: 'AKIANEW' }),
  ];
  const trail = simulateTrail({ start, events, callMs: second });
  const askedAt = start + 20 * second;
  const items = await follow(trail, {
    until: start + 5 * minute,
    asks: [
      { at: askedAt, lookups: [lookupKey('AKIAOLD')] },
      { at: askedAt + 4 * second, lookups: [lookupKey('AKIANEW'), lookupKey('AKIAOLD')] },
    ],
  });
  const pivots = trail.calls.filter(({ attribute }) => attribute.startsWith('AccessKeyId='));
  expect(pivots[0]?.at).toBeLessThanOrEqual(askedAt + 2 * second);
  expect(pivots.slice(0, 14).every(({ priority }) => priority === 'operator')).toBe(true);
  const newOne = pivots.find(({ attribute }) => attribute === 'AccessKeyId=AKIANEW');
  expect(newOne?.at).toBeLessThanOrEqual(askedAt + 6 * second);
  expect(recordsOf(items).find(({ id }) => id === uuid(990_000))?.late).toBeUndefined();
  // 14 pages, of four at most three in a row.
  const old = pivots.filter(({ attribute }) => attribute === 'AccessKeyId=AKIAOLD');
  expect(old[13]?.at).toBeLessThan(askedAt + 25 * second);
  expect(
    trail.calls.filter(({ at, from, to }) => to - from === 5 * minute && at > askedAt && at < (old[13]?.at ?? 0))
      .length,
  ).toBeGreaterThan(3);
  expect(progressOf(items).at(-1)).toMatch(/; AKIANEW (?:\S+ )?loaded; AKIAOLD (?:\S+ )?loaded$/);
});

test('an idle source wakes for a pivot, goes on reading it while it is wanted, and no longer after', async () => {
  const trail = simulateTrail({ start, events: [] });
  await follow(trail, {
    until: start + hour,
    options: { hotMs: 5 * minute, warmMs: 10 * minute },
    asks: [
      { at: start + 7 * minute, lookups: [lookupKey('AKIAONE'), lookupKey('')] },
      { at: start + 40 * minute, lookups: [] },
    ],
  });
  const pivots = trail.calls.filter(({ attribute }) => attribute.startsWith('AccessKeyId='));
  expect(pivots[0]).toMatchObject({ at: start + 7 * minute + 300, from: start - hour, priority: 'operator' });
  expect(pivots.slice(1).map(({ at, priority }) => [Math.floor((at - start) / minute), priority])).toEqual([
    [17, 'background'],
    [27, 'background'],
    [37, 'background'],
  ]);
  expect(new Set(pivots.map(({ attribute }) => attribute))).toEqual(new Set(['AccessKeyId=AKIAONE']));
});

test('a look-up that names a Region is asked there only; a Region that nobody reads is asked for nothing else', async () => {
  const here = { ...lookupKey('AKIAHERE'), region: 'eu-west-1' };
  const asks = [
    { at: start + minute, lookups: [here, { ...lookupKey('AKIATHERE'), region: 'us-east-1' }, lookupKey('AKIAANY')] },
  ];
  const found = event(1, start - minute, 0, { service: 'sts', readOnly: true, accessKeyId: 'AKIAHERE' });
  const read = async (part: SourceContext['part']) => {
    const trail = simulateTrail({ start, events: [found, event(2, start - minute)] });
    const items = await follow(trail, { until: start + 3 * minute, asks, part });
    return { items, asked: new Set(trail.calls.map(({ attribute }) => attribute)) };
  };
  const focus = await read('focus');
  expect(focus.asked).toEqual(new Set(['AccessKeyId=AKIAHERE']));
  expect(recordsOf(focus.items).map(({ id }) => id)).toEqual([uuid(1)]);
  expect(focus.items.some(({ item }) => item.type === 'covered')).toBe(false);
  const { asked } = await read('working');
  expect([...asked].filter((attribute) => attribute.startsWith('AccessKeyId='))).toEqual([
    'AccessKeyId=AKIAHERE',
    'AccessKeyId=AKIAANY',
  ]);
});

test('a pivot that AWS does not take is told and ends nothing', async () => {
  const trail = simulateTrail({ start, events: [event(1, start - minute)] });
  const items = await follow(trail, {
    until: start + 10 * minute,
    asks: [{ at: start, lookups: [{ attribute: 'ResourceType', value: 'x' }] }],
  });
  expect(trail.calls.filter(({ attribute }) => attribute === 'ResourceType=x')).toHaveLength(1);
  expect(progressOf(items).at(-1)).toMatch(/; x cannot be looked up \(InvalidLookupAttributesException\)$/);
  expect(statesOf(items)).toEqual(['connecting', 'polling']);
});

test('until the first loads have ended nothing is promised; hot sweeps bring what is new', async () => {
  const old = Array.from({ length: 3_000 }, (_, index) => event(index, start - 10 * minute - index * second));
  const trail = simulateTrail({ start, events: [...old, event(9_999, start + 20 * second)], callMs: second });
  const items = await follow(trail, { until: start + 35 * second });
  expect(items.filter(({ item }) => item.type === 'covered')).toEqual([]);
  // Of two that were empty the first page was the last.
  expect(Object.keys((checkpointsOf(items).at(-1) as { scopes: object }).scopes)).toEqual(['iam', 'cloudtrail']);
  expect(recordsOf(items).find(({ id }) => id === uuid(9_999))?.at).toBeLessThan(start + 35 * second);
});

test('long first loads are read in slices: what was read is kept over a restart', async () => {
  const events = Array.from({ length: 30_000 }, (_, index) => event(index, start - index * 2 * second));
  const trail = simulateTrail({ start, events, callMs: second });
  const since = start - 20 * hour;
  const items = await follow(trail, { until: start + 10 * minute, since });
  const checkpoint = checkpointsOf(items).at(-1) as { scopes: { sagemaker: { from: number; to: number } } };
  const { from, to } = checkpoint.scopes.sagemaker;
  expect([to, from > since, from < start - 3 * hour]).toEqual([start, true, true]);
  const seen = new Set(recordsOf(items).map(({ id }) => id));
  expect(events.filter(({ at, id }) => at >= from && at <= to && !seen.has(id))).toEqual([]);

  const again = simulateTrail({ start: start + 11 * minute, events, callMs: second });
  await follow(again, { until: start + 30 * minute, since, checkpoint: checkpoint as unknown as Json });
  const loads = again.calls.filter(({ attribute, to: end }) => attribute === scopes[0] && end <= start - 2 * hour);
  // Two hours before the checkpoint, then on from where it was.
  expect(loads[0]?.to).toBe(from);
});

test('a hot sweep that never ends does not starve the others', async () => {
  const events = Array.from({ length: 60_000 }, (_, index) => event(index, start - 5 * minute + index * 10));
  const trail = simulateTrail({ start, events, callMs: second });
  await follow(trail, { until: start + 2 * minute });
  const hot = trail.calls.filter(({ from, to }) => to - from <= 5 * minute + second && to > start).length;
  expect(trail.calls.length - hot).toBeGreaterThan(trail.calls.length / 4);
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

test('hot every 10 s over 5 min, warm every 30 s over 20 min where they are short, deep every 15 min over 2 h; ends are frozen', async () => {
  const trail = simulateTrail({ start, events: [], callMs: 0 });
  await follow(trail, { until: start + hour, since: start - 24 * hour });
  const windows = new Map<number, number[]>();
  for (const { at, from, to } of trail.calls.filter((call) => call.attribute === '').slice(1)) {
    expect(to).toBe(at);
    const window = Math.round((to - from) / minute);
    windows.set(window, [...(windows.get(window) ?? []), at]);
  }
  // A deep sweep reaches two hours back from the last one.
  expect([...windows.keys()].sort((a, b) => a - b)).toEqual([5, 20, 135]);
  expect(windows.get(5)).toHaveLength(359);
  expect(windows.get(20)?.slice(0, 3)).toEqual([2, 2.5, 3].map((at) => start + at * minute));
  expect(windows.get(135)).toEqual([15, 30, 45].map((at) => start + at * minute));
});

test('a hot sweep ends at a page of known events, warm and deep ones never', async () => {
  const events = Array.from({ length: 120 }, (_, index) =>
    event(index, start - 10 * second - index * second, 0, { service: 's3' }),
  );
  const trail = simulateTrail({ start, events, callMs: 0 });
  const items = await follow(trail, { until: start + 125 * second, part: 'global' });
  const pages = (window: number) =>
    trail.calls.filter(({ from, to, attribute }) => attribute === 'ReadOnly=false' && to - from === window).length;
  // While an event is in its window; the last one finds none and ends with its pages.
  expect(pages(5 * minute)).toBe(12);
  expect(pages(20 * minute)).toBe(3);
  expect(items.filter(({ item }) => item.type === 'covered').map(({ item }) => 'to' in item && item.to)).toEqual([
    start,
    start + 2 * minute,
  ]);
});

test('checkpoint and coverage come with the last page, never before', async () => {
  const events = Array.from({ length: 5 }, (_, index) =>
    event(index, start - minute - index * 10 * minute, 0, { service: 'iam' }),
  );
  const items = await follow(simulateTrail({ start, events, pageSize: 2 }), {
    until: start + 5 * second,
    part: 'global',
  });
  const told = items.filter(({ item }) => item.type === 'records' || item.type === 'covered');
  const claim = { from: start - hour, to: start };
  const at = (ms: number) => ({ from: start - hour, to: start + ms });
  expect(told.map(({ item }) => [item.type, 'checkpoint' in item ? item.checkpoint : undefined])).toEqual([
    ['records', undefined],
    ['records', { scopes: { cloudtrail: at(300) } }],
    ['records', undefined],
    ['records', { scopes: { iam: claim, cloudtrail: at(300) } }],
    ['records', { scopes: { iam: claim, cloudtrail: at(300), writes: at(600) } }],
    ['covered', undefined],
  ]);
  expect(told.at(-1)?.item).toMatchObject(claim);
});

test('late is what appears long after its time in a stretch that had been read; never what was only not asked for', async () => {
  const events = [
    event(1, start + 30 * second, 90 * second),
    event(2, start + 31 * second, 5 * minute),
    event(3, start - 30 * minute, 40 * minute),
    event(4, start - 30 * minute, 0, { service: 's3', readOnly: true, accessKeyId: 'AKIAONE' }),
  ];
  const items = await follow(simulateTrail({ start, events }), {
    until: start + hour,
    part: 'global',
    asks: [{ at: start + 50 * minute, lookups: [lookupKey('AKIAONE')] }],
  });
  expect(recordsOf(items).map(({ id, late }) => [id, late])).toEqual([
    [uuid(1), undefined],
    [uuid(2), true],
    [uuid(3), true],
    [uuid(4), undefined],
  ]);
});

test('the delay is measured on what appears while watching, never on first loads, pivots or after a pause', async () => {
  const down = { from: start + 20 * minute, to: start + 40 * minute };
  const events = [
    ...Array.from({ length: 300 }, (_, index) => event(index, start - index * 10 * second, 0)),
    ...Array.from({ length: 3_600 }, (_, index) => event(1_000 + index, start + index * second, 40 * second)),
    ...Array.from({ length: 20 }, (_, index) =>
      event(9_000 + index, start - index * minute, 0, { service: 's3', readOnly: true, accessKeyId: 'AKIAONE' }),
    ),
  ];
  const trail = simulateTrail({
    start,
    events,
    callMs: 0,
    disturb: ({ at }) => (at > down.from && at < down.to ? awsError('network', 'ENOTFOUND', 'unknown') : undefined),
  });
  const items = await follow(trail, {
    until: start + hour,
    part: 'global',
    asks: [{ at: start + 10 * minute, lookups: [lookupKey('AKIAONE')] }],
  });
  const lags = items.flatMap(({ item, at }) => (item.type === 'lag' ? [{ at, ...item.lag }] : []));
  expect(lags[0]?.samples).toBeGreaterThanOrEqual(5);
  for (const { p50Ms, p99Ms, samples } of lags) {
    expect(samples).toBeLessThanOrEqual(2_000);
    expect(p50Ms).toBeGreaterThanOrEqual(40 * second);
    // Seen with the next hot sweep.
    expect(p99Ms).toBeLessThanOrEqual(50 * second);
  }
  expect(lags.slice(1).every(({ at }, index) => at - (lags[index]?.at ?? 0) >= 10 * second)).toBe(true);
  expect(lags.at(-1)?.at).toBeGreaterThan(down.to);
});

test('where CloudTrail is slow the windows grow', async () => {
  const events = Array.from({ length: 600 }, (_, index) => event(index, start + index * 10 * second, 15 * minute));
  const trail = simulateTrail({ start, events });
  await follow(trail, { until: start + 90 * minute, part: 'global' });
  const late = trail.calls.filter(({ at }) => at > start + 80 * minute).map(({ from, to }) => (to - from) / minute);
  expect(Math.min(...late)).toBeCloseTo(20, 0);
  expect(late.some((window) => window > 29 && window < 40)).toBe(true);
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
  // Nothing is promised over the hole before it is read.
  const after = items.find(({ item }) => item.type === 'covered' && item.to > start + 6 * hour);
  expect(after?.at).toBeLessThan(start + 6 * hour + 5 * minute);
  expect(new Set(recordsOf(items.filter(({ at }) => at <= (after?.at ?? 0))).map(({ id }) => id)).size).toBeGreaterThan(
    71,
  );
});

test.each([
  ['throttled', 'ThrottlingException', 'throttled', undefined],
  ['denied', 'AccessDeniedException', 'denied', 'cloudtrail:LookupEvents'],
  ['expired', 'ExpiredTokenException', 'expired', undefined],
  ['network', 'ECONNRESET', 'unreachable', undefined],
  ['other', 'UnknownOperationException', 'unreachable', undefined],
  ['other', 'InvalidTimeRangeException', 'unreachable', undefined],
  ['not-found', 'NotFound', 'unreachable', undefined],
] as const)('%s %s: says so once, goes on by itself', async (reason, code, state, permission) => {
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

test.each([
  [
    awsError('other', 'NotImplemented', 'refused', 'The action LookupEvents has not been implemented'),
    'NotImplemented: The action LookupEvents has not been implemented',
  ],
  [
    awsError('network', 'BrokenAnswer', 'unknown', '[::1]:1 gave no AWS answer (HTTP 500)'),
    '[::1]:1 gave no AWS answer (HTTP 500)',
  ],
])(
  'whoever is no CloudTrail (%s) is asked ever more rarely, down to once in five minutes, and never given up',
  async (error, why) => {
    const trail = simulateTrail({
      start,
      events: [event(1, start - minute)],
      callMs: 0,
      disturb: ({ at }) => (at < start + 3 * hour ? error : undefined),
    });
    const items = await follow(trail, { until: start + 4 * hour });
    const said = items.find(({ item }) => item.type === 'state' && item.state === 'unreachable');
    expect(said?.item).toEqual({ type: 'state', state: 'unreachable', why });
    const early = trail.calls.filter(({ at }) => at < start + 3 * hour);
    expect(early.length).toBeLessThan(90);
    expect(early.length).toBeGreaterThan(36);
    expect(recordsOf(items)).toHaveLength(1);
  },
);

test.each([
  [
    awsError('expired', 'UnrecognizedClientException', 'refused', 'The security token is invalid.'),
    'expired',
    'The security token is invalid., or Region eu-west-1 is not enabled for this account',
  ],
  [
    awsError('network', 'ENOTFOUND', 'refused', 'cannot reach cloudtrail.eu-west-1.amazonaws.com'),
    'unreachable',
    'cannot reach cloudtrail.eu-west-1.amazonaws.com; check the network, and that Region eu-west-1 exists',
  ],
] as const)('%s: a Region that never answered may not be there', async (error, state, why) => {
  const refused = await follow(simulateTrail({ start, events: [], disturb: () => error }), { until: start + minute });
  expect(refused.filter(({ item }) => item.type === 'state').at(-1)?.item).toEqual({ type: 'state', state, why });
  const later = await follow(
    simulateTrail({ start, events: [], disturb: (_call, index) => (index > 9 ? error : undefined) }),
    { until: start + 5 * minute },
  );
  expect(later.filter(({ item }) => item.type === 'state').at(-1)?.item).toEqual({
    type: 'state',
    state,
    why: error.message,
  });
});

test('odd answers: what can be read is read, nothing throws, nothing is claimed that did not come', async () => {
  const odd: readonly unknown[] = [
    null,
    {},
    { Events: null },
    { Events: 'x', NextToken: 7 },
    {
      Events: [
        null,
        {},
        { EventName: 'A' },
        { EventId: 'b', EventTime: new Date(Number.NaN), CloudTrailEvent: 'no JSON' },
      ],
    },
    { Events: [{ EventId: 'c', CloudTrailEvent: `{"eventTime":"2026-11-23T19:30:00Z"}` }] },
    { Events: [{ EventId: 'd', EventTime: new Date(start), CloudTrailEvent: { not: 'text' } }] },
  ];
  const trail = simulateTrail({ start, events: [], answer: (_call, index) => odd[index] });
  const items = await follow(trail, { until: start + 10 * minute, part: 'global' });
  expect(items.flatMap(({ item }) => (item.type === 'records' ? item.records.map(({ text }) => text) : []))).toEqual([
    'no JSON',
    '{"eventTime":"2026-11-23T19:30:00Z"}',
  ]);
  const gaps = items.flatMap(({ item }) => (item.type === 'gap' ? [item.why] : []));
  expect(gaps).toHaveLength(3);
  expect(gaps[1]).toBe('LookupEvents names A  but gives no record');

  // The same page for ever, with a token that never changes.
  const stuck = simulateTrail({
    start,
    events: [],
    answer: () => ({
      Events: [{ EventId: 'a', EventTime: new Date(start), CloudTrailEvent: '{}' }],
      NextToken: 'more',
    }),
  });
  const told = await follow(stuck, { until: start + 10 * minute });
  expect(told.filter(({ item }) => item.type === 'covered' || 'checkpoint' in item)).toEqual([]);
  expect(progressOf(told).at(-1)).not.toMatch(/\dZ? loaded/);
});

test('a token that is no longer good: the sweep starts again, nothing comes twice', async () => {
  const events = Array.from({ length: 9 }, (_, index) =>
    event(index, start - minute - index * 6 * minute, 0, { service: 'iam' }),
  );
  let failed = false;
  const trail = simulateTrail({
    start,
    events,
    pageSize: 2,
    disturb: ({ token }) => {
      if (!token || failed) return undefined;
      failed = true;
      return awsError('other', 'InvalidNextTokenException');
    },
  });
  const items = await follow(trail, { until: start + minute, part: 'global' });
  expect(
    recordsOf(items)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(events.map(({ id }) => id));
  const index = trail.calls.findIndex(({ token }) => token);
  expect(trail.calls[index + 1]).toMatchObject({ token: undefined, from: start - hour, attribute: scopes[1] });
});

test('tokens that live shorter than a slice: slices become shorter until all is read', async () => {
  const events = Array.from({ length: 2_000 }, (_, index) =>
    event(index, start - index * second, 0, { service: 'iam' }),
  );
  const trail = simulateTrail({ start, events, callMs: second, tokenMs: 20 * second });
  const items = await follow(trail, { until: start + 90 * minute, part: 'global' });
  expect(new Set(recordsOf(items).map(({ id }) => id)).size).toBe(2_000);
  expect(progressOf(items).at(-1)).toMatch(/^iam 19:00–\d\d:\d\dZ loaded/);
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
  expect(trail.calls.length).toBeLessThan(600);
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

test.each([-hour, hour])(
  'our clock is %i ms ahead: what is asked, read and promised goes by that of AWS',
  async (aheadMs) => {
    const events = Array.from({ length: 200 }, (_, index) => event(index, start - hour + index * minute));
    const trail = simulateTrail({ start, events, aheadMs });
    const items = await follow(trail, {
      until: start + 40 * minute,
      since: start + aheadMs - hour,
      see(item, at) {
        if (item.type === 'covered') expect(item.to).toBeLessThanOrEqual(at);
      },
    });
    const seen = new Set(recordsOf(items).map(({ id }) => id));
    expect(events.filter(({ at, id }) => at < start + 39 * minute && !seen.has(id))).toEqual([]);
    expect(recordsOf(items).filter(({ late }) => late)).toEqual([]);
    expect(trail.calls.slice(1).every(({ at, to }) => to <= at && to > at - 2 * minute)).toBe(true);
    expect(progressOf(items).at(-1)).toMatch(/^all management events 1[89]:00–20:\d\dZ loaded$/);
    expect(items.some(({ item }) => item.type === 'covered')).toBe(true);
  },
);

test('a refusal that tells AWS’s time is asked again at once', async () => {
  const trail = simulateTrail({
    start,
    events: [event(1, start - minute)],
    aheadMs: hour,
    disturb: (_call, index) => (index === 0 ? awsError('other', 'InvalidSignatureException') : undefined),
  });
  const items = await follow(trail, { until: start + minute, since: start });
  expect(trail.calls[1]?.at).toBe(start + 600);
  expect(statesOf(items)).toEqual(['connecting', 'polling']);
});

test('resuming reads each scope from two hours before its checkpoint, or everything when more is wanted', async () => {
  const first = async (since: number, saved: Json) => {
    const trail = simulateTrail({ start, events: [] });
    await follow(trail, { until: start + second, since, checkpoint: saved, part: 'global' });
    return trail.calls.slice(0, 3).map(({ from }) => (from - start) / hour);
  };
  const old = { from: start - 24 * hour, to: start - hour };
  expect(await first(start - 24 * hour, old)).toEqual([-3, -3, -3]);
  expect(await first(start - 24 * hour, { scopes: { iam: old, writes: { ...old, to: start - 4 * hour } } })).toEqual([
    -3, -24, -6,
  ]);
  expect(await first(start - hour, old)).toEqual([-1, -1, -1]);
  // First what is new, then what lies before the checkpoint.
  expect((await first(start - 48 * hour, old))[0]).toBe(-3);
  for (const odd of [
    null,
    7,
    [],
    { from: 'x' },
    { from: 2, to: 1 },
    { scopes: 3 },
    { scopes: { iam: [] } },
  ] as Json[]) {
    expect(await first(start - hour, odd)).toEqual([-1, -1, -1]);
  }
});

test('what everything has read since its checkpoint stands for its parts only as far as it reaches back', async () => {
  const events = Array.from({ length: 120 }, (_, index) =>
    event(index, start - 20 * hour - index * minute, 0, { service: 'iam' }),
  );
  const trail = simulateTrail({ start, events });
  const items = await follow(trail, {
    until: start + 10 * minute,
    since: start - 24 * hour,
    checkpoint: { scopes: { everything: { from: start - 24 * hour, to: start - minute } } },
    options: { hotMs: minute },
  });
  expect(new Set(recordsOf(items).map(({ id }) => id)).size).toBe(120);
  const [early] = trail.calls.filter(({ attribute }) => attribute === '');
  expect(early?.from).toBe(start - minute - 2 * hour);
});

test('a new checkpoint does not claim the hole between the old one and what is wanted now', async () => {
  const claims = async (to: number) => {
    const trail = simulateTrail({ start, events: [event(1, start - minute)] });
    const items = await follow(trail, {
      until: start + second,
      checkpoint: { from: start - 48 * hour, to },
      part: 'global',
    });
    const last = checkpointsOf(items).at(-1) as { scopes: { iam: object } };
    return last.scopes.iam;
  };
  expect(await claims(start - 30 * minute)).toEqual({ from: start - 48 * hour, to: start });
  expect(await claims(start - 24 * hour)).toEqual({ from: start - hour, to: start });
});

const happening = fc.record({
  atS: fc.integer({ min: -50 * 60, max: 60 * 60 }),
  lagS: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 0, max: 15 * 60 }),
    fc.integer({ min: 0, max: 95 * 60 }),
  ),
  service: fc.constantFrom('sagemaker', 'iam', 'cloudtrail', 's3'),
  readOnly: fc.boolean(),
  accessKeyId: fc.constantFrom('AKIAONE', 'AKIATWO'),
});
const trouble = fc.record({
  call: fc.nat({ max: 600 }),
  count: fc.integer({ min: 1, max: 8 }),
  kind: fc.constantFrom('throttled', 'network', 'expired', 'token', 'odd'),
});
const world = fc.record({
  events: fc.array(happening, { maxLength: 80 }),
  troubles: fc.array(trouble, { maxLength: 6 }),
  pageSize: fc.integer({ min: 1, max: 9 }),
  byPosition: fc.boolean(),
  part: fc.constantFrom('working', 'global'),
  tokenMs: fc.constantFrom(Number.POSITIVE_INFINITY, 30 * minute, minute),
  lateAfterMs: fc.constantFrom(0, 30 * second, 2 * minute),
  crashAfterItems: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  askedAtS: fc.integer({ min: 0, max: 60 * 60 }),
});
const errors = {
  throttled: awsError('throttled', 'ThrottlingException'),
  network: awsError('network', 'ECONNRESET', 'unknown'),
  expired: awsError('expired', 'ExpiredTokenException'),
  token: awsError('other', 'InvalidNextTokenException'),
  odd: awsError('other', 'NotImplemented'),
} as const;
const attributesOf = ({ service, readOnly }: TrueEvent) => [
  '',
  `EventSource=${service}.amazonaws.com`,
  `ReadOnly=${readOnly}`,
];
const attributeOf: { readonly [scope: string]: string } = {
  sagemaker: scopes[0],
  iam: scopes[1],
  cloudtrail: scopes[2],
  writes: scopes[3],
  everything: scopes[4],
};

test(
  'over lags, disorder, page splits, repeats, troubles, pivots and a crash: everything arrives once, nothing is claimed too early',
  async () => {
    await fc.assert(
      fc.asyncProperty(world, async (drawn) => {
        const { troubles, pageSize, byPosition, part, tokenMs, lateAfterMs, crashAfterItems } = drawn;
        const events = drawn.events.map(({ atS, lagS, ...traits }, index) =>
          event(index, start + atS * second, lagS * second, traits),
        );
        const known = new Map(events.map((one) => [one.id, one]));
        const wanted = new Set(part === 'global' ? scopes.slice(1, 4) : scopes.slice(0, 4));
        const required = events.filter((one) => attributesOf(one).some((attribute) => wanted.has(attribute as never)));
        const isRequired = new Set(required.map(({ id }) => id));
        const trail = simulateTrail({
          start,
          events,
          pageSize,
          byPosition,
          tokenMs,
          disturb: (_call, index) => {
            const found = troubles.find(({ call, count }) => index >= call && index < call + count);
            return found && errors[found.kind];
          },
        });
        const askedAt = start + drawn.askedAtS * second;
        const delivered = new Set<string>();
        /** Those that were visible before anybody asked for their time: whoever claims that time has met them. */
        const owed = (from: number, to: number, attributes: readonly string[]) =>
          required.filter((one) => {
            if (one.at < from || one.at > to || delivered.has(one.id)) return false;
            const mine = attributesOf(one).filter((attribute) => attributes.includes(attribute));
            const first = trail.calls.find(
              (call) => mine.includes(call.attribute) && call.from <= one.at && one.at <= call.to,
            );
            return mine.length > 0 && one.visibleAt <= (first?.at ?? 0);
          });
        let checkpoint: Json | undefined;
        const pass = async (crash: number | undefined) => {
          let covered: { readonly from: number; readonly to: number } | undefined;
          const own = new Set<string>();
          let items = 0;
          const see = (item: SourceItem, at: number) => {
            items += 1;
            if (item.type === 'covered') {
              expect(item.to).toBeLessThanOrEqual(at);
              expect(owed(item.from, item.to, [...wanted, ''])).toEqual([]);
              covered = item;
            }
            if (item.type === 'records') {
              for (const { text, late } of item.records) {
                const record = JSON.parse(text) as { eventID: string; at: number };
                const truth = known.get(record.eventID);
                if (late) expect(record.at).toBeLessThan(at - lateAfterMs);
                if (late) expect(truth?.visibleAt).toBeGreaterThan(record.at);
                const within = covered && covered.from <= record.at && record.at <= covered.to;
                const again = crashAfterItems !== undefined && crash === undefined;
                if (within && !again && isRequired.has(record.eventID) && record.at < at - lateAfterMs)
                  expect(late).toBe(true);
                expect(own.has(record.eventID)).toBe(false);
                own.add(record.eventID);
                delivered.add(record.eventID);
              }
              if (item.checkpoint !== undefined) {
                checkpoint = item.checkpoint;
                const claims = (checkpoint as { scopes: { [scope: string]: { from: number; to: number } } }).scopes;
                for (const [scope, { from, to }] of Object.entries(claims))
                  expect(owed(from, to, [attributeOf[scope] ?? '?'])).toEqual([]);
              }
            }
            if (crash !== undefined && items >= crash) throw new Error('crash');
          };
          try {
            await follow(trail, {
              until: start + 3.5 * hour,
              part,
              options: { lateAfterMs, hotMs: 30 * second },
              see,
              asks: [{ at: askedAt, lookups: [lookupKey('AKIAONE')] }],
              ...(checkpoint === undefined ? {} : { checkpoint }),
            });
          } catch (error) {
            if ((error as Error).message !== 'crash') throw error;
          }
        };
        if (crashAfterItems !== undefined) await pass(crashAfterItems);
        await pass(undefined);
        expect(required.filter(({ id }) => !delivered.has(id))).toEqual([]);
        expect([...delivered].every((id) => known.has(id))).toBe(true);
        const pivoted = events.filter(
          ({ accessKeyId, visibleAt }) => accessKeyId === 'AKIAONE' && visibleAt <= askedAt,
        );
        expect(pivoted.filter(({ id }) => !delivered.has(id))).toEqual([]);
      }),
      { numRuns: runs(25, 1_000) },
    );
  },
  limitMs(120_000),
);
