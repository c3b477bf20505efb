import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { type Ingest, type IngestProgress, startIngest } from '../../src/ingest/ingest.ts';
import type { RawRecord, TimelineEvent } from '../../src/model/event.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { records } from '../bench/records.ts';
import { until } from '../helpers/until.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'firebreak-ingest-'));
const running: Ingest[] = [];
afterEach(async () => {
  for (const ingest of running.splice(0)) await ingest.close();
});

async function start(path = join(folder(), 'events.db')) {
  const progress: IngestProgress[] = [];
  const threads: Worker[] = [];
  const ingest = await startIngest({
    path,
    onProgress: (one) => progress.push(one),
    onThread: (thread) => threads.push(thread),
  });
  running.push(ingest);
  return { ingest, path, progress, threads };
}
async function timeline(path: string): Promise<TimelineEvent[]> {
  const queries = openQueries(path);
  const all = [...queries.all({ type: 'all' })];
  await queries.close();
  return all;
}
const cloudtrail = (text: string): RawRecord => ({ format: 'cloudtrail', text });
/** Threads and processes that share two cores with other test files may take long to begin: what is waited for is that they do. */
const beginsWithinMs = 60_000;
const wholeTestMs = 2 * beginsWithinMs;
const twenty = [...records(20)];

it(
  'stores what is pushed, exactly once, with the checkpoint of its batch',
  async () => {
    const { ingest, path, progress } = await start();
    await ingest.push('lookup', twenty.slice(0, 12).map(cloudtrail), { key: 'lookup', json: { token: 'a' } });
    await ingest.push('trail-log-group', twenty.slice(8).map(cloudtrail), {
      key: 'trail-log-group',
      json: { token: 'b' },
    });
    await ingest.flush();
    await until(() => progress.at(-1)?.events === 20, 'all twenty', beginsWithinMs);
    expect(progress.at(-1)).toMatchObject({ late: 0, rejected: 0 });
    const all = await timeline(path);
    expect(all).toHaveLength(20);
    const both = all.filter(({ routes }) => routes.length === 2);
    expect(both).toHaveLength(4);
    expect(both[0]?.routes).toEqual(['lookup', 'trail-log-group']);
    const queries = openQueries(path);
    for (const { rowId, rawSha256 } of all) expect(sha256(queries.raw(rowId))).toBe(rawSha256);
    expect(all.map(({ rowId }) => queries.raw(rowId)).sort()).toEqual(twenty.toSorted());
    expect(queries.checkpoints()).toEqual({ lookup: { token: 'a' }, 'trail-log-group': { token: 'b' } });
    await queries.close();
    await ingest.close();
  },
  wholeTestMs,
);

it('counts and names what cannot become an event, and stores the rest', async () => {
  const path = join(folder(), 'events.db');
  const rejected: string[] = [];
  const ingest = await startIngest({
    path,
    onProgress: () => undefined,
    onRejected: ({ problem }) => rejected.push(problem),
  });
  running.push(ingest);
  const { eventID: _id, ...nameless } = JSON.parse(twenty[0]!) as { eventID: string };
  const { eventTime: _time, ...timeless } = JSON.parse(twenty[1]!) as { eventTime: string };
  await ingest.push(
    'x',
    [nameless, timeless, 'no JSON', [1], null]
      .map((one) => cloudtrail(typeof one === 'string' ? one : JSON.stringify(one)))
      .concat(cloudtrail(twenty[2]!)),
  );
  expect(rejected).toEqual([
    'a record has no eventID',
    'a record has no eventTime',
    'a record is not JSON',
    'a record is not a JSON object',
    'a record is not a JSON object',
  ]);
  expect(await timeline(path)).toHaveLength(1);
});

it('keeps equal log lines without ids apart, and knows the page when it comes again', async () => {
  const { ingest, path } = await start();
  const line = (text: string): RawRecord => ({
    format: 'cloudwatch-logs',
    text,
    at: 1_700_000_000_000,
    group: '/aws/sagemaker/Endpoints/fraud-scorer',
    stream: 's',
  });
  const page = [line('GET /ping'), line('GET /ping'), line('boot'), line('GET /ping')];
  await ingest.push('logs', page);
  await ingest.push('logs', page);
  const all = await timeline(path);
  expect(all.map(({ summary }) => summary)).toEqual(['GET /ping', 'GET /ping', 'boot', 'GET /ping']);
  expect(all[0]).toMatchObject({
    origin: 'cloudwatch-logs',
    action: 'logs:/aws/sagemaker/Endpoints/fraud-scorer',
    resources: [
      { kind: 'sagemaker.endpoint', name: 'fraud-scorer', relation: 'target' },
      { kind: 'logs.log-group', relation: 'parent' },
      { kind: 'logs.log-stream', name: 's', relation: 'parent' },
    ],
  });
});

it('loses nothing and doubles nothing when its thread is killed', async () => {
  const { ingest, path, threads } = await start();
  const many = [...records(3_000, 7)];
  const pushes = Array.from({ length: 30 }, (_, n) =>
    ingest.push('x', many.slice(n * 100, n * 100 + 100).map(cloudtrail), { key: 'x', json: n }),
  );
  await pushes[3];
  await threads[0]!.terminate();
  await Promise.all(pushes);
  expect(threads).toHaveLength(2);
  expect(new Set((await timeline(path)).map(({ id }) => id)).size).toBe(3_000);
  await ingest.close();
  const queries = openQueries(path);
  expect(queries.checkpoints()).toEqual({ x: 29 });
  await queries.close();
});

it(
  'opens a load again whose thread is killed',
  async () => {
    const { ingest, path, threads, progress } = await start();
    const file = join(folder(), 'big.ndjson');
    writeFileSync(file, [...records(20_000)].join('\n'));
    const loaded = ingest.open([file]);
    await until(() => (progress.at(-1)?.events ?? 0) > 0, 'the first batch', beginsWithinMs);
    await threads[0]!.terminate();
    expect(await loaded).toMatchObject({ events: 20_000, rejectedTotal: 0 });
    expect(await timeline(path)).toHaveLength(20_000);
  },
  wholeTestMs,
);

it(
  'a load whose process is killed leaves a store that opens, and the same load completes it',
  async () => {
    const file = join(folder(), 'big.ndjson');
    writeFileSync(file, [...records(7_000, 3)].join('\n'));
    const load = async (path: string) => {
      const { ingest } = await start(path);
      expect(await ingest.open([file])).toMatchObject({ events: 7_000, rejectedTotal: 0 });
      await ingest.close();
      // Rows count arrivals; when it came is another time.
      return (await timeline(path)).map(({ seenAt, findings, ...rest }) => ({
        ...rest,
        findings: findings.map(({ rule }) => rule).sort(),
      }));
    };
    const path = join(folder(), 'events.db');
    const script = join(folder(), 'load.mjs');
    writeFileSync(
      script,
      `import { writeSync } from 'node:fs';
      import { startIngest } from ${JSON.stringify(new URL('../../src/ingest/ingest.ts', import.meta.url).href)};
      const ingest = await startIngest({
        path: ${JSON.stringify(path)},
        onProgress: ({ events }) => {
          if (events === 0) return;
          writeSync(1, String(events));
          // By itself: before another process has heard of it, the load may be over.
          process.kill(process.pid, 'SIGKILL');
        },
      });
      await ingest.open([${JSON.stringify(file)}]);`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    const acknowledged = Number(said);
    expect(acknowledged).toBeGreaterThan(0);
    const left = await timeline(path);
    expect(left.length).toBeGreaterThanOrEqual(acknowledged);
    expect(left.length).toBeLessThan(7_000);
    const completed = await load(path);
    expect(completed.some(({ findings }) => findings.length > 0)).toBe(true);
    expect(completed).toEqual(await load(join(folder(), 'events.db')));
  },
  wholeTestMs,
);

it('gives up with a reason when every thread dies', async () => {
  const threads: Worker[] = [];
  const ingest = await startIngest({
    path: join(folder(), 'events.db'),
    onProgress: () => undefined,
    onThread: (thread) => {
      threads.push(thread);
      if (threads.length > 1) void thread.terminate();
    },
  });
  running.push(ingest);
  const ended = once(threads[0]!, 'exit');
  await threads[0]!.terminate();
  await ended;
  await expect(ingest.push('x', twenty.map(cloudtrail))).rejects.toMatchObject({ code: 'IngestDied', exitCode: 1 });
  await expect(ingest.flush()).rejects.toMatchObject({ code: 'IngestDied' });
});

it(
  'takes live records and leaves at once while a long load is on',
  async () => {
    const { ingest, path, progress } = await start();
    const file = join(folder(), 'big.ndjson');
    writeFileSync(file, [...records(60_000)].join('\n'));
    const loaded = ingest.open([file]);
    const outcome = loaded.catch((error: unknown) => error);
    await until(() => (progress.at(-1)?.events ?? 0) > 0, 'the first batch', beginsWithinMs);
    const live = [...records(10, 99)];
    await ingest.push('tail', live.map(cloudtrail));
    expect(progress.at(-1)!.events).toBeLessThan(60_000);
    const from = performance.now();
    await ingest.close();
    expect(performance.now() - from).toBeLessThan(2_000);
    await outcome;
    const all = await timeline(path);
    expect(all.filter(({ routes }) => routes[0] === 'tail')).toHaveLength(10);
    expect(all.length).toBeLessThan(60_010);
  },
  wholeTestMs,
);

it('says when all of a load is stored, before it is wholly in', async () => {
  const { ingest, path } = await start();
  const file = join(folder(), 'lines.ndjson');
  writeFileSync(file, twenty.join('\n'));
  const said: string[] = [];
  const stored: Promise<readonly TimelineEvent[]>[] = [];
  await ingest.open([file], () => {
    said.push('stored');
    stored.push(timeline(path));
  });
  said.push('in');
  expect(said).toEqual(['stored', 'in']);
  expect(await stored[0]).toHaveLength(20);
});

it('loads the same events from every form they are kept in', async () => {
  const where = folder();
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(where, name), content);
    return join(where, name);
  };
  const event = (text: string) => JSON.parse(text) as { readonly eventID: string; readonly eventTime: string };
  const forms: { readonly [form: string]: string } = {
    delivery: write('delivery.json', `{"Records":[${twenty.join(',')}]}`),
    pretty: write('pretty.json', JSON.stringify({ Records: twenty.map(event) }, null, 2)),
    packed: write('delivery.json.gz', gzipSync(`{"Records":[${twenty.join(',')}]}`)),
    lines: write('lines.ndjson', twenty.join('\n')),
    windows: write('windows.ndjson', `\ufeff${twenty.join('\r\n')}\r\n`),
    array: write('array.json', `[${twenty.join(',\n')}]`),
    lookup: write(
      'lookup.json',
      JSON.stringify({ Events: twenty.map((text) => ({ EventId: event(text).eventID, CloudTrailEvent: text })) }),
    ),
    exported: write(
      'exported.json',
      JSON.stringify({
        events: twenty.map((message, n) => ({
          logStreamName: 's',
          timestamp: Date.parse(event(message).eventTime),
          message,
          eventId: `${n}`,
        })),
      }),
    ),
    envelopes: write(
      'envelopes.ndjson',
      twenty
        .map(
          (text, n) =>
            `{"version":"0","id":"e${n}","detail-type":"AWS API Call via CloudTrail","source":"aws.x","time":"2026-11-23T00:00:00Z","detail":${text}}`,
        )
        .join('\n'),
    ),
  };
  const shown = async (path: string) =>
    (await timeline(path)).map(({ rowId: _row, seenAt: _seen, rawSha256: _raw, ...rest }) => rest);
  let expected: unknown;
  for (const [form, file] of Object.entries(forms)) {
    const { ingest, path } = await start();
    expect(await ingest.open([file]), form).toMatchObject({ events: 20, rejected: [], rejectedTotal: 0 });
    expected ??= await shown(path);
    expect(await shown(path), form).toEqual(expected);
    await ingest.close();
  }
  const { ingest, path } = await start();
  expect(await ingest.open([where])).toMatchObject({ events: 20, rejectedTotal: 0 });
  expect(await shown(path)).toEqual(expected);
});

it('tells what is wrong with bad input, and loads the rest', async () => {
  const where = folder();
  const file = (name: string, content: string | Uint8Array) => writeFileSync(join(where, name), content);
  file('1-nul.ndjson', `${twenty[0]}\n\0\0\0\n${twenty[1]}`);
  file('3-deep.ndjson', `${twenty[3]!.slice(0, -1)},"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  file('4-big.ndjson', `${twenty[4]!.slice(0, -1)},"x":"${'y'.repeat(5_000_000)}"}`);
  file(
    '5-digest.json',
    '{"awsAccountId":"1","digestStartTime":"x","digestS3Object":"y","previousDigestSignature":null}',
  );
  file('6-settings.json', '{"compilerOptions":{}}');
  file('7-cut.json.gz', gzipSync(`{"Records":[${twenty.join(',')}]}`).subarray(0, -100));
  const { ingest, path } = await start();
  const { rejected, events } = await ingest.open([where]);
  expect(rejected.map(({ where: path, problem }) => `${path.slice(where.length + 1)} ${problem}`)).toEqual([
    '1-nul.ndjson is not JSON',
    '6-settings.json a record has no eventID',
    '7-cut.json.gz is cut off in the middle (gzip)',
  ]);
  expect(rejected.every(({ nextStep }) => nextStep !== '')).toBe(true);
  expect(events).toBeGreaterThanOrEqual(5);
  expect((await timeline(path)).some(({ summary }) => summary.length > 300)).toBe(false);
});

it('keeps bytes that are no UTF-8 as they came', async () => {
  const [before = '', after = ''] = twenty[0]!.split('Boto3');
  const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(after)]);
  const file = join(folder(), 'latin.ndjson');
  writeFileSync(file, Buffer.concat([bytes, Buffer.from('\n')]));
  const { ingest, path } = await start();
  expect(await ingest.open([file])).toMatchObject({ events: 1, rejectedTotal: 0 });
  const queries = openQueries(path);
  expect(Buffer.compare(queries.rawBytes!(1), bytes)).toBe(0);
  expect(queries.event(1)?.rawSha256).toBe(sha256(bytes));
  await queries.close();
});

it(
  'reads standard input, and may be left while that is silent',
  async () => {
    const path = join(folder(), 'events.db');
    const script = `
    import { startIngest } from ${JSON.stringify(new URL('../../src/ingest/ingest.ts', import.meta.url).href)};
    const ingest = await startIngest({ path: ${JSON.stringify(path)}, onProgress: ({ events }) => process.stdout.write(events + '\\n') });
    process.on('SIGTERM', async () => { await ingest.close(); process.stdout.write('left\\n'); });
    try { process.stdout.write('loaded ' + (await ingest.open(['-'])).events + '\\n'); await ingest.close(); }
    catch (error) { process.stdout.write(error.code + '\\n'); }`;
    const program = join(folder(), 'program.mjs');
    writeFileSync(program, script);
    const run = () => {
      const child = spawn(process.execPath, [program], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const said = { text: '' };
      child.stdout.on('data', (chunk: Buffer) => {
        said.text += chunk;
      });
      return { child, said };
    };
    const piped = run();
    piped.child.stdin.end(twenty.join('\n'));
    await once(piped.child, 'close');
    expect(piped.said.text).toContain('loaded 20');
    const silent = run();
    silent.child.stdin.on('error', () => undefined); // It is left while there is more to read.
    silent.child.stdin.write(`${[...records(300, 3)].join('\n')}\n`);
    // The twenty of the run before are in the same store.
    await until(
      () => /^320$/m.test(silent.said.text),
      () => `320 events; it said ${silent.said.text}`,
      beginsWithinMs,
    );
    silent.child.kill('SIGTERM');
    await once(silent.child, 'close');
    expect(silent.said.text).toMatch(/left|Closed/);
  },
  wholeTestMs,
);

const samples = new URL('../../../shared/data/cloudtrail/stratus-red-team', import.meta.url).pathname;
if (!existsSync(samples)) process.stdout.write('skipped: the real records are not on this machine\n');
it.skipIf(!existsSync(samples))(
  'links the 310 real records: only those that name nothing have no resource',
  async () => {
    const { ingest, path } = await start();
    expect(await ingest.open([samples])).toMatchObject({ events: 310, rejectedTotal: 0 });
    const all = await timeline(path);
    expect(
      all.every(({ principal, action, at }) => principal?.name && /^[a-z0-9-]+:[A-Z]\w+$/.test(action) && at > 0),
    ).toBe(true);
    const none = all.filter(({ resources }) => resources.length === 0);
    const counts = Object.fromEntries(
      [...Map.groupBy(none, ({ action }) => action)].map(([action, events]) => [action, events.length]),
    );
    expect(counts).toEqual({
      // About the caller, a list, a filter, or the account as a whole.
      'sts:GetCallerIdentity': 3,
      'signin:ConsoleLogin': 1,
      'ec2:DescribeInstances': 1,
      'ec2:EnableSerialConsoleAccess': 1,
      'secretsmanager:BatchGetSecretValue': 5,
      'secretsmanager:ListSecrets': 1,
      'ssm:DescribeParameters': 5,
      'bedrock:PutUseCaseForModelAccess': 1,
    });
  },
);

it(
  'a load that is stopped keeps what was read, tells each file that was not, and hinders no later one',
  async () => {
    const { ingest, path, progress } = await start();
    const where = folder();
    const many = [...records(60_000)].join('\n');
    const files = ['a', 'b', 'c'].map((name) => join(where, `${name}.ndjson`));
    writeFileSync(files[0]!, many);
    writeFileSync(files[1]!, many);
    writeFileSync(files[2]!, twenty.join('\n'));
    const load = ingest.open(files);
    await until(() => (progress.at(-1)?.files?.bytesDone ?? 0) > 0, 'some of it read', beginsWithinMs);
    ingest.stopLoading();
    const { events, rejectedTotal, rejected } = await load;
    expect(events).toBeLessThan(60_000);
    expect(rejectedTotal).toBe(3);
    expect(rejected.map(({ where: file, problem }) => [file, problem])).toEqual([
      [files[0], 'was not read to its end: loading was stopped'],
      [files[1], 'was not read: loading was stopped'],
      [files[2], 'was not read: loading was stopped'],
    ]);
    // Before its files are even listed.
    const atOnce = ingest.open(files);
    ingest.stopLoading();
    expect((await atOnce).rejected.map(({ problem }) => problem)).toEqual(
      files.map(() => expect.stringMatching(/: loading was stopped$/)),
    );
    expect((await ingest.open([files[2]!])).rejectedTotal).toBe(0);
    expect(await timeline(path)).toHaveLength(Math.max(20, events));
  },
  wholeTestMs,
);
