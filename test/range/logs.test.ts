import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, refusal } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

let clock: ManualClock;
let range: Range;
let clients: ReturnType<typeof clientsOf>;
beforeEach(async () => {
  clock = new ManualClock();
  range = await startRange({}, clock);
  clients = clientsOf(range);
});
afterEach(() => range.close());

const group = '/app/orders';
const arnOf = (name: string) => `arn:aws:logs:us-east-1:111122223333:log-group:${name}`;

async function makeGroup(...streams: readonly string[]): Promise<void> {
  await clients.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  for (const logStreamName of streams)
    await clients.logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
}
const put = (logStreamName: string, lines: readonly (readonly [timestamp: number, message: string])[]) =>
  clients.logs.send(
    new PutLogEventsCommand({
      logGroupName: group,
      logStreamName,
      logEvents: lines.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  );
const filter = (input: FilterLogEventsCommandInput) => clients.logs.send(new FilterLogEventsCommand(input));
const filterGroup = (input: FilterLogEventsCommandInput = {}) =>
  filter({ logGroupName: group, startTime: 1, ...input });
const messagesOf = ({ events = [] }: { readonly events?: { readonly message?: string | undefined }[] | undefined }) =>
  events.map(({ message }) => message);

/** Every page of a search, each as its messages. */
async function pages(input: FilterLogEventsCommandInput): Promise<readonly (readonly (string | undefined)[])[]> {
  const found: (string | undefined)[][] = [];
  let nextToken: string | undefined;
  do {
    // The rate limit is real: 25 a second.
    await clock.advance(100);
    const page = await filter({ logGroupName: group, ...input, nextToken });
    expect(page.searchedLogStreams).toEqual([]);
    found.push(messagesOf(page));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

describe('DescribeLogGroups', () => {
  test('lists by prefix and pattern, in pages', async () => {
    const all = await clients.logs.send(new DescribeLogGroupsCommand({}));
    const names = (all.logGroups ?? []).map(({ logGroupName }) => logGroupName ?? '');
    expect(names).toContain('/aws/sagemaker/Endpoints/fraud-scorer');
    expect(names).toEqual([...names].sort());
    const byPrefix = await clients.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/sagemaker/Endpoints/fraud' }),
    );
    const name = '/aws/sagemaker/Endpoints/fraud-scorer';
    expect(byPrefix.logGroups).toEqual([
      {
        logGroupName: name,
        creationTime: expect.any(Number),
        metricFilterCount: 0,
        arn: `${arnOf(name)}:*`,
        logGroupArn: arnOf(name),
        storedBytes: 0,
        logGroupClass: 'STANDARD',
      },
    ]);
    const byPattern = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'fraud-sc' }));
    expect(byPattern.logGroups).toEqual([
      { logGroupName: name, creationTime: expect.any(Number), arn: `${arnOf(name)}:*` },
    ]);
    const collected: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await clients.logs.send(new DescribeLogGroupsCommand({ limit: 2, nextToken }));
      expect(page.logGroups?.length).toBeLessThanOrEqual(2);
      collected.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(collected).toEqual(names);
  });

  test.each([
    [{ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }, 'mutually exclusive'],
    [{ limit: 51 }, "Value '51' at 'limit' failed to satisfy constraint"],
    [{ nextToken: 'x' }, 'The specified nextToken is invalid.'],
  ])('%o is refused', async (input, message) => {
    expect(await refusal(clients.logs.send(new DescribeLogGroupsCommand(input)))).toEqual({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  test('another Region has none', async () => {
    const { logs } = clientsOf({ ...range, region: 'eu-south-2' });
    expect((await logs.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
  });
});

test('DescribeLogStreams tells the last line up to an hour late', async () => {
  await makeGroup('a', 'b', 'empty');
  const first = clock.now();
  await put('b', [[first, 'b1']]);
  await put('a', [[first - 5, 'a1']]);
  await clock.advance(60_000);
  await put('b', [[clock.now(), 'b2']]);
  const streams = async (input = {}) =>
    (await clients.logs.send(new DescribeLogStreamsCommand({ logGroupName: group, ...input }))).logStreams ?? [];
  expect(await streams({ logStreamNamePrefix: 'b' })).toEqual([
    {
      logStreamName: 'b',
      creationTime: first,
      firstEventTimestamp: first,
      lastEventTimestamp: first,
      lastIngestionTime: clock.now(),
      arn: `${arnOf(group)}:log-stream:b`,
      storedBytes: 0,
    },
  ]);
  const names = async (input = {}) => (await streams(input)).map(({ logStreamName }) => logStreamName);
  expect(await names()).toEqual(['a', 'b', 'empty']);
  expect(await names({ orderBy: 'LastEventTime', descending: true })).toEqual(['b', 'a', 'empty']);
  await clock.advance(3_600_000);
  await put('b', [[clock.now(), 'b3']]);
  expect((await streams({ logStreamNamePrefix: 'b' }))[0]?.lastEventTimestamp).toBe(clock.now());
  expect(await refusal(streams({ orderBy: 'LastEventTime', logStreamNamePrefix: 'b' }))).toMatchObject({
    name: 'InvalidParameterException',
  });
});

describe('FilterLogEvents', () => {
  test('sorts by time, takes both ends of the window, chooses streams and lines', async () => {
    await makeGroup('web/1', 'web/2', 'db');
    const t = clock.now();
    await put('web/1', [
      [t, 'GET a'],
      [t + 20, 'GET c'],
    ]);
    await put('web/2', [[t + 10, 'GET b']]);
    await put('db', [
      [t + 20, 'SELECT'],
      [t + 30, 'COMMIT'],
    ]);
    expect(messagesOf(await filterGroup())).toEqual(['GET a', 'GET b', 'GET c', 'SELECT', 'COMMIT']);
    expect(messagesOf(await filterGroup({ startTime: t + 10, endTime: t + 20 }))).toEqual(['GET b', 'GET c', 'SELECT']);
    expect(messagesOf(await filterGroup({ logStreamNamePrefix: 'web/' }))).toEqual(['GET a', 'GET b', 'GET c']);
    expect(messagesOf(await filterGroup({ logStreamNames: ['db', 'web/2'] }))).toEqual(['GET b', 'SELECT', 'COMMIT']);
    expect(messagesOf(await filterGroup({ filterPattern: 'GET -b' }))).toEqual(['GET a', 'GET c']);
    expect(messagesOf(await filterGroup({ startFromHead: false, startTime: t, limit: 2 }))).toEqual([
      'COMMIT',
      'SELECT',
    ]);
    const byArn = await filter({ logGroupIdentifier: arnOf(group), startTime: t, limit: 1 });
    expect(byArn.events).toEqual([
      {
        logStreamName: 'web/1',
        timestamp: t,
        message: 'GET a',
        ingestionTime: t,
        eventId: expect.stringMatching(/^\d{56}$/),
      },
    ]);
  });

  test('pages go on where the last one ended, in both directions, whatever comes in between', async () => {
    await makeGroup('s');
    const t = clock.now();
    await put(
      's',
      Array.from({ length: 10 }, (_, index) => [t + index, `line ${index}`] as const),
    );
    const numbers = (page: readonly (readonly (string | undefined)[])[]) => page.map((one) => one.length);
    const forwards = await pages({ startTime: t, endTime: t + 9, limit: 4 });
    expect(numbers(forwards)).toEqual([4, 4, 2]);
    const backwards = await pages({ startTime: t, endTime: t + 9, limit: 4, startFromHead: false });
    expect(backwards.flat()).toEqual(forwards.flat().reverse());
    const first = await filterGroup({ startTime: t, limit: 4 });
    await put('s', [
      [t + 1, 'late'],
      [t + 4, 'late but ahead'],
    ]);
    const second = await filterGroup({ startTime: t, limit: 100, nextToken: first.nextToken });
    expect(messagesOf(second).slice(0, 2)).toEqual(['line 4', 'late but ahead']);
    expect(messagesOf(second)).not.toContain('late');
  });

  test('a page holds 1 MB at most', async () => {
    await makeGroup('s');
    const t = clock.now();
    for (let index = 0; index < 5; index += 1) await put('s', [[t + index, `${index}`.repeat(400 * 1024)]]);
    const found = await pages({ startTime: t, filterPattern: '-nothing' });
    expect(found.map((page) => page.map((message) => message?.[0]).join(''))).toEqual(['01', '23', '4']);
  });

  test('pages without lines and with a token are normal', async () => {
    await makeGroup('s');
    const t = clock.now();
    await put(
      's',
      Array.from({ length: 9_999 }, (_, index) => [t + index, `noise ${index}`] as const),
    );
    await put(
      's',
      Array.from({ length: 3_000 }, (_, index) => [t + 10_000 + index, index === 2_999 ? 'found' : 'noise'] as const),
    );
    expect(await pages({ startTime: t, filterPattern: 'found' })).toEqual([[], [], ['found']]);
    expect(await pages({ startTime: t, filterPattern: 'nowhere' })).toEqual([[], [], []]);
    // Without a start the search begins long before the first line.
    expect(await pages({ filterPattern: 'found' })).toEqual([[], [], [], ['found']]);
  });

  test('a token is good for its own search and for a day', async () => {
    // Everybody else pauses a hundred times as long: a day of their calls is not what this waits for.
    await range.close();
    range = await startRange({ speed: 0.01 }, clock);
    clients = clientsOf(range);
    await makeGroup('s');
    const t = clock.now();
    await put('s', [
      [t, 'a'],
      [t + 1, 'b'],
    ]);
    const { nextToken } = await filterGroup({ startTime: t, limit: 1 });
    expect(messagesOf(await filterGroup({ startTime: t, limit: 5, nextToken }))).toEqual(['b']);
    const wrong = { name: 'InvalidParameterException', message: 'The specified nextToken is invalid.' };
    expect(await refusal(filterGroup({ startTime: t + 1, nextToken }))).toEqual(wrong);
    expect(await refusal(filterGroup({ startTime: t, filterPattern: 'b', nextToken }))).toEqual(wrong);
    expect(await refusal(filterGroup({ startTime: t, nextToken: 'bnVsbA' }))).toEqual(wrong);
    await clock.advance(25 * 3_600_000);
    // A day on, the session has run out as well.
    await range.control.renewCredentials();
    expect(await refusal(filterGroup({ startTime: t, nextToken }))).toEqual(wrong);
  });

  test.each<[FilterLogEventsCommandInput, string, string]>([
    [{ logGroupName: '/none' }, 'ResourceNotFoundException', 'The specified log group does not exist.'],
    [
      { logGroupIdentifier: arnOf(group).replace('us-east-1', 'eu-west-1') },
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ],
    [
      { logGroupName: group, logStreamNames: ['none'] },
      'ResourceNotFoundException',
      'The specified log stream does not exist.',
    ],
    [{ logGroupName: group, logGroupIdentifier: group }, 'InvalidParameterException', 'but not both'],
    [{}, 'InvalidParameterException', 'You must include one of'],
    [{ logGroupIdentifier: `${arnOf(group)}:*` }, 'InvalidParameterException', 'regular expression pattern'],
    [{ logGroupName: group, startTime: 2, endTime: 1 }, 'InvalidParameterException', 'startTime'],
    [
      { logGroupName: group, logStreamNames: ['s'], logStreamNamePrefix: 's' },
      'InvalidParameterException',
      'cannot both be specified',
    ],
    [{ logGroupName: group, filterPattern: 'a-b' }, 'InvalidParameterException', "Invalid character(s) in term 'a-b'"],
    [{ logGroupName: group, limit: 10_001 }, 'InvalidParameterException', "Value '10001' at 'limit'"],
    [{ logGroupName: group, startFromHead: false, startTime: 1 }, 'InvalidParameterException', 'startFromHead'],
  ])('refuses %o with %s', async (input, name, message) => {
    await makeGroup('s');
    expect(await refusal(filter(input))).toEqual({ name, message: expect.stringContaining(message) });
  });

  test('25 requests a second in us-east-1, 5 in eu-central-1', async () => {
    await makeGroup('s');
    const { logs } = clientsOf({ ...range, region: 'eu-central-1' });
    await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    for (const [client, limit] of [
      [clients.logs, 25],
      [logs, 5],
    ] as const) {
      const ask = () => client.send(new FilterLogEventsCommand({ logGroupName: group }));
      for (let index = 0; index < limit; index += 1) await ask();
      expect(await refusal(ask())).toEqual({ name: 'ThrottlingException', message: 'Rate exceeded' });
    }
  });

  test('equal lines of one millisecond are two lines', async () => {
    await makeGroup('s');
    const t = clock.now();
    await put('s', [
      [t, 'twin'],
      [t, 'twin'],
    ]);
    const { events = [] } = await filterGroup();
    expect(events).toHaveLength(2);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2);
  });
});

describe('GetLogEvents', () => {
  const get = (input: Partial<GetLogEventsCommandInput> = {}) =>
    clients.logs.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's', ...input }));

  test('reads both ways until the token stays the same', async () => {
    await makeGroup('s', 'other');
    const t = clock.now();
    await put('other', [[t + 1, 'not this']]);
    await put(
      's',
      Array.from({ length: 5 }, (_, index) => [t + index, `${index}`] as const),
    );
    const newest = await get({ limit: 2 });
    expect(messagesOf(newest)).toEqual(['3', '4']);
    const before = await get({ limit: 2, nextToken: newest.nextBackwardToken });
    expect(messagesOf(before)).toEqual(['1', '2']);
    const oldest = await get({ limit: 2, nextToken: before.nextBackwardToken });
    expect(messagesOf(oldest)).toEqual(['0']);
    const beyond = await get({ limit: 2, nextToken: oldest.nextBackwardToken });
    expect(messagesOf(beyond)).toEqual([]);
    expect(beyond.nextBackwardToken).toBe(oldest.nextBackwardToken);
    expect(messagesOf(await get({ nextToken: beyond.nextForwardToken }))).toEqual(['0', '1', '2', '3', '4']);

    const end = await get({ nextToken: newest.nextForwardToken });
    expect(messagesOf(end)).toEqual([]);
    expect(end.nextForwardToken).toBe(newest.nextForwardToken);
    expect(messagesOf(await get({ limit: 1, nextToken: end.nextBackwardToken }))).toEqual(['4']);
    await put('s', [[t + 9, 'new']]);
    expect(messagesOf(await get({ nextToken: end.nextForwardToken }))).toEqual(['new']);
  });

  test('the end time is not included; the head comes first when asked', async () => {
    await makeGroup('s');
    const t = clock.now();
    await put(
      's',
      Array.from({ length: 3 }, (_, index) => [t + index, `${index}`] as const),
    );
    expect(messagesOf(await get({ startTime: t + 1, endTime: t + 2 }))).toEqual(['1']);
    expect(messagesOf(await get({ startFromHead: true, limit: 1 }))).toEqual(['0']);
  });

  test('an empty stream has an end as well', async () => {
    await makeGroup('s');
    const { events, nextForwardToken } = await get();
    expect(events).toEqual([]);
    expect((await get({ nextToken: nextForwardToken })).nextForwardToken).toBe(nextForwardToken);
    expect(await refusal(get({ nextToken: 'x' }))).toMatchObject({ name: 'InvalidParameterException' });
    expect(await refusal(get({ logStreamName: 'none' }))).toEqual({
      name: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    });
  });
});

describe('writing', () => {
  test('groups and streams are made once, kept for so long, and deleted', async () => {
    await makeGroup('s');
    expect(await refusal(makeGroup())).toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 30 }));
    const find = async () =>
      (await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }))).logGroups;
    expect(await find()).toMatchObject([{ retentionInDays: 30 }]);
    expect(
      await refusal(clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 2 }))),
    ).toMatchObject({ name: 'InvalidParameterException' });
    await clients.logs.send(new DeleteLogGroupCommand({ logGroupName: group }));
    expect(await find()).toEqual([]);
    expect(await refusal(clients.logs.send(new DeleteLogGroupCommand({ logGroupName: group })))).toEqual({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });

  test('lines that are too old or too new are left out and named', async () => {
    await makeGroup('s');
    const t = clock.now();
    const day = 86_400_000;
    const { rejectedLogEventsInfo } = await put('s', [
      [t - 15 * day, 'old'],
      [t, 'fine'],
      [t + day, 'new'],
    ]);
    expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
    expect(messagesOf(await filterGroup())).toEqual(['fine']);
    expect(
      await refusal(
        put('s', [
          [t, 'a'],
          [t - 1, 'b'],
        ]),
      ),
    ).toMatchObject({ name: 'InvalidParameterException', message: expect.stringContaining('chronological order') });
    expect(await refusal(put('none', [[t, 'a']]))).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('policies decide, on the ARN of the group with its streams', async () => {
  await makeGroup('s');
  await clients.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'ci-deployer',
      PolicyName: 'logs',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'logs:Filter*', Resource: `${arnOf(group)}:*` },
      }),
    }),
  );
  await clock.advance(5000);
  const { Credentials } = await clients.sts.send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/ci-deployer', RoleSessionName: 'me' }),
  );
  const { logs } = clientsOf(range, {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  });
  await logs.send(new FilterLogEventsCommand({ logGroupName: group }));
  expect(
    await refusal(logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/Endpoints/fraud-scorer' }))),
  ).toEqual({
    name: 'AccessDeniedException',
    message: `User: arn:aws:sts::111122223333:assumed-role/ci-deployer/me is not authorized to perform: logs:FilterLogEvents on resource: ${arnOf('/aws/sagemaker/Endpoints/fraud-scorer')}:log-stream: because no identity-based policy allows the logs:FilterLogEvents action`,
  });
});

test('CloudTrail records what describes and changes, not what reads and writes lines', async () => {
  await makeGroup('s');
  await put('s', [[clock.now(), 'x']]);
  await filterGroup();
  await clients.logs.send(new DescribeLogStreamsCommand({ logGroupName: group }));
  await clock.advance(100_000);
  const { Events = [] } = await clients.cloudtrail.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'logs.amazonaws.com' }],
    }),
  );
  expect(Events.map(({ EventName }) => EventName).sort()).toEqual([
    'CreateLogGroup',
    'CreateLogStream',
    'DescribeLogStreams',
  ]);
});
