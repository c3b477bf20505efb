import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Rejected } from '../../src/ingest/ingest.ts';
import { listSavedFiles, readSavedFile } from '../../src/ingest/saved-files.ts';
import type { RawRecord } from '../../src/model/event.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'firebreak-logs-'));

async function read(...paths: readonly string[]): Promise<{ records: RawRecord[]; rejected: Rejected[] }> {
  const records: RawRecord[] = [];
  const rejected: Rejected[] = [];
  for (const file of await listSavedFiles(paths, (one) => rejected.push(one)))
    await readSavedFile(
      file,
      ({ record, bytes, value }) => {
        records.push(record);
        expect(Buffer.from(bytes).toString()).toBe(record.text);
        if (value) expect(value).toEqual(JSON.parse(record.text));
      },
      async () => true,
      (one) => rejected.push(one),
    );
  return { records, rejected };
}
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
};
const trail = (n: number) =>
  `{"eventVersion":"1.11","eventID":"id-${n}", "eventName":"X","eventSource":"sagemaker.amazonaws.com"}`;
const delivery = (count: number) => `{"Records":[${Array.from({ length: count }, (_, n) => trail(n)).join(',')}]}`;

it('keeps the bytes of each record as they came', async () => {
  const { records, rejected } = await read(file('a.json', delivery(3)));
  expect(rejected).toEqual([]);
  expect(records).toEqual([0, 1, 2].map((n) => ({ format: 'cloudtrail', text: trail(n) })));
});

it('takes lookup-events, filter-log-events, EventBridge envelopes and nested deliveries for what they hold', async () => {
  const inner = trail(7);
  const lookup = JSON.stringify({ Events: [{ EventId: 'id-7', CloudTrailEvent: inner }], NextToken: 'x' });
  const lines = JSON.stringify({
    events: [{ logStreamName: 's', timestamp: 1_700_000_000_000, message: 'hello', eventId: 'e1' }],
    searchedLogStreams: [],
  });
  const envelope = JSON.stringify({
    version: '0',
    id: 'x',
    'detail-type': 'SageMaker Endpoint State Change',
    detail: {},
  });
  const where = folder();
  writeFileSync(join(where, '1-lookup.json'), lookup);
  writeFileSync(join(where, '2-lines.json'), lines);
  writeFileSync(join(where, '3-envelope.json'), envelope);
  writeFileSync(join(where, '4-deliveries.ndjson'), `[${delivery(1)}]`);
  const { records, rejected } = await read(where);
  expect(rejected).toEqual([]);
  expect(records).toEqual([
    { format: 'cloudtrail', text: inner },
    { format: 'cloudwatch-logs', text: 'hello', id: 'e1', at: 1_700_000_000_000, stream: 's' },
    { format: 'eventbridge', text: envelope },
    { format: 'cloudtrail', text: trail(0) },
  ]);
});

it('unpacks gzip by its content, also of several members', async () => {
  const twice = Buffer.concat([gzipSync(`${trail(1)}\n`), gzipSync(`${trail(2)}\n`)]);
  expect((await read(file('no-ending.json', twice))).records).toHaveLength(2);
});

it.each([
  ['PK\x03\x04rest', 'is a ZIP archive'],
  ['\x28\xb5\x2f\xfdrest', 'is packed with Zstandard'],
  ['BZh91AY', 'is packed with bzip2'],
  ['PAR1\x15\x04', 'is a Parquet file'],
  ['SQLite format 3\x00', 'is a database'],
])('says what a file is that it cannot read as it is: %j', async (start, problem) => {
  const path = file('logs.json', Buffer.from(start, 'latin1'));
  const { records, rejected } = await read(path);
  expect(records).toEqual([]);
  expect(rejected).toEqual([
    { where: path, problem, nextStep: expect.stringMatching(/^[A-Z].*(?:open|resume|first)/) },
  ]);
});

it('takes what stands before the cut of a truncated gzip', async () => {
  const packed = gzipSync(delivery(5_000));
  const { records, rejected } = await read(file('cut.json.gz', packed.subarray(0, packed.length / 2)));
  expect(records.length).toBeGreaterThan(100);
  expect(rejected).toMatchObject([{ problem: 'is cut off in the middle (gzip)' }]);
});

it('reads a record of 5 MB', async () => {
  const big = `{"eventID":"big","requestParameters":"${'x'.repeat(5_000_000)}"}`;
  const { records } = await read(file('big.ndjson', `${trail(1)}\n${big}\n${trail(2)}\n`));
  expect(records.map(({ text }) => text.length)).toEqual([trail(1).length, big.length, trail(2).length]);
});

it('is one line for a file that is no log, and goes on with the next', async () => {
  const where = folder();
  writeFileSync(join(where, 'a.log'), 'just prose\n'.repeat(10_000));
  writeFileSync(join(where, 'b.json'), delivery(2));
  writeFileSync(join(where, 'c.json'), '');
  writeFileSync(join(where, 'readme.txt'), 'not even looked at');
  const { records, rejected } = await read(where);
  expect(records).toHaveLength(2);
  expect(rejected.map(({ line, problem }) => [line, problem])).toEqual([
    [1, 'is not JSON'],
    [undefined, 'is empty'],
  ]);
});

it('names a folder without logs, a missing path, and what it may not read', async () => {
  const empty = folder();
  const where = folder();
  writeFileSync(join(where, 'secret.json'), delivery(1));
  chmodSync(join(where, 'secret.json'), 0o000);
  const { rejected } = await read(empty, '/nonexistent/logs', where);
  expect(rejected.slice(0, 2)).toMatchObject([
    { where: empty, problem: expect.stringContaining('holds no logs') },
    { where: '/nonexistent/logs', problem: 'no such file or folder' },
  ]);
  // The superuser may read everything.
  if (process.getuid?.() !== 0) expect(rejected[2]).toMatchObject({ problem: 'permission denied' });
});

it('walks folders in order, not in circles', async () => {
  const where = folder();
  mkdirSync(join(where, 'b'));
  writeFileSync(join(where, 'b', '1.json'), trail(2));
  writeFileSync(join(where, 'a.json'), trail(1));
  symlinkSync(where, join(where, 'b', 'loop'));
  expect((await read(where)).records.map(({ text }) => text)).toEqual([trail(1), trail(2)]);
});

const samples = new URL('../../../shared/data/cloudtrail/stratus-red-team', import.meta.url).pathname;
it.skipIf(!existsSync(samples))('reads all 310 records of the real samples, byte for byte', async () => {
  const { records, rejected } = await read(samples);
  expect(rejected).toEqual([]);
  expect(records).toHaveLength(310);
  const first = readFileSync(join(samples, 'aws.defense-evasion.cloudtrail-stop.json'), 'utf8');
  expect(records.some(({ text }) => first.includes(text))).toBe(true);
});
if (!existsSync(samples)) process.stdout.write('skipped: the real samples are not on this machine\n');

const descriptors = '/proc/self/fd';
it.skipIf(!existsSync(descriptors))(
  'leaves no file open, whether it was left before its end or is damaged in its middle',
  async () => {
    const lines = Array.from({ length: 4 }, (_, n) =>
      JSON.stringify({
        eventID: `${n}`,
        eventTime: '2026-11-23T20:00:00Z',
        x: randomBytes(800_000).toString('base64'),
      }),
    ).join('\n');
    const whole = gzipSync(lines);
    const damaged = Buffer.from(whole).fill(0, 1_200_000, 1_210_000);
    const isOpen = (path: string) =>
      readdirSync(descriptors).some((number) => {
        const link = join(descriptors, number);
        return existsSync(link) && readlinkSync(link) === path;
      });
    for (const [name, bytes, goesOn] of [
      ['left.ndjson', lines, false],
      ['left.ndjson.gz', whole, false],
      ['damaged.ndjson.gz', damaged, true],
    ] as const) {
      const path = file(name, bytes);
      const rejected: string[] = [];
      const during: boolean[] = [];
      await readSavedFile(
        { path, sizeBytes: bytes.length },
        () => undefined,
        async () => {
          during.push(isOpen(path));
          return goesOn;
        },
        ({ problem }) => rejected.push(problem),
      );
      expect([name, during[0], isOpen(path)]).toEqual([name, true, false]);
      expect(rejected).toEqual(goesOn ? ['is damaged (gzip)'] : []);
    }
  },
);
