import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { matches } from '../../src/filter/matches.ts';
import type { FilterField, Predicate } from '../../src/filter/predicate.ts';
import { eventJson, type NormalisedEvent } from '../../src/model/event.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { openQueries, windowStatements } from '../../src/store/event-queries.ts';
import { conditionOf } from '../../src/store/predicate-sql.ts';
import type { EventQueries, WindowQuery } from '../../src/store/queries.ts';
import { RowListReader } from '../../src/store/row-list.ts';
import { countEvents, openForReading } from '../../src/store/schema.ts';
import { nextSearched, ViewSearch } from '../../src/store/view-search.ts';
import { type EventWriter, openWriter, type StoredEvent } from '../../src/store/writer.ts';
import { until } from '../helpers/until.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function store(
  events: readonly StoredEvent[] = [],
): Promise<{ writer: EventWriter; queries: EventQueries; path: string }> {
  const path = newStorePath();
  const writer = openWriter(path);
  if (events.length > 0) await writer.write(events);
  const queries = openQueries(path);
  open.push(
    () => writer.close(),
    () => queries.close(),
  );
  return { writer, queries, path };
}

const at = Date.parse('2026-11-23T20:00:00Z');
const numbered = (n: number, more: Partial<NormalisedEvent> = {}) =>
  stored(event({ id: uuid(n), at: at + n * 1000, ...more }));
const ids = (queries: EventQueries, query: Partial<WindowQuery> = {}) =>
  queries
    .window({ view: 'all', from: 'newest', rows: 5, ...query })
    .rows.map(({ id }) => Number.parseInt(id.slice(24), 16));
const never = new AbortController().signal;
const everything: Predicate = { type: 'all' };

it('reads what stands where nothing can be written beside it', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write([1, 2].map((n) => numbered(n)));
  writer.close();
  // As on a read-only volume: the log cannot be made. Not even by the superuser here.
  symlinkSync(join(path, 'nowhere'), `${path}-wal`);
  const queries = openQueries(path);
  open.push(() => queries.close());
  expect(ids(queries)).toEqual([1, 2]);
  expect(countEvents(path)).toBe(2);
  const failed: Predicate = { type: 'field', field: 'id', op: 'contains', value: uuid(2) };
  expect(ids(queries, { view: await queries.view('there', failed, never) })).toEqual([2]);
});

it('gives an event back as it was, with where it came from', async () => {
  const one = event({ id: uuid(1), errorCode: 'AccessDenied', errorMessage: 'no', readOnly: undefined });
  const { queries } = await store([
    stored(one, { bytes: Buffer.from('{ "as": "it came" }'), findings: [{ rule: 'r', severity: 'high' }], late: true }),
  ]);
  const found = queries.event(1)!;
  expect(found).toEqual({
    ...one,
    rowId: 1,
    seenAt: one.at + 60_000,
    routes: ['cloudtrail-lookup'],
    findings: [{ rule: 'r', severity: 'high' }],
    late: true,
    marked: false,
    responder: undefined,
    repeats: 0,
    rawSha256: sha256('{ "as": "it came" }'),
  });
  expect(queries.raw(1)).toBe('{ "as": "it came" }');
  expect(queries.find(uuid(1))).toBe(1);
  expect(queries.find('unknown')).toBeUndefined();
  expect(queries.event(99)).toBeUndefined();
  expect(queries.raw(99)).toBe('');
  expect(JSON.parse(JSON.stringify(eventJson(found)))).toMatchObject({ id: uuid(1), source: 'cloudtrail', late: true });
});

it('gives the same of many events at once as of each by itself: links, other routes, findings', async () => {
  const link = (n: number) => ({
    kind: 'iam.role',
    arn: `arn:aws:iam::111122223333:role/r${n}`,
    name: `r${n}`,
    relation: 'uses' as const,
  });
  const { queries, writer } = await store(
    Array.from({ length: 700 }, (_, n) =>
      numbered(700 - n, { resources: Array.from({ length: n % 4 }, (__, of) => link((n * 7 + of) % 30)) }),
    ).map((one, n) =>
      n % 5 === 0
        ? {
            ...one,
            findings: [
              { rule: `r${n}`, severity: 'high' },
              { rule: 'a', severity: 'low' },
            ],
          }
        : one,
    ),
  );
  await writer.write([numbered(3, {}), numbered(9, {})].map((one) => ({ ...one, route: 'trail-log-group' })));
  const all = [...queries.all(everything)];
  expect(all).toHaveLength(700);
  for (const one of all) expect(one).toEqual(queries.event(one.rowId));
  expect(all.some(({ routes }) => routes.length > 1)).toBe(true);
  expect(all.filter(({ findings }) => findings.length === 2)).toHaveLength(140);
});

it('finds ids that are no UUIDs, and tells origins apart', async () => {
  const { queries } = await store([
    stored(event({ id: '3911', origin: 'cloudwatch-logs' })),
    stored(event({ id: uuid(10).toUpperCase() })),
  ]);
  expect(queries.find('3911')).toBe(1);
  expect(queries.event(1)?.id).toBe('3911');
  expect(queries.find(uuid(10))).toBe(2);
  expect(queries.event(2)?.id).toBe(uuid(10).toUpperCase());
});

it('shows windows by place, also between equal times, and late events where they belong', async () => {
  const { writer, queries } = await store([1, 2, 3, 5, 6].map((n) => numbered(n)));
  expect(ids(queries)).toEqual([1, 2, 3, 5, 6]);
  expect(ids(queries, { rows: 2 })).toEqual([5, 6]);
  expect(ids(queries, { from: 'oldest', rows: 2 })).toEqual([1, 2]);
  const place = queries.window({ view: 'all', from: 'oldest', rows: 3 }).rows[2]!;
  await writer.write([numbered(4), stored(event({ id: uuid(99), at: place.at }))]);
  expect(ids(queries, { from: place, rows: 2 })).toEqual([2, 3]);
  expect(ids(queries, { from: place, rows: 4, direction: 'newer' })).toEqual([3, 99, 4, 5]);
  expect(queries.window({ view: 'all', from: 'newest', rows: 1 }).total).toBe(7);
  expect(queries.newer({ view: 'all', than: place, limit: 10 })).toBe(4);
  expect(queries.newer({ view: 'all', than: place, limit: 3 })).toBe(3);
  const view = await queries.view('newer', { type: 'all' }, new AbortController().signal);
  expect(queries.newer({ view, than: place, limit: 10 })).toBe(4);
  expect(queries.newer({ view, than: { at: place.at + 1, rowId: 0 }, limit: 10 })).toBe(3);
});

it('answers every window from an index alone: no scan, no sorting', async () => {
  const { path } = await store(Array.from({ length: 3_000 }, (_, n) => numbered(n)));
  const database = new DatabaseSync(path, { readOnly: true });
  for (const [name, sql] of Object.entries(windowStatements)) {
    const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
    const plan = database
      .prepare(`explain query plan ${sql}`)
      .all(...parameters)
      .map(({ detail }) => String(detail));
    expect(plan, name).not.toEqual([]);
    // Reading an index in its order up to the limit is called a scan of it, too.
    for (const step of plan)
      expect(step, name).toMatch(name === 'newest' || name === 'oldest' ? /USING INDEX event_at/ : /^SEARCH/);
    for (const step of plan) expect(step, name).not.toMatch(/TEMP B-TREE/);
  }
  database.close();
});

it('keeps a view current: new events within a moment, late ones at their place, marks too', async () => {
  const { writer, queries } = await store(
    [1, 2, 4].map((n) => numbered(n, { sourceIp: n === 2 ? '10.0.0.1' : '10.9.9.9' })),
  );
  const view = await queries.view('list', { type: 'field', field: 'ip', op: 'is', value: '10.9.9.9' }, never);
  expect(ids(queries, { view })).toEqual([1, 4]);
  await writer.write([
    numbered(5, { sourceIp: '10.9.9.9' }),
    numbered(3, { sourceIp: '10.9.9.9' }),
    numbered(6, { sourceIp: '10.0.0.1' }),
  ]);
  await until(() => ids(queries, { view }).length === 4);
  expect(ids(queries, { view })).toEqual([1, 3, 4, 5]);
  expect(queries.window({ view, from: 'newest', rows: 1 }).total).toBe(4);
  expect(ids(queries, { view, from: { at: at + 4000, rowId: 3 }, rows: 2 })).toEqual([3, 4]);
  expect(ids(queries, { view, from: { at: at + 4000, rowId: 3 }, rows: 2, direction: 'newer' })).toEqual([4, 5]);
  expect(ids(queries, { view, from: { at: at + 3500, rowId: 0 }, rows: 9 })).toEqual([1, 3]);
  expect(ids(queries, { view, from: 'oldest', rows: 2 })).toEqual([1, 3]);

  const marked = await queries.view('marked', { type: 'flag', flag: 'marked' }, never);
  expect(ids(queries, { view: marked })).toEqual([]);
  writer.mark(2, true);
  await until(() => ids(queries, { view: marked }).length === 1);
  writer.mark(2, false);
  await until(() => ids(queries, { view: marked }).length === 0);
});

it('a newer view or question takes the place of an older one of the same slot; aborting gives the reason', async () => {
  const { queries } = await store(Array.from({ length: 500 }, (_, n) => numbered(n)));
  const older = queries.view('list', everything, never);
  const newer = queries.view('list', { type: 'flag', flag: 'error' }, never);
  await expect(older).rejects.toMatchObject({ name: 'AbortError' });
  expect(ids(queries, { view: await newer })).toEqual([]);
  const first = queries.ask('count', { type: 'count', filter: everything }, never);
  const second = queries.ask('count', { type: 'count', filter: { type: 'time', from: at + 499_000 } }, never);
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  expect(await second).toBe(1);
  const controller = new AbortController();
  const aborted = queries.view('list', everything, controller.signal);
  controller.abort(new Error('left the screen'));
  await expect(aborted).rejects.toThrow('left the screen');
});

it('equal filters have one view, current for as long as one slot shows it', async () => {
  const { writer, queries } = await store([numbered(1), numbered(2, { errorCode: 'AccessDenied' })]);
  const failed = (): Predicate => ({ type: 'flag', flag: 'error' });
  const since = (n: number): Predicate => ({ type: 'time', from: at + n * 1_000 });
  const view = await queries.view('here', failed(), never);
  expect(await queries.view('there', failed(), never)).toBe(view);
  expect(await queries.view('here', failed(), never)).toBe(view);
  // A slot keeps what it shows and what it showed before.
  for (const n of [1, 2, 3]) await queries.view('here', since(n), never);
  await writer.write([numbered(3, { errorCode: 'AccessDenied' })]);
  await until(() => ids(queries, { view }).length === 2);
  await queries.view('there', since(4), never);
  expect(ids(queries, { view })).toEqual([2, 3]);
  await queries.view('there', since(5), never);
  expect(ids(queries, { view })).toEqual([]);
  const again = await queries.view('there', failed(), never);
  expect(again).not.toBe(view);
  expect(ids(queries, { view: again })).toEqual([2, 3]);
});

it('takes one question after the other while a view is still searched', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write([1, 2, 3].map((n) => numbered(n)));
  for (const n of [2, 3])
    await writer.write(Array.from({ length: 250 }, (_, k) => numbered(n * 1_000 + k, { sourceIp: `10.${n}.0.${k}` })));
  const database = openForReading(path);
  const search = database.prepare('select id from event').iterate();
  search.next();
  for (const n of [1, 2, 3, 1]) {
    const condition = conditionOf(database, { type: 'text', value: numbered(n).event.id });
    condition.refresh();
    const found = database.prepare(`select id from event where ${condition.sql()}`).all();
    expect(found.map(({ id }) => id)).toEqual([n]);
    condition.close();
  }
  // Of more values than stand in a statement: each set has a table.
  for (const n of [2, 3]) {
    const some: Predicate = { type: 'field', field: 'ip', op: 'contains', value: `10.${n}.` };
    const condition = conditionOf(database, some);
    condition.refresh();
    const found = database.prepare(`select count(*) as n from event where ${condition.sql()}`).get();
    expect([n, found?.n]).toEqual([n, 250]);
    condition.close();
  }
  search.return?.();
  database.close();
  writer.close();
});

it('views grow past their first room and stay sorted, whatever the order of arrival', async () => {
  const { writer, queries } = await store([numbered(0)]);
  const view = await queries.view('list', everything, never);
  const order = Array.from({ length: 40_000 }, (_, n) => ((n * 7919) % 40_000) + 1);
  for (let from = 0; from < order.length; from += 5_000)
    await writer.write(order.slice(from, from + 5_000).map((n) => numbered(n)));
  await until(() => queries.window({ view, from: 'newest', rows: 1 }).total === 40_001);
  expect(ids(queries, { view, from: 'oldest', rows: 40_001 })).toEqual(Array.from({ length: 40_001 }, (_, n) => n));
});

it('reads all of a filter in time order, a state of the store that later events do not disturb', async () => {
  const { writer, queries } = await store(Array.from({ length: 1_200 }, (_, n) => numbered(1_199 - n)));
  const seen: number[] = [];
  for (const { id } of queries.all({ type: 'time', from: at + 100_000 })) {
    seen.push(Number.parseInt(id.slice(24), 16));
    if (seen.length === 3) await writer.write([numbered(5_000), stored(event({ id: uuid(6_000), at: at + 500_500 }))]);
  }
  expect(seen).toEqual(Array.from({ length: 1_100 }, (_, n) => n + 100));
  expect([...queries.all(everything)]).toHaveLength(1_202);
  // Leaving the loop closes the connection.
  for (const _ of queries.all(everything)) break;
});

it('gives events by arrival', async () => {
  const { queries } = await store([3, 1, 2].map((n) => numbered(n)));
  expect(queries.arrived(1, 5).map(({ rowId }) => rowId)).toEqual([2, 3]);
  expect(queries.arrived(0, 1).map(({ rowId }) => rowId)).toEqual([1]);
});

it('ranks resources by heat, roles that act included, names with and without ARN together', async () => {
  const role = { kind: 'iam.role', arn: '', name: 'ds-exec', relation: 'target' } as const;
  const { queries } = await store([
    ...[1, 2, 3].map((n) => numbered(n)),
    numbered(4, { readOnly: false, resources: [role], errorCode: 'AccessDenied' }),
  ]);
  expect(await queries.ask('heat', { type: 'resources', limit: 10 }, never)).toEqual([
    {
      kind: 'iam.role',
      arn: 'arn:aws:iam::111122223333:role/service-role/ds-exec',
      name: 'ds-exec',
      events: 5,
      writes: 2,
      errors: 2,
      lastAt: at + 4000,
      why: ['1 change in the last 10 min by alice', '1 change before', '2 refused calls'],
      isNew: false,
    },
    expect.objectContaining({ kind: 'sagemaker.endpoint', name: 'Fraud-Scorer', events: 3, writes: 0, why: [] }),
  ]);
});

it('puts what deserves attention above what is merely busy, says why, and keeps the order of equals', async () => {
  const named = (name: string, relation: 'target' | 'created' = 'target') => [
    { kind: 'sagemaker.endpoint', arn: '', name, relation } as const,
  ];
  const nobody = { principal: undefined };
  const many = Array.from({ length: 900 }, (_, n) => numbered(n, { ...nobody, resources: named('busy') }));
  const { writer, queries } = await store([
    ...many,
    numbered(850, { ...nobody, id: uuid(5_001), resources: named('fresh') }),
    numbered(860, { ...nobody, id: uuid(5_002), resources: named('denied'), errorCode: 'AccessDenied' }),
    stored(event({ ...nobody, id: uuid(5_003), at: at + 10_000, resources: named('found') }), {
      findings: [{ rule: 'r', severity: 'high' }],
    }),
    ...['b', 'a', 'c'].map((name, n) => numbered(20 + n, { ...nobody, id: uuid(6_000 + n), resources: named(name) })),
    stored(event({ ...nobody, id: uuid(7_000), at: at + 1_000, readOnly: false, resources: named('ours') }), {
      isOwn: true,
    }),
    numbered(870, {
      ...nobody,
      id: uuid(7_001),
      origin: 'cloudwatch-logs',
      action: 'logs:/x',
      resources: named('lines'),
    }),
  ]);
  const ranked = async () =>
    (await queries.ask<'resources'>('heat', { type: 'resources', limit: 20 }, never)).map((one) => one.name);
  const before = await ranked();
  expect(before).toEqual(['found', 'denied', 'fresh', 'busy', 'a', 'b', 'c']);
  await writer.write(
    ['c', 'b'].map((name, n) => numbered(300 + n, { ...nobody, id: uuid(8_000 + n), resources: named(name) })),
  );
  expect(await ranked()).toEqual(['found', 'denied', 'fresh', 'busy', 'b', 'c', 'a']);
  const heats = await queries.ask<'resources'>('heat', { type: 'resources', limit: 3 }, never);
  expect(heats.map(({ why, isNew }) => [why.join(', '), isNew])).toEqual([
    ['a finding of severity high', false],
    ['1 refused call, first seen 20:14Z', true],
    ['first seen 20:14Z', true],
  ]);
});

it('lets objects count for their bucket and sessions for their role, but for those that tell something', async () => {
  const object = (key: string) => [
    { kind: 's3.object', arn: `arn:aws:s3:::data/${key}`, name: `data/${key}`, relation: 'target' } as const,
    { kind: 's3.bucket', arn: 'arn:aws:s3:::data', name: 'data', relation: 'parent' } as const,
  ];
  const nobody = { principal: undefined };
  const outsider = { type: 'AWSAccount', arn: '', name: '444455556666/eve' };
  const written = (n: number, key: string, over = {}) =>
    numbered(n, {
      ...nobody,
      id: uuid(9_000 + n),
      action: 's3:PutObject',
      readOnly: false,
      resources: object(key),
      ...over,
    });
  const { writer, queries } = await store([
    ...Array.from({ length: 50 }, (_, n) => written(n, `capture/${n}`)),
    written(60, 'refused', { errorCode: 'AccessDenied' }),
    written(61, 'outside', { action: 's3:GetObject', readOnly: true, principal: outsider }),
    written(62, 'marked'),
    numbered(63, {
      ...nobody,
      id: uuid(9_990),
      action: 'sts:AssumeRole',
      resources: [
        { kind: 'iam.role', arn: 'arn:aws:iam::111122223333:role/ds', name: 'ds', relation: 'target' },
        {
          kind: 'sts.assumed-role',
          arn: 'arn:aws:sts::111122223333:assumed-role/ds/a',
          name: 'ds/a',
          relation: 'created',
        },
      ],
    }),
  ]);
  const listed = async () =>
    (await queries.ask<'resources'>('heat', { type: 'resources', limit: 50 }, never)).map(({ name, events }) => [
      name,
      events,
    ]);
  expect(await listed()).toEqual([
    ['data', 53],
    ['data/refused', 1],
    ['ds', 1],
    ['data/outside', 1],
  ]);
  writer.mark(53, true);
  expect((await listed()).map(([name]) => name)).toContain('data/marked');
  // Thousands of refusals are one bucket's.
  await writer.write(
    Array.from({ length: 40 }, (_, n) => written(100 + n, `list/${n}`, { errorCode: 'AccessDenied' })),
  );
  expect((await listed()).filter(([name]) => String(name).startsWith('data/'))).toHaveLength(3);
});

const word = fc.constantFrom(
  'alice',
  'Alice',
  'bob',
  'ds-exec',
  'ds-exec/alice',
  'fraud',
  'Fraud-Scorer',
  'a',
  '',
  '*',
  '10.0.0.7',
  '2001:db8::1',
  'e',
  'É',
  'arn:aws:iam::1:role/x',
  '\0',
  "'",
  '00',
  uuid(3),
  '0000-4000',
);
const someEvent = fc.record({
  at: fc.integer({ min: 0, max: 5 }).map((n) => at + n),
  origin: fc.constantFrom('cloudtrail', 'cloudwatch-logs', 'eventbridge'),
  id: fc.oneof(
    fc.integer({ min: 0, max: 4000 }).map(uuid),
    fc.integer({ min: 0, max: 99 }).map((n) => `line-${n}`),
    fc.constant(uuid(0xabc).toUpperCase()),
  ),
  action: fc.constantFrom('iam:GetRole', 'sagemaker:CreateEndpoint', 'logs:/aws/x', ''),
  readOnly: fc.constantFrom(true, false, undefined),
  account: fc.constantFrom('', '111122223333'),
  region: fc.constantFrom('', 'us-east-1'),
  summary: word,
  principal: fc.option(
    fc
      .record({ type: fc.constant('IAMUser'), name: word, arn: word })
      .chain((base) =>
        fc.constantFrom(
          base,
          { ...base, issuerArn: 'arn:aws:iam::1:role/ds-exec' },
          { ...base, accessKeyId: 'AKIA1' },
          { ...base, type: 'AssumedRole', person: 'bob', issuedAt: at },
          { ...base, type: 'FederatedUser', sourceIdentity: 'alice', invokedBy: 'athena.amazonaws.com' },
        ),
      ),
    { nil: undefined },
  ),
  sourceIp: fc.constantFrom('', '10.0.0.7', '2001:db8::1', 'sagemaker.amazonaws.com'),
  userAgent: fc.constantFrom('', 'Boto3', 'aws-cli'),
  errorCode: fc.constantFrom('', 'AccessDenied', 'Client.UnauthorizedOperation'),
  errorMessage: word,
  requestId: fc.constantFrom(uuid(3), uuid(0xabc).toUpperCase(), 'F00DBABE', 'a'),
  resources: fc.array(
    fc.record({
      kind: fc.constantFrom('iam.role', 'sagemaker.endpoint'),
      arn: word,
      name: word,
      relation: fc.constantFrom('target', 'uses'),
    }),
    { maxLength: 3 },
  ),
}) as fc.Arbitrary<NormalisedEvent>;
const field = fc.constantFrom(
  'principal',
  'action',
  'kind',
  'resource',
  'ip',
  'account',
  'region',
  'error',
  'agent',
  'key',
  'session',
  'request',
  'source',
  'id',
);
const { filter } = fc.letrec<{ filter: Predicate }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      type: fc.constant('field'),
      field,
      op: fc.constantFrom('is', 'contains', 'like'),
      value: fc.oneof(
        word,
        fc.constantFrom(
          'role',
          'AccessDenied',
          'UnauthorizedOperation',
          'CreateEndpoint',
          'us-*',
          'line-*',
          '*4000*',
          uuid(0xabc),
          'line-7',
          'cloud*',
        ),
      ),
    }),
    fc.record({ type: fc.constant('cidr'), value: fc.constantFrom('10.0.0.0/8', '2001:db8::/32', '0.0.0.0/0', 'no') }),
    fc.record({ type: fc.constant('flag'), flag: fc.constantFrom('error', 'readonly', 'marked', 'late') }),
    fc.record({ type: fc.constant('time'), from: fc.integer({ min: at, max: at + 5 }) }),
    fc.record({ type: fc.constant('time'), to: fc.double({ min: at, max: at + 5, noNaN: true }) }),
    fc.record({ type: fc.constant('text'), value: word }),
    fc.record({
      type: fc.constant('text'),
      value: fc.constantFrom('a*e', 'ali*', '0*4', '\\*'),
      glob: fc.constant(true),
    }),
    fc.record({ type: fc.constantFrom('and', 'or'), terms: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ type: fc.constant('not'), term: tie('filter') }),
    fc.constant({ type: 'all' }),
  ) as fc.Arbitrary<Predicate>,
}));

it('means by a filter what the filter means, for events that were there and for those that came later', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(someEvent, fc.boolean(), fc.boolean()), { maxLength: 24 }),
      fc.array(filter, { minLength: 2, maxLength: 8 }),
      fc.nat(24),
      async (events, filters, before) => {
        const path = newStorePath();
        const writer = openWriter(path);
        const all = events.map(([one, late]) => stored(one, { late }));
        await writer.write(all.slice(0, before));
        const queries = openQueries(path);
        try {
          const views = await Promise.all(filters.map((one, n) => queries.view(`v${n}`, one, never)));
          await writer.write(all.slice(before));
          events.forEach(([one, , mark]) => {
            if (mark) writer.mark(queries.find(one.id)!, true);
          });
          const kept = [...queries.all(everything)];
          // The first delivery of an id is the event, every member as it was.
          for (const one of new Map(
            events.toReversed().map(([one]) => [`${one.origin.length}${one.id}`, one]),
          ).values()) {
            const { id, ...rest } = queries.event(queries.find(one.id)!)!;
            if (!/^line/.test(id))
              expect({ id, ...rest }).toMatchObject(events.find(([first]) => first.id === one.id)![0]);
          }
          for (const [n, one] of filters.entries()) {
            const expected = kept.filter((stored) => matches(one, stored)).map(({ rowId }) => rowId);
            expect([...queries.all(one)].map(({ rowId }) => rowId)).toEqual(expected);
            expect(await queries.ask('n', { type: 'count', filter: one }, never)).toBe(expected.length);
            const view = views[n]!;
            const shown = () => queries.window({ view, from: 'oldest', rows: 100 }).rows.map(({ rowId }) => rowId);
            await until(
              () => shown().join() === expected.join(),
              () => `${JSON.stringify(one)}: ${shown()} is ${expected}`,
              30_000,
            );
          }
        } finally {
          await queries.close();
          writer.close();
        }
      },
    ),
    // Each run starts a thread, which is nearly all that it costs: few runs of many events and filters.
    { numRuns: 20 },
  );
}, 90_000);

it('tells the values of a field that were seen, the most frequent first, older ones after them', async () => {
  const principal = (name: string, accessKeyId: string) => ({
    type: 'AssumedRole' as const,
    arn: `arn:aws:sts::111122223333:assumed-role/${name}`,
    name,
    accessKeyId,
  });
  const { queries } = await store([
    numbered(1, { action: 'iam:CreateRole', sourceIp: '198.51.100.7', principal: principal('ds/eve', 'ASIA1') }),
    numbered(2, { action: 'sagemaker:CreateApp', sourceIp: '10.0.0.1', principal: principal('ds/bob', 'ASIA2') }),
    numbered(3, { action: 'sagemaker:CreateApp', sourceIp: '10.0.0.1', principal: principal('ds/bob', 'ASIA3') }),
  ]);
  const { signal } = new AbortController();
  const seen = async (field: FilterField, typed = '', limit = 50) => {
    const { values } = await queries.ask<'values'>('values', { type: 'values', field, typed, limit }, signal);
    return values.map(({ value, events }) => `${value} ${events}`);
  };
  expect(await seen('action')).toEqual(['sagemaker:CreateApp 2', 'iam:CreateRole 1']);
  expect(await seen('action', 'ROLE')).toEqual(['iam:CreateRole 1']);
  expect(await seen('ip', '', 1)).toEqual(['10.0.0.1 2']);
  expect(await seen('principal')).toEqual(['ds/bob 2', 'ds/eve 1']);
  expect(await seen('session')).toEqual(['bob 2', 'eve 1']);
  expect(await seen('key')).toHaveLength(3);
  expect(await seen('source')).toContain('cloudtrail 3');
  for (const field of ['id', 'request', 'rule', 'error'] as const) expect(await seen(field)).toEqual([]);
});

it('a search tells how much of the time it has looked at, until it has ended', async () => {
  const { path } = await store(Array.from({ length: 2_000 }, (_, n) => numbered(n + 1)));
  const database = openForReading(path);
  open.push(() => database.close());
  const search = new ViewSearch(database, everything);
  open.push(() => search.close());
  // Another list wherever room had to be made.
  const reader = () => new RowListReader(search.shared);
  expect(reader().searched).toBe(0);
  const shares = [];
  // No time at all: as many rows as are read between two looks at the clock.
  while (!search.searchFor(0)) shares.push(reader().searched);
  expect(shares.length).toBeGreaterThan(4);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  // The events come one a second: of 256 rows read it has seen 256 seconds of 1999.
  expect(shares[0]).toBeCloseTo(255 / 1999, 2);
  expect(reader().isComplete).toBe(true);
});

it('a search for what hardly any event has stops between events that are none of it, and finds all of it', async () => {
  const count = 20_000;
  // `address` is asked of every event, sentences and ids before the first.
  const rare = [3, 9_000, 19_999];
  const { path } = await store(
    Array.from({ length: count }, (_, n) =>
      numbered(n + 1, rare.includes(n + 1) ? { sourceIp: '10.9.9.9', summary: `Seldom ${n}` } : {}),
    ),
  );
  const database = openForReading(path);
  open.push(() => database.close());
  for (const [filter, mostPieces] of [
    [{ type: 'field', field: 'ip', op: 'is', value: '10.9.9.9' }, 1],
    [{ type: 'text', value: 'sELDOM' }, 3],
    [{ type: 'field', field: 'id', op: 'contains', value: uuid(9_000).slice(-6) }, 2],
  ] as const) {
    const search = new ViewSearch(database, filter);
    open.push(() => search.close());
    let reader = new RowListReader(search.shared);
    const shares = [];
    while (!search.searchFor(0)) shares.push(reader.searched);
    expect(shares.length).toBeGreaterThanOrEqual(mostPieces);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    reader = new RowListReader(search.shared);
    const found = reader.read((rows) => [...rows]);
    expect(found).toEqual(filter.type === 'field' && filter.field === 'id' ? [9_000] : rare);
  }
  const ip = { type: 'field', field: 'ip', op: 'is', value: '10.9.9.9' } as const;
  const some = { type: 'time', from: at + 8_000_000 } as const;
  for (const [filter, pieces] of [
    [ip, 4],
    [{ type: 'and', terms: [some, ip] }, 3],
  ] as const) {
    const search = new ViewSearch(database, filter);
    open.push(() => search.close());
    const reader = new RowListReader(search.shared);
    const shares = [];
    while (!search.searchFor(0)) shares.push(reader.searched);
    // Told by what was read, not by what was found.
    expect(shares.length).toBe(pieces);
    expect(Math.max(...shares)).toBeGreaterThan(pieces === 4 ? 0.7 : 0.5);
    expect(reader.read((rows) => [...rows])).toEqual(rare.slice(4 - pieces));
  }
});

it('finds in sentences what JavaScript finds in them: other alphabets, marks of patterns, a zero', async () => {
  const texts = ['Kelvin K', 'Straße', 'İzmir', '100%', 'a_b', 'a\\b', "it's", 'a\0Zeta', 'plain', 'ÄRGER', '名前'];
  const { path } = await store(
    texts.map((summary, n) =>
      numbered(n + 1, { summary, principal: undefined, resources: [], userAgent: '', action: '!' }),
    ),
  );
  const database = openForReading(path);
  open.push(() => database.close());
  for (const value of [
    'k',
    'K',
    'strasse',
    'SS',
    'ß',
    'i',
    'zmir',
    '%',
    '_',
    '0%',
    'a_b',
    '\\',
    "'",
    'zeta',
    'PLAIN',
    'ärger',
    '名',
  ])
    for (const glob of [false, true]) {
      const filter = { type: 'text', value, ...(glob ? { glob } : {}) } as const;
      const search = new ViewSearch(database, filter);
      search.searchFor(Number.POSITIVE_INFINITY);
      const found = new RowListReader(search.shared).read((rows) => [...rows]);
      const meant = texts.flatMap((summary, n) =>
        matches(
          filter,
          numbered(n + 1, { summary, principal: undefined, resources: [], userAgent: '', action: '!' }).event,
        )
          ? [n + 1]
          : [],
      );
      expect({ value, glob, found }).toEqual({ value, glob, found: meant });
      search.close();
    }
});

it('a search goes on when another one needs a table for what it found', async () => {
  const { path } = await store(
    Array.from({ length: 1_000 }, (_, n) => numbered(n + 1, n < 400 ? { origin: 'cloudwatch-logs' } : {})),
  );
  const database = openForReading(path);
  open.push(() => database.close());
  // Which events name it is first asked when none of the newest 600 is left.
  const first = new ViewSearch(database, {
    type: 'or',
    terms: [
      { type: 'field', field: 'source', op: 'is', value: 'cloudtrail' },
      { type: 'field', field: 'resource', op: 'contains', value: 'fraud' },
    ],
  });
  const second = new ViewSearch(database, { type: 'text', value: 'alice called' });
  open.push(
    () => first.close(),
    () => second.close(),
  );
  expect(first.searchFor(0)).toBe(false);
  for (const search of [second, first]) {
    while (!search.searchFor(0));
    expect(search.length).toBe(1_000);
  }
});

it('a view that has nothing to show yet is searched before those that go on', async () => {
  const { path } = await store(Array.from({ length: 2_000 }, (_, n) => numbered(n + 1)));
  const database = openForReading(path);
  open.push(() => database.close());
  const begun = () => {
    const search = new ViewSearch(database, everything);
    open.push(() => search.close());
    return search;
  };
  const views = new Map<number, { search: ViewSearch; shared: SharedArrayBuffer | undefined }>();
  const next = () => nextSearched(views).map(([view]) => view);
  views.set(1, { search: begun(), shared: undefined });
  views.set(2, { search: begun(), shared: undefined });
  expect(next()).toEqual([1, 2]);
  const [first, second] = [views.get(1)!, views.get(2)!];
  first.search.searchFor(0);
  first.shared = first.search.shared;
  expect(next()).toEqual([2]);
  second.search.searchFor(0);
  second.shared = second.search.shared;
  expect(next()).toEqual([1, 2]);
  second.search.searchFor(Number.POSITIVE_INFINITY);
  expect(next()).toEqual([1]);
  first.search.searchFor(Number.POSITIVE_INFINITY);
  expect(next()).toEqual([]);
});
