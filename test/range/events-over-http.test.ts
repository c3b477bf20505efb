import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DeleteEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf } from './clients.ts';
import type { DeliveredRecord, TruthLine } from './inside.ts';
import { ManualClock } from './manual-clock.ts';

const minute = 60_000;
const trailGroup = 'aws-cloudtrail-logs-111122223333-main';

let clock: ManualClock;
let range: Range;
let logs: CloudWatchLogsClient;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'range-'));
  clock = new ManualClock();
  range = await startRange({ scenario: 'presigned-url-hijack', truth: join(folder, 'truth.jsonl') }, clock);
  const { endpoint, region, credentials } = range;
  logs = new CloudWatchLogsClient({ endpoint, region, credentials, maxAttempts: 1 });
});
afterEach(async () => {
  logs.destroy();
  await range.close();
  rmSync(folder, { recursive: true });
});

/** Every line of a group. */
async function read(logGroupName: string): Promise<readonly FilteredLogEvent[]> {
  const found: FilteredLogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: clock.now() - 2 * 60 * minute,
        ...(nextToken ? { nextToken } : {}),
      }),
    );
    found.push(...(page.events ?? []));
    nextToken = page.nextToken;
    // The rate is one of the clock's.
    await clock.advance(100);
  } while (nextToken);
  return found;
}

test('every record, line and state change of the truth can be read from its group', async () => {
  await clientsOf(range).sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'recsys-ranker' }));
  await clock.advance(15 * minute);
  // Before the reading: while it goes on there is more.
  const truth = readFileSync(join(folder, 'truth.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TruthLine);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  const names = logGroups?.map(({ logGroupName = '' }) => logGroupName) ?? [];
  expect(names).toEqual(
    expect.arrayContaining([
      '/aws/events/sagemaker',
      '/aws/sagemaker/Endpoints/fraud-scorer',
      '/aws/sagemaker/NotebookInstances',
      trailGroup,
    ]),
  );
  const seen = new Map<string, number>();
  const note = (id: string) => seen.set(id, (seen.get(id) ?? 0) + 1);
  let lines = 0;
  for (const name of names)
    for (const { message = '' } of await read(name)) {
      if (name === trailGroup) note((JSON.parse(message) as DeliveredRecord).eventID);
      else if (name === '/aws/events/sagemaker') note((JSON.parse(message) as { id: string }).id);
      else lines += 1;
    }
  expect(new Set(truth.map(({ id }) => id)).size).toBe(truth.length);
  const named = truth.filter(({ kind }) => kind !== 'cloudwatch-logs');
  expect(named.length).toBeGreaterThan(200);
  expect(named.filter(({ id }) => !seen.has(id))).toEqual([]);
  expect(lines).toBeGreaterThanOrEqual(truth.length - named.length);
  const records = truth.filter(({ kind }) => kind === 'cloudtrail');
  expect(new Set(records.map(({ route }) => route))).toEqual(new Set([trailGroup]));
});

test('the trail’s lines are bare records of every Region, in its one stream', async () => {
  await clock.advance(5 * minute);
  const lines = await read(trailGroup);
  expect(new Set(lines.map(({ logStreamName }) => logStreamName))).toEqual(
    new Set(['111122223333_CloudTrail_us-east-1']),
  );
  const records = lines.map(({ message = '' }) => JSON.parse(message) as DeliveredRecord);
  expect(new Set(records.map(({ awsRegion }) => awsRegion))).toEqual(new Set(['us-east-1', 'eu-west-1']));
  expect(new Set(records.map(({ eventCategory }) => eventCategory))).toEqual(new Set(['Management', 'Data']));
  for (const [index, { timestamp = 0 }] of lines.entries())
    expect(timestamp).toBeGreaterThan(Date.parse(records[index]?.eventTime ?? ''));
});
