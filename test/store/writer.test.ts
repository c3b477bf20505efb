import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/model/event.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { KeyTable } from '../../src/store/key-table.ts';
import { openWriter, type StoredEvent } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const numbered = (n: number, more: Partial<StoredEvent> = {}) =>
  stored(event({ id: uuid(n), at: Date.parse('2026-11-23T20:00:00Z') + (n % 7) * 1000, summary: `event ${n}` }), more);
const range = (count: number, from = 0) => Array.from({ length: count }, (_, n) => numbered(from + n));

async function read(path: string): Promise<TimelineEvent[]> {
  const queries = openQueries(path);
  const all = [...queries.all({ type: 'all' })];
  await queries.close();
  return all;
}

async function checkpoints(path: string): Promise<unknown> {
  const queries = openQueries(path);
  const all = queries.checkpoints();
  await queries.close();
  return all;
}

it('stores an event once; another route is noted, the first bytes stay', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  expect(await writer.write([numbered(1), numbered(1), numbered(2)])).toBe(2);
  expect(
    await writer.write([numbered(1, { route: 'trail-log-group', bytes: Buffer.from('other bytes'), late: true })]),
  ).toBe(0);
  await writer.write([numbered(1, { route: 'trail-log-group' }), numbered(1)]);
  expect(writer.totals).toEqual({ events: 2, late: 0, findings: 0, newestAt: numbered(2).event.at });
  writer.close();
  const [first] = await read(path);
  expect(first).toMatchObject({ id: uuid(1), routes: ['cloudtrail-lookup', 'trail-log-group'], late: false });
  const queries = openQueries(path);
  expect(queries.raw(1)).toBe(`{"eventID":"${uuid(1)}"}`);
  await queries.close();
});

it('goes on after it was closed: nothing twice, counts and checkpoints kept', async () => {
  const path = newStorePath();
  let writer = openWriter(path);
  await writer.write(range(100), [{ route: 'a', checkpoint: { token: 1 } }]);
  await writer.write(range(10, 95), [{ route: 'a', checkpoint: { token: 2 } }]);
  writer.close();
  writer = openWriter(path);
  expect(await checkpoints(path)).toEqual({ a: { token: 2 } });
  expect(await writer.write(range(110))).toBe(5);
  expect(writer.totals.events).toBe(110);
  writer.close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('gives the same timeline whatever the order, the repetitions, the batches and the loads', async () => {
  const timeline = async (batches: readonly (readonly StoredEvent[])[], loads: readonly boolean[] = [false]) => {
    const path = newStorePath();
    const writer = openWriter(path);
    let loading = false;
    for (const [index, batch] of batches.entries()) {
      const isLoad = loads[index % loads.length]!;
      if (isLoad && !loading) writer.beginLoad();
      if (!isLoad && loading) writer.endLoad();
      loading = isLoad;
      await writer.write(batch);
    }
    writer.close();
    // Rows count arrivals, and equal times are told apart by them.
    return (await read(path)).map(({ rowId, ...rest }) => rest).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  };
  const events = range(30);
  const expected = await timeline([events]);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...events, ...events, ...events], { minLength: 90 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      async (order, sizes, loads) => {
        const batches: StoredEvent[][] = [];
        for (let from = 0, turn = 0; from < order.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          batches.push(order.slice(from, from + size));
          from += size;
        }
        expect(await timeline(batches, loads)).toEqual(expected);
      },
    ),
    { numRuns: 15 },
  );
});

it('is the same after a load as after single batches: late indexes change nothing', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  writer.beginLoad();
  await writer.write(range(500));
  const queries = openQueries(path);
  expect(queries.window({ view: 'all', from: 'newest', rows: 3 }).total).toBe(500);
  expect(queries.find(uuid(7))).toBe(8);
  await writer.write(range(500, 250));
  writer.endLoad();
  const database = new DatabaseSync(path, { readOnly: true });
  const indexes = database.prepare("select name from sqlite_schema where type = 'index'").all();
  expect(indexes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['event_at', 'event_key', 'event_resource_resource']),
  );
  database.close();
  expect(queries.find(uuid(700))).toBe(701);
  await queries.close();
  expect(writer.totals.events).toBe(750);
  writer.close();
});

it('leaves nothing of a batch that failed, and takes it again', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write(range(10));
  const broken = { ...numbered(12), event: { ...numbered(12).event, at: Number.NaN } };
  await expect(writer.write([numbered(11), broken, numbered(13)], [{ route: 'a', checkpoint: 1 }])).rejects.toThrow();
  expect(writer.totals.events).toBe(10);
  expect(await checkpoints(path)).toEqual({});
  expect(await writer.write([numbered(11), numbered(12), numbered(13), numbered(3)])).toBe(3);
  writer.close();
  const all = await read(path);
  expect(all).toHaveLength(13);
  expect(all.every(({ summary, principal, resources }) => summary !== '' && principal && resources.length === 1)).toBe(
    true,
  );
});

it('says that the disk is full, in a line, keeps what it had, and goes on when there is room', async () => {
  const path = newStorePath();
  let writer = openWriter(path, 60);
  await writer.write(range(10));
  await expect(writer.write(range(20_000, 100), [{ route: 'a', checkpoint: 1 }])).rejects.toMatchObject({
    code: 'DiskFull',
    exitCode: 1,
    message: `${path} cannot grow: the disk is full`,
  });
  expect(writer.totals.events).toBe(10);
  expect(await checkpoints(path)).toEqual({});
  writer.close();
  writer = openWriter(path);
  expect(await writer.write(range(20_000, 100))).toBe(20_000);
  writer.close();
  expect(await read(path)).toHaveLength(20_010);
});

it('keeps what was acknowledged when its process is killed', async () => {
  const path = newStorePath();
  const script = `
    import { openWriter } from ${JSON.stringify(new URL('../../src/store/writer.ts', import.meta.url).href)};
    import { event, stored, uuid } from ${JSON.stringify(new URL('./stored.ts', import.meta.url).href)};
    const writer = openWriter(${JSON.stringify(path)});
    for (let n = 0; ; n += 50) {
      await writer.write(Array.from({ length: 50 }, (_, i) => stored(event({ id: uuid(n + i) }))), [{ route: 'a', checkpoint: n + 50 }]);
      process.stdout.write(\`\${n + 50}\\n\`);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
    if (said.length > 60) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const acknowledged = Number(said.trim().split('\n').at(-1));
  const writer = openWriter(path);
  expect(writer.totals.events).toBeGreaterThanOrEqual(acknowledged);
  expect(await checkpoints(path)).toEqual({ a: writer.totals.events });
  const { events } = writer.totals;
  expect(await writer.write([numbered(0), numbered(acknowledged - 1)])).toBe(0);
  writer.close();
  expect(await read(path)).toHaveLength(events);
});

it('refuses in a line what it cannot read: damaged, foreign, newer', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write(range(2_000));
  writer.close();
  const good = readFileSync(path);

  const newer = new DatabaseSync(path);
  newer.exec('pragma user_version = 99');
  newer.close();
  const isNewer = {
    code: 'EventsNewer',
    message: `${path} was written by a newer Firebreak (format 99, this one reads 5)`,
  };
  expect(() => openWriter(path)).toThrow(expect.objectContaining(isNewer));
  expect(() => openQueries(path)).toThrow(expect.objectContaining(isNewer));

  writeFileSync(path, 'this is no database, whatever its name says'.repeat(100));
  expect(() => openWriter(path)).toThrow(expect.objectContaining({ code: 'EventsDamaged', exitCode: 1 }));
  expect(readFileSync(path, 'utf8')).toMatch(/^this is no database/);

  writeFileSync(path, good);
  truncateSync(path, good.length / 2);
  expect(() => openWriter(path)).toThrow(expect.objectContaining({ code: 'EventsDamaged' }));

  const foreign = newStorePath();
  const other = new DatabaseSync(foreign);
  other.exec('create table notes(text)');
  other.close();
  expect(() => openWriter(foreign)).toThrow(expect.objectContaining({ code: 'EventsForeign' }));
  expect(() => openWriter('/nonexistent/events.db')).toThrow(expect.objectContaining({ code: 'EventsUnreadable' }));
});

it('stores records of any size, each with its own bytes', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const sizes = [1, 0, 5_000_000, 262_144, 262_143, 10, 300_000, 1_000];
  const bytes = sizes.map((size, n) => Buffer.alloc(size, n + 65));
  await writer.write(bytes.map((one, n) => numbered(n, { bytes: one })));
  await writer.write([numbered(50, { bytes: Buffer.from([0xff, 0, 0xfe]) })]);
  writer.close();
  const queries = openQueries(path);
  for (const [n, one] of bytes.entries()) expect(Buffer.compare(queries.rawBytes!(n + 1), one)).toBe(0);
  expect([...queries.rawBytes!(sizes.length + 1)]).toEqual([0xff, 0, 0xfe]);
  await queries.close();
});

it('a hash that two keys share loses neither', () => {
  const rows = new Map<number, Uint8Array>();
  const table = new KeyTable();
  for (let row = 1; row <= 60_000; row++) {
    // Few different bytes: many equal slots.
    const key = new Uint8Array(16);
    key[3] = row & 255;
    key[11] = row >> 8;
    const isSame = (other: number) => Buffer.compare(rows.get(other)!, key) === 0;
    expect(table.find(key, isSame)).toBe(0);
    table.add(key, row);
    rows.set(row, key);
  }
  expect(table.count).toBe(60_000);
  const key = rows.get(4_321)!;
  expect(table.find(key, (row) => Buffer.compare(rows.get(row)!, key) === 0)).toBe(4_321);
  // As if 4,321 had only the hash in common: the search goes on and ends.
  expect(table.find(key, () => false)).toBe(0);
});

it('makes one event of a state that was reported several times, and keeps every report', async () => {
  const path = newStorePath();
  let writer = openWriter(path);
  const report = (n: number, state: string) =>
    numbered(n, { state, route: 'eventbridge-log-group', bytes: Buffer.from(`report ${n}`) });
  expect(await writer.write([report(1, 'InService 1'), report(2, 'InService 1'), report(3, 'Deleting 2')])).toBe(2);
  // Read again by us, delivered again by EventBridge: neither a new event nor a new report.
  expect(await writer.write([report(2, 'InService 1'), report(1, 'InService 1')])).toBe(0);
  writer.close();
  writer = openWriter(path);
  expect(await writer.write([report(4, 'InService 1')])).toBe(0);
  expect(writer.totals.events).toBe(2);
  writer.close();
  expect((await read(path)).map(({ id, repeats }) => [id, repeats])).toEqual([
    [uuid(1), 2],
    [uuid(3), 0],
  ]);
  const database = new DatabaseSync(path);
  expect(database.prepare('select event from repeat').all()).toEqual([{ event: 1 }, { event: 1 }]);
  database.close();
});

it('does not hide the first report behind a later one that came before it', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const report = (n: number, second: number) =>
    stored(event({ id: uuid(n), at: Date.parse('2026-11-23T20:00:00Z') + second * 1_000 }), { state: 'Failed 7' });
  expect(await writer.write([report(1, 5), report(2, 1), report(3, 6)])).toBe(2);
  writer.close();
  expect((await read(path)).map(({ id, repeats }) => [id, repeats])).toEqual([
    [uuid(2), 1],
    [uuid(1), 0],
  ]);
});

/** A file that Firebreak wrote when the format was 2. */
const oldFile = (): string => {
  const path = newStorePath();
  writeFileSync(path, gunzipSync(readFileSync(new URL('./fixtures/events-format-2.db.gz', import.meta.url))));
  return path;
};

it('reads files of the formats before, whoever opens them first', async () => {
  for (const first of ['writer', 'reader'] as const)
    for (const format of [1, 2]) {
      const path = oldFile();
      if (format === 1) {
        const old = new DatabaseSync(path);
        old.exec('alter table event drop column repeats; drop table repeat; drop table state; pragma user_version = 1');
        old.close();
      }
      if (first === 'writer') openWriter(path).close();
      const events = await read(path);
      expect(events.map(({ action, principal, repeats }) => [action, principal?.name, repeats])).toEqual([
        ['sagemaker:CreateNotebookInstance', 'bob', 0],
        ['sagemaker:CreatePresignedNotebookInstanceUrl', 'alice', 0],
        ['sts:AssumeRole', 'ds-exec/SageMaker', 0],
        ['sagemaker:UpdateEndpoint', 'deploy/x', 0],
        ['iam:GetRole', 'AWSReservedSSO_Admin_0123456789abcdef/dana@example.com', 0],
      ]);
      const writer = openWriter(path);
      expect(await writer.write(range(3, 100))).toBe(3);
      writer.close();
    }
});

it('tells our own calls from those that only say so', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const ours = 'arn:aws:sts::111122223333:assumed-role/OnCall/dana';
  const called = (n: number, arn: string, userAgent: string) =>
    stored(
      event({ id: uuid(n), userAgent, principal: { type: 'AssumedRole', arn, name: arn.split('role/')[1] ?? '' } }),
    );
  await writer.write([
    called(1, ours, 'aws-sdk-js/3 firebreak/0.1.0 firebreak-INC-1'),
    called(2, ours, 'aws-cli/2'),
    called(3, 'arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker', 'firebreak-INC-1'),
    called(4, 'arn:aws:sts::111122223333:assumed-role/OnCall/firebreak-INC-2', 'aws-cli/2'),
  ]);
  writer.close();
  const queries = openQueries(path);
  expect(queries.event(1)?.responder).toBe('claimed');
  queries.setOwn({ mark: 'firebreak-INC-1', arns: new Set([ours]) });
  expect([1, 2, 3, 4].map((row) => queries.event(row)?.responder)).toEqual(['own', undefined, 'claimed', 'claimed']);
  await queries.close();
});

it('keeps the worst finding of what an event names and of who acted, also when one is taken back', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write([
    numbered(1, { findings: [{ rule: 'a', severity: 'low' }] }),
    numbered(2),
    stored(event({ id: uuid(3), resources: [] })),
  ]);
  const reading = new DatabaseSync(path, { readOnly: true });
  const worst = () =>
    Object.fromEntries(
      reading
        .prepare('select name, worst from resource order by name')
        .all()
        .map(({ name, worst: number }) => [name, number]),
    );
  const change = (row: number, rule: string, severity: 'medium' | 'critical', isLost: boolean) =>
    writer.changeFindings([{ row, rule, severity, isLost }]);
  expect(worst()).toEqual({ 'Fraud-Scorer': 2, 'ds-exec': 2 });
  change(3, 'b', 'critical', false);
  expect(worst()).toEqual({ 'Fraud-Scorer': 2, 'ds-exec': 5 });
  change(2, 'c', 'medium', false);
  expect(worst()).toEqual({ 'Fraud-Scorer': 3, 'ds-exec': 5 });
  change(3, 'b', 'critical', true);
  expect(worst()).toEqual({ 'Fraud-Scorer': 3, 'ds-exec': 3 });
  // While much is loaded it is counted once, at the end.
  writer.beginLoad();
  change(2, 'c', 'medium', true);
  writer.endLoad();
  expect(worst()).toEqual({ 'Fraud-Scorer': 2, 'ds-exec': 2 });
  reading.close();
  writer.close();
});

it('keeps what AWS answered: once, with the first and the last time', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const ref = (kind: string, name: string) => ({ kind, arn: '', name });
  const runsAs = (at: number) => ({
    from: ref('sagemaker.notebook-instance', 'fraud-lab'),
    role: 'role',
    to: ref('iam.role', 'ds-exec'),
    operation: 'sagemaker:DescribeNotebookInstance',
    at,
  });
  writer.relate([runsAs(200), runsAs(300)]);
  writer.relate([runsAs(100)]);
  writer.close();
  const database = new DatabaseSync(path, { readOnly: true });
  expect(database.prepare('select role, operation, first_at, at from known').all()).toEqual([
    { role: 'role', operation: 'sagemaker:DescribeNotebookInstance', first_at: 100, at: 300 },
  ]);
  database.close();
});
