import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  type LiveTailSessionLogEvent,
  PutLogEventsCommand,
  StartLiveTailCommand,
  type StartLiveTailCommandInput,
  type StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LogEvent, LogGroups, logLineId } from '../../src/range/logs.ts';
import { eventFrame } from '../../src/range/protocols/event-stream.ts';
import { type Range, type RangeOptions, startRange } from '../../src/range/range.ts';
import { Schedule } from '../../src/range/schedule.ts';
import { Truth } from '../../src/range/truth.ts';
import { clientsOf, refusal } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

const group = '/app/orders';
const arnOf = (name: string) => `arn:aws:logs:us-east-1:111122223333:log-group:${name}`;

let clock: ManualClock;
let range: Range;
let clients: ReturnType<typeof clientsOf>;
let folder: string;
/** Every tail of a test is closed at its end. */
let aborts: AbortController[];

async function start(options: RangeOptions = {}): Promise<void> {
  clock = new ManualClock();
  range = await startRange({ truth: join(folder, 'truth.jsonl'), ...options }, clock);
  clients = clientsOf(range);
  for (const logGroupName of [group, '/app/other']) {
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName }));
    for (const logStreamName of ['a', 'b/1', 'b/2'])
      await clients.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  }
}
beforeEach(() => {
  aborts = [];
  folder = mkdtempSync(join(tmpdir(), 'range-'));
});
afterEach(async () => {
  for (const abort of aborts) abort.abort();
  await range.close();
  rmSync(folder, { recursive: true });
});

const put = (messages: readonly string[], logStreamName = 'a', logGroupName = group) =>
  clients.logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: messages.map((message) => ({ timestamp: clock.now(), message })),
    }),
  );

interface Tail {
  readonly abort: AbortController;
  readonly items: AsyncIterator<StartLiveTailResponseStream>;
  /** The next update, one second on. */
  update(): Promise<{ readonly sampled: boolean | undefined; readonly lines: readonly LiveTailSessionLogEvent[] }>;
}

async function next(items: AsyncIterator<StartLiveTailResponseStream>): Promise<StartLiveTailResponseStream> {
  const { done, value } = await items.next();
  if (done) throw new Error('the tail has ended');
  return value;
}

/** Opens a tail and takes its first event. */
async function tail(input: Partial<StartLiveTailCommandInput> = {}): Promise<Tail> {
  const abort = new AbortController();
  aborts.push(abort);
  const { responseStream } = await clients.logs.send(
    new StartLiveTailCommand({ logGroupIdentifiers: [arnOf(group)], ...input }),
    { abortSignal: abort.signal },
  );
  if (!responseStream) throw new Error('no stream');
  const items = responseStream[Symbol.asyncIterator]();
  expect((await next(items)).sessionStart).toBeDefined();
  return {
    abort,
    items,
    update: async () => {
      await clock.advance(1000);
      const { sessionUpdate } = await next(items);
      return { sampled: sessionUpdate?.sessionMetadata?.sampled, lines: sessionUpdate?.sessionResults ?? [] };
    },
  };
}
const messagesOf = (lines: readonly LiveTailSessionLogEvent[]) => lines.map(({ message }) => message);
const openTails = (count: number) =>
  vi.waitFor(async () => expect(await range.control.openTails()).toBe(count), { timeout: 20_000 });

describe('a session', () => {
  test('starts, shows what is ingested in the next second, and beats when there is nothing', async () => {
    await start();
    await put(['before']);
    const { responseStream } = await clients.logs.send(
      new StartLiveTailCommand({ logGroupIdentifiers: [arnOf(group)], logEventFilterPattern: '-noise' }),
    );
    const items = (responseStream as AsyncIterable<StartLiveTailResponseStream>)[Symbol.asyncIterator]();
    expect((await next(items)).sessionStart).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logGroupIdentifiers: [arnOf(group)],
      logStreamNames: [],
      logStreamNamePrefixes: [],
      logEventFilterPattern: '-noise',
    });
    expect(await range.control.openTails()).toBe(1);
    await put(['first', 'noise', 'second']);
    const at = clock.now();
    await clock.advance(1000);
    expect((await next(items)).sessionUpdate).toEqual({
      sessionMetadata: { sampled: false },
      sessionResults: ['first', 'second'].map((message) => ({
        logStreamName: 'a',
        logGroupIdentifier: `111122223333:${group}`,
        message,
        timestamp: at,
        ingestionTime: at,
      })),
    });
    for (let beat = 0; beat < 3; beat += 1) {
      await clock.advance(1000);
      expect((await next(items)).sessionUpdate).toEqual({ sessionMetadata: { sampled: false }, sessionResults: [] });
    }
    clients.logs.destroy();
    await openTails(0);
  });

  test('chooses streams by name or by how they begin, and groups by their ARNs', async () => {
    await start();
    const named = await tail({ logStreamNames: ['a'] });
    const prefixed = await tail({ logStreamNamePrefixes: ['b/'] });
    const both = await tail({ logGroupIdentifiers: [arnOf(group), arnOf('/app/other')] });
    await put(['1'], 'a');
    await put(['2'], 'b/1');
    await put(['3'], 'b/2');
    await put(['4'], 'a', '/app/other');
    await clock.advance(1000);
    const lines = async ({ items }: Tail) => messagesOf((await next(items)).sessionUpdate?.sessionResults ?? []);
    expect(await lines(named)).toEqual(['1']);
    expect(await lines(prefixed)).toEqual(['2', '3']);
    expect(await lines(both)).toEqual(['1', '2', '3', '4']);
  });

  test('is over when the reader goes, and its place is free', async () => {
    await start();
    const { abort, items } = await tail();
    expect(await range.control.openTails()).toBe(1);
    const pending = items.next().catch((error: Error) => error);
    abort.abort();
    expect(await pending).toBeInstanceOf(Error);
    await openTails(0);
  });

  test('shows 500 lines of a second and says that it is a sample', async () => {
    await start();
    const { update } = await tail();
    await put(Array.from({ length: 500 }, (_, index) => `${index}`));
    const whole = await update();
    expect(whole.sampled).toBe(false);
    expect(messagesOf(whole.lines)).toEqual(Array.from({ length: 500 }, (_, index) => `${index}`));
    await put(Array.from({ length: 3000 }, (_, index) => `${index}`));
    const sample = await update();
    expect(sample.sampled).toBe(true);
    const numbers = messagesOf(sample.lines).map(Number);
    expect(new Set(numbers).size).toBe(500);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    // Not only the first ones.
    expect(numbers.filter((number) => number >= 1500).length).toBeGreaterThan(150);
    expect((await update()).sampled).toBe(false);
  });

  test.each([
    [100, 108_000],
    // However fast the range runs, at least 20 s.
    [1000, 20_000],
  ])('at speed %d it times out after %d ms', async (speed, lasts) => {
    await start({ speed });
    const { items } = await tail();
    await clock.advance(lasts);
    let failure: Error | undefined;
    let updates = 0;
    while (!failure) {
      const item = await items.next().catch((error: Error) => error);
      if (item instanceof Error) failure = item;
      else {
        expect(item.done).toBe(false);
        updates += 1;
      }
    }
    expect(failure.name).toBe('SessionTimeoutException');
    expect(updates).toBeGreaterThanOrEqual(lasts / 1000 - 1);
    await openTails(0);
  });

  test('equal lines of one millisecond come twice, and the truth has both', async () => {
    await start();
    const { update } = await tail();
    await put(['twin', 'twin', 'other']);
    const at = clock.now();
    const { lines } = await update();
    expect(messagesOf(lines)).toEqual(['twin', 'twin', 'other']);
    const id = (message: string) =>
      logLineId(arnOf(group), {
        eventId: '',
        stream: 'a',
        timestamp: at,
        ingestionTime: at,
        message,
      } satisfies LogEvent);
    const truth = readFileSync(join(folder, 'truth.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly id: string; readonly route: string });
    expect(truth.filter(({ route }) => route === group).map((line) => line.id)).toEqual([
      id('twin'),
      `${id('twin')}-2`,
      id('other'),
    ]);
    const { events } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName: group, startTime: at }));
    expect(events).toHaveLength(3);
  });

  test('carries what is no clean text', async () => {
    await start();
    const { update } = await tail();
    const wild = ['\0nul', '\ufffd', '\u001b[31mred', '💥', 'x'.repeat(900_000)];
    for (const message of wild) await put([message]);
    expect(messagesOf((await update()).lines)).toEqual(wild);
  });
});

describe('limits', () => {
  test.each<[string, Partial<StartLiveTailCommandInput>, string, string]>([
    ['a name', { logGroupIdentifiers: [group] }, 'InvalidParameterException', 'is not the ARN of a log group'],
    ['a star', { logGroupIdentifiers: [`${arnOf(group)}:*`] }, 'InvalidParameterException', 'is not the ARN'],
    ['no group', { logGroupIdentifiers: [] }, 'InvalidParameterException', 'greater than or equal to 1'],
    [
      '11 groups',
      { logGroupIdentifiers: Array.from({ length: 11 }, () => arnOf(group)) },
      'InvalidParameterException',
      'less than or equal to 10',
    ],
    [
      'no such group',
      { logGroupIdentifiers: [arnOf('/none')] },
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ],
    [
      'names and prefixes',
      { logStreamNames: ['a'], logStreamNamePrefixes: ['b'] },
      'InvalidParameterException',
      'cannot both',
    ],
    [
      'streams of two groups',
      { logGroupIdentifiers: [arnOf(group), arnOf('/app/other')], logStreamNames: ['a'] },
      'InvalidParameterException',
      'exactly one log group',
    ],
    ['a wrong pattern', { logEventFilterPattern: 'a-b' }, 'InvalidParameterException', "term 'a-b'"],
  ])('%s', async (_what, input, name, message) => {
    await start();
    expect(await refusal(tail(input))).toEqual({ name, message: expect.stringContaining(message) });
    expect(await range.control.openTails()).toBe(0);
  });

  test('15 sessions an account, 5 starts a second', async () => {
    await start();
    for (let count = 0; count < 5; count += 1) await tail();
    expect(await refusal(tail())).toEqual({ name: 'ThrottlingException', message: 'Rate exceeded' });
    for (let count = 5; count < 15; count += 1) {
      await clock.advance(200);
      await tail();
    }
    await clock.advance(200);
    expect(await refusal(tail())).toMatchObject({ name: 'LimitExceededException' });
    expect(await range.control.openTails()).toBe(15);
    aborts[0]?.abort();
    await openTails(14);
    await clock.advance(200);
    await tail();
    expect(await range.control.openTails()).toBe(15);
  });

  test('as many sessions as an account was given', async () => {
    await start({ faults: { tails: { sessions: 17 } } });
    for (let count = 0; count < 17; count += 1) {
      await clock.advance(200);
      await tail();
    }
    await clock.advance(200);
    expect(await refusal(tail())).toMatchObject({ name: 'LimitExceededException' });
    expect(await range.control.openTails()).toBe(17);
  });
});

/** A tail whose bytes are read only when the test says so. */
function rawTail(): Promise<IncomingMessage> {
  const { accessKeyId, sessionToken } = range.credentials;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      range.endpoint,
      {
        method: 'POST',
        headers: {
          'x-amz-target': 'Logs_20140328.StartLiveTail',
          'x-amz-security-token': sessionToken,
          authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261123/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=x`,
        },
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify({ logGroupIdentifiers: [arnOf(group)] }));
  });
}

/** The event types and payloads of the frames in what was read; a frame that has not come whole is left out. */
function frames(bytes: Buffer): readonly { readonly type: string; readonly body: string }[] {
  const found: { type: string; body: string }[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const total = bytes.readUInt32BE(at);
    const headers = bytes.readUInt32BE(at + 4);
    if (at + total > bytes.length) break;
    const head = bytes.subarray(at + 12, at + 12 + headers).toString('latin1');
    found.push({
      type: /:event-type...([a-zA-Z-]+).:content-type/s.exec(head)?.[1] ?? '',
      body: bytes.subarray(at + 12 + headers, at + total - 4).toString(),
    });
    at += total;
  }
  return found;
}

test('a frame is what AWS documents, checksums included', () => {
  const frame = eventFrame('sessionStart', { sessionId: 's' }).toString('hex');
  expect(frame).toHaveLength(2 * 125);
  expect(frame.slice(0, 24)).toBe('0000007d0000005c06bde6c8');
  expect(frame.slice(-8)).toBe('77f9339c');
});

/** Hundreds of megabytes go through here; how long that takes is the machine's, and is not what is asked. */
const heavyMs = 120_000;

test(
  'a reader that does not keep up loses the oldest updates, and the range does not hold them',
  async () => {
    await start();
    const response = await rawTail();
    expect(response.headers['content-type']).toBe('application/vnd.amazon.eventstream');
    const seconds = 60;
    for (let second = 0; second < seconds; second += 1) {
      await put([`${second} ${'x'.repeat(900_000)}`]);
      await clock.advance(1000);
    }
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    const updates = () => frames(Buffer.concat(chunks)).filter(({ type }) => type === 'sessionUpdate');
    const numbers = () => updates().map(({ body }) => Number(/"message":"(\d+) /.exec(body)?.[1]));
    await vi.waitFor(() => expect(numbers().at(-1)).toBe(seconds - 1), { timeout: heavyMs });
    const read = Buffer.concat(chunks);
    expect(frames(read)[0]).toEqual({ type: 'initial-response', body: '{}' });
    expect(frames(read)[1]?.type).toBe('sessionStart');
    // What lies in the sockets, then a silent gap, then the last ten.
    const seen = numbers();
    expect(seen.length).toBeLessThan(seconds - 10);
    expect(seen.slice(-10)).toEqual(Array.from({ length: 10 }, (_, index) => seconds - 10 + index));
    expect(read.includes('"sampled":true')).toBe(false);
    response.destroy();
    await openTails(0);
  },
  2 * heavyMs,
);

test(
  'a group keeps its newest lines within 128 MB',
  async () => {
    await start();
    const groups = new LogGroups('111122223333', new Schedule(clock, 1), new Truth(undefined));
    for (let index = 0; index < 300; index += 1)
      groups.put('us-east-1', group, 's', [{ timestamp: index, message: `${index} `.padEnd(1024 * 1024, 'x') }]);
    const events = groups.find('us-east-1', group)?.events ?? [];
    expect(events.length).toBeLessThanOrEqual(128);
    expect(events.length).toBeGreaterThan(100);
    expect(events.at(-1)?.message.startsWith('299 ')).toBe(true);
  },
  heavyMs,
);

const cli = spawnSync('aws', ['--version'], { timeout: 20_000, encoding: 'utf8' });
if (cli.status !== 0)
  process.stderr.write('logs-live-tail.test.ts: the AWS CLI is skipped, there is no `aws` on this machine\n');

describe.skipIf(cli.status !== 0)('the AWS CLI', () => {
  test('lists groups and prints a tail', { timeout: 60_000 }, async () => {
    clock = new ManualClock();
    // The CLI waits for nobody's clock.
    range = await startRange({ speed: 20, rate: 20 });
    const env = {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      AWS_ENDPOINT_URL: range.endpoint,
      AWS_DEFAULT_REGION: range.region,
      AWS_ACCESS_KEY_ID: range.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: range.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: range.credentials.sessionToken,
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
      AWS_PAGER: '',
      PYTHONUNBUFFERED: '1',
    };
    const { stdout } = await promisify(execFile)(
      'aws',
      ['logs', 'describe-log-groups', '--log-group-name-prefix', '/aws/sagemaker/Endpoints/fraud', '--output', 'json'],
      { env },
    );
    const [found] = (JSON.parse(stdout) as { logGroups: { logGroupArn: string }[] }).logGroups;
    // Version 1 knows only the plain output.
    const mode = /aws-cli\/1\./.test(cli.stdout) ? [] : ['--mode', 'print-only'];
    const child = spawn(
      'aws',
      ['logs', 'start-live-tail', '--log-group-identifiers', found?.logGroupArn ?? '', ...mode],
      {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let printed = '';
    let complaints = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    await vi.waitFor(() => expect(printed + complaints).toContain('INFO:load:item'), { timeout: 30_000 });
    expect(complaints).toBe('');
    expect(await range.control.openTails()).toBe(1);
    child.kill();
    await vi.waitFor(async () => expect(await range.control.openTails()).toBe(0), { timeout: 10_000 });
  });
});
