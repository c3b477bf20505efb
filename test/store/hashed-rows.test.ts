import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openQueries } from '../../src/store/event-queries.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

/** Every tenth request id is no UUID, as S3's are not. */
const requestOf = (n: number) => (n % 10 === 0 ? `REQ${n}` : uuid(1_000_000 + n));
const numbered = (n: number, requestId = requestOf(n)) => stored(event({ id: uuid(n), requestId }));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => numbered(from + n));

type Queries = ReturnType<typeof openQueries>;
const where = (queries: Queries, field: 'id' | 'request', value: string) =>
  [...queries.all({ type: 'field', field, op: 'is', value })].map(({ id }) => id);

/** Asks for events by both of their ids, every way there is. */
async function expectFound(path: string, there: readonly number[], not: readonly number[]): Promise<void> {
  const queries = openQueries(path);
  for (const n of there) {
    expect(queries.event(queries.find(uuid(n))!)?.id).toBe(uuid(n));
    expect(where(queries, 'id', uuid(n))).toEqual([uuid(n)]);
    expect(where(queries, 'request', requestOf(n).toUpperCase())).toEqual([uuid(n)]);
  }
  for (const n of not) {
    expect(queries.find(uuid(n))).toBeUndefined();
    expect(where(queries, 'id', uuid(n))).toEqual([]);
    expect(where(queries, 'request', requestOf(n))).toEqual([]);
  }
  await queries.close();
}

it('finds events of a load by their ids: while it goes on, when it ended, and beside what came later', async () => {
  const path = newStorePath();
  let writer = openWriter(path);
  writer.beginLoad();
  await writer.write(range(0, 2_000));
  await expectFound(path, [0, 1_999], [2_000]);
  await expect(writer.write([numbered(6_000), stored(event({ id: uuid(6_001), at: Number.NaN }))])).rejects.toThrow();
  await writer.write(range(1_990, 2_010));
  writer.endLoad();
  await expectFound(path, [0, 10, 1_345, 2_009], [2_010, 6_000]);
  expect(await writer.write([numbered(3), ...range(2_005, 2_020)])).toBe(10);
  await expectFound(path, [3, 2_010, 2_011], [2_020]);
  writer.close();
  writer = openWriter(path);
  expect(await writer.write([numbered(7), numbered(2_015), numbered(2_020)])).toBe(1);
  // A second load finds what is there, and is found.
  writer.beginLoad();
  expect(await writer.write(range(1_500, 2_100))).toBe(79);
  await expectFound(path, [1, 2_099], [6_000]);
  writer.endLoad();
  writer.close();
  await expectFound(path, [1, 2_015, 2_099], [2_100]);
});

it('makes up for a load that was killed', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  writer.beginLoad();
  await writer.write(range(0, 1_500));
  const left = newStorePath();
  for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${left}${suffix}`);
  writer.close();
  await expectFound(left, [5, 1_490], [1_500]);
  const next = openWriter(left);
  expect(await next.write(range(1_499, 1_505))).toBe(5);
  next.close();
  await expectFound(left, [5, 1_490, 1_504], [1_505]);
});

it('finds all events of one request, however many share it, and none that only shares the hash', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const shared = uuid(77);
  writer.beginLoad();
  await writer.write(Array.from({ length: 3_000 }, (_, n) => numbered(n, n % 3 === 0 ? requestOf(1) : shared)));
  writer.endLoad();
  await writer.write([numbered(3_000, shared)]);
  writer.close();
  const queries = openQueries(path);
  expect(where(queries, 'request', shared)).toHaveLength(2_001);
  await queries.close();
  const database = new DatabaseSync(path);
  // As if every hash were the same.
  database.exec(`update event set request = x'${uuid(78).replaceAll('-', '')}' where id <= 10 and request is not null`);
  database.close();
  const again = openQueries(path);
  expect(where(again, 'request', shared)).toHaveLength(2_001 - 6);
  await again.close();
});

it('keeps the indexes of a file of the format before', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write(range(0, 50));
  writer.close();
  const old = new DatabaseSync(path);
  old.exec(`drop index event_key; drop index event_request; drop index event_request_text; drop table hashed;
    alter table event drop column loaded; delete from meta where name = 'unhashed'; create unique index event_key on event(key);
    create index event_request on event(request) where request is not null; pragma user_version = 4`);
  old.close();
  await expectFound(path, [0, 1, 10, 49], [50]);
  const next = openWriter(path);
  expect(await next.write(range(45, 55))).toBe(5);
  next.close();
  await expectFound(path, [0, 1, 10, 49, 50, 54], [55]);
});

it('marks an event by its id: while a load goes on, when it ended, and what came later', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const odd = event({ id: 'no-uuid', origin: 'cloudwatch-logs' });
  writer.beginLoad();
  await writer.write([stored(event({ id: uuid(1) })), stored(event({ id: uuid(2) })), stored(odd)]);
  writer.mark(uuid(2), true);
  writer.mark('no-uuid', true);
  writer.mark('never seen', true);
  const database = openForReading(path);
  const marked = () =>
    database
      .prepare('select id from event where marked = 1 order by id')
      .all()
      .map(({ id }) => id);
  expect(marked()).toEqual([2, 3]);
  writer.endLoad();
  writer.mark(uuid(1), true);
  writer.mark('no-uuid', false);
  await writer.write([stored(event({ id: uuid(4) }))]);
  writer.mark(uuid(4), true);
  writer.mark(2, false);
  expect(marked()).toEqual([1, 4]);
  database.close();
  writer.close();
});
