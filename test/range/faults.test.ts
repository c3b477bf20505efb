import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  StartLiveTailCommand,
  type StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { Faults } from '../../src/range/faults.ts';
import { type FaultPlan, type Range, type RangeOptions, readFaultPlan, startRange } from '../../src/range/range.ts';
import { clientsOf, refusal } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

describe('the file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'range-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is read as it stands', () => {
    const path = join(folder, 'faults.json');
    const plan = {
      rules: [
        { operation: 'cloudtrail:LookupEvents', fault: 'throttle', probability: 0.3 },
        { operation: 'LOGS:*', fault: 'delay', ms: 500, from: 1, to: 2.5 },
        { operation: '*', fault: 'error', code: 'ServiceUnavailableException' },
      ],
      trail: { lagMs: [0, 900_000], disorder: 0.2, duplicates: 0.1 },
      tails: { sampled: 0.1, cut: 0.02, duplicates: 0.05, endAfterMs: 0 },
      pages: { empty: 1 },
    };
    writeFileSync(path, JSON.stringify(plan));
    expect(readFaultPlan(path)).toEqual(plan);
    writeFileSync(path, '{}');
    expect(readFaultPlan(path)).toEqual({});
  });

  test.each([
    ['{"rules": [}', 'not JSON at byte 11'],
    ['{"ü": tru}', 'not JSON at byte 7'],
    ['{"rules": [', 'not JSON at byte 11'],
    ['{"rules": [],}', 'not JSON at byte 13'],
    ['{"rules": [1 2]}', 'not JSON at byte 13'],
    ['{"rules": [1}', 'not JSON at byte 12'],
    ['{rules: []}', 'not JSON at byte 1'],
    ['{"rules" []}', 'not JSON at byte 9'],
    ['{} {}', 'not JSON at byte 3'],
    ['{"a": "b', 'not JSON at byte 6'],
    ['{"a": 01}', 'not JSON at byte 6'],
    ['', 'not JSON at byte 0'],
    ['[]', 'the plan is not an object'],
    ['null', 'the plan is not an object'],
    ['{"rule": []}', 'the plan has no member "rule"; there are rules, trail, tails, pages'],
    ['{"__proto__": {}}', 'the plan has no member "__proto__"; there are rules, trail, tails, pages'],
    ['{"rules": {}}', 'the plan.rules {} is not a list'],
    ['{"rules": [7]}', 'rules[0] is not an object'],
    ['{"rules": [{"fault": "throttle"}]}', 'rules[0] names no operation'],
    ['{"rules": [{"operation": "*"}]}', 'rules[0] names no fault'],
    [
      '{"rules": [{"operation": "logs:FilterLogEvent", "fault": "throttle"}]}',
      'rules[0].operation "logs:FilterLogEvent" is no operation that the range knows',
    ],
    [
      '{"rules": [{"operation": "*", "fault": "sleep"}]}',
      'rules[0].fault "sleep" is none of throttle, reset, lost, error, denied, delay, html, expired',
    ],
    [
      '{"rules": [{"operation": "*", "fault": "reset"}, {"operation": "*", "fault": "reset", "probability": 1.5}]}',
      'rules[1].probability 1.5 is not a number from 0 to 1',
    ],
    ['{"rules": [{"operation": "*", "fault": "delay", "ms": -1}]}', 'rules[0].ms -1 is not a number from 0 on'],
    ['{"rules": [{"operation": "*", "fault": "delay", "from": 2, "to": 1}]}', 'rules[0].from is not before .to'],
    ['{"rules": [{"operation": "*", "fault": "error", "code": ""}]}', 'rules[0].code "" is not an error code'],
    ['{"trail": {"lagMs": [2, 1]}}', 'trail.lagMs [2,1] is not [least, most]'],
    ['{"trail": {"lag": 1}}', 'trail has no member "lag"; there are lagMs, disorder, duplicates'],
    ['{"tails": []}', 'tails is not an object'],
    ['{"tails": {"cut": "often"}}', 'tails.cut "often" is not a number from 0 to 1'],
    ['{"pages": {"empty": null}}', 'pages.empty null is not a number from 0 to 1'],
  ])('%s: %s', (text, problem) => {
    const path = join(folder, 'faults.json');
    writeFileSync(path, text);
    const read = () => readFaultPlan(path);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(expect.objectContaining({ message: `${path}: ${problem}` }));
  });

  test('that cannot be read is named', () => {
    expect(() => readFaultPlan(join(folder, 'none'))).toThrow(`${join(folder, 'none')}: cannot be read: ENOENT`);
    expect(() => readFaultPlan(folder)).toThrow(`${folder}: cannot be read: EISDIR`);
  });

  test('a plan in a program is held to the same', async () => {
    const faults = { rules: [{ operation: 'nothing:*', fault: 'reset' }] } as const;
    await expect(startRange({ faults })).rejects.toThrow('faults: rules[0].operation "nothing:*" is no operation');
  });
});

describe('chance', () => {
  const plan: FaultPlan = {
    rules: [
      { operation: 'logs:*', fault: 'throttle', probability: 0.3 },
      { operation: '*', fault: 'delay', ms: 10, probability: 0.5 },
      { operation: '*', fault: 'reset', probability: 0.2 },
    ],
  };
  const drawn = (seed: number) => {
    const faults = new Faults(plan, seed, 0);
    return Array.from({ length: 2000 }, () => faults.meet('logs:FilterLogEvents', 0));
  };

  test('is the same for the same seed, and as often as asked for', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
    const count = (wanted: (ordeal: ReturnType<Faults['meet']>) => boolean) => drawn(7).filter(wanted).length / 2000;
    expect(count(({ rule }) => rule?.fault === 'throttle')).toBeCloseTo(0.3, 1);
    // The first rule that hits counts.
    expect(count(({ rule }) => rule?.fault === 'reset')).toBeCloseTo(0.7 * 0.2, 1);
    expect(count(({ delayMs }) => delayMs === 10)).toBeCloseTo(0.5, 1);
  });

  test('rules meet only their operations, in their time', () => {
    const faults = new Faults(
      { rules: [{ operation: 'cloudtrail:Lookup*', fault: 'reset', from: 10, to: 20 }] },
      1,
      1_000_000,
    );
    const meets = (name: string, seconds: number) => faults.meet(name, 1_000_000 + seconds * 1000).rule !== undefined;
    expect([9.9, 10, 19.9, 20].map((seconds) => meets('cloudtrail:LookupEvents', seconds))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(meets('cloudtrail:DescribeTrails', 15)).toBe(false);
  });
});

let clock: ManualClock;
let range: Range;
let clients: ReturnType<typeof clientsOf>;
async function start(faults: FaultPlan, options: RangeOptions = {}): Promise<void> {
  clock = new ManualClock();
  range = await startRange({ ...options, faults }, clock);
  clients = clientsOf(range);
}
const listEndpoints = () => clients.sagemaker.send(new ListEndpointsCommand({}));
const listRoles = () => clients.iam.send(new ListRolesCommand({}));

describe('what a request meets', () => {
  afterEach(() => range.close());

  test.each<[NonNullable<FaultPlan['rules']>[number], { name: string; message?: string }, { name: string }]>([
    [
      { operation: '*', fault: 'throttle' },
      { name: 'ThrottlingException', message: 'Rate exceeded' },
      { name: 'Throttling' },
    ],
    [{ operation: '*', fault: 'error' }, { name: 'InternalFailure' }, { name: 'InternalFailure' }],
    [
      { operation: '*', fault: 'error', code: 'ServiceUnavailableException' },
      { name: 'ServiceUnavailableException' },
      { name: 'ServiceUnavailableException' },
    ],
    [
      { operation: '*', fault: 'denied' },
      {
        name: 'AccessDeniedException',
        message:
          'User: arn:aws:sts::111122223333:assumed-role/OnCall/on-call is not authorized to perform: sagemaker:ListEndpoints on resource: * because no identity-based policy allows the sagemaker:ListEndpoints action',
      },
      { name: 'AccessDenied' },
    ],
    [{ operation: '*', fault: 'expired' }, { name: 'ExpiredTokenException' }, { name: 'ExpiredToken' }],
  ])('%o over JSON and over XML', async (rule, json, xml) => {
    await start({ rules: [rule] });
    expect(await refusal(listEndpoints())).toMatchObject(json);
    expect(await refusal(listRoles())).toMatchObject(xml);
  });

  const send = (operation: string) =>
    fetch(range.endpoint, {
      method: 'POST',
      body: '{}',
      headers: {
        'x-amz-target': operation,
        'x-amz-security-token': range.credentials.sessionToken,
        authorization: `AWS4-HMAC-SHA256 Credential=${range.credentials.accessKeyId}/20261123/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=x`,
      },
    });

  test('codes of servers come with HTTP 500, others with 400', async () => {
    await start({
      rules: [
        { operation: '*', fault: 'error', to: 10 },
        { operation: '*', fault: 'error', code: 'InvalidNextTokenException' },
      ],
    });
    expect((await send('SageMaker.ListEndpoints')).status).toBe(500);
    await clock.advance(10_000);
    expect((await send('SageMaker.ListEndpoints')).status).toBe(400);
  });

  test('a page of a proxy', async () => {
    await start({ rules: [{ operation: 'sagemaker:*', fault: 'html' }] });
    const response = await send('SageMaker.ListEndpoints');
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toMatch(/^<html>/);
    expect((await listRoles()).Roles?.length).toBeGreaterThan(0);
  });

  test('a reset connection: half of the times the work is done', async () => {
    await start({ rules: [{ operation: 'logs:CreateLogGroup', fault: 'reset' }] });
    const names = Array.from({ length: 20 }, (_, index) => `/made/${index}`);
    for (const logGroupName of names)
      expect(await refusal(clients.logs.send(new CreateLogGroupCommand({ logGroupName })))).toMatchObject({
        message: expect.stringMatching(/socket hang up|ECONNRESET/),
      });
    const { logGroups } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/made/' }));
    expect(logGroups?.length).toBeGreaterThan(4);
    expect(logGroups?.length).toBeLessThan(16);
    expect((await range.control.requests())['logs:CreateLogGroup']).toBe(20);
  });

  test('a tail whose answer is reset holds no place', async () => {
    await start({ rules: [{ operation: 'logs:StartLiveTail', fault: 'reset' }] });
    const logGroupIdentifiers = ['arn:aws:logs:us-east-1:111122223333:log-group:/aws/sagemaker/Endpoints/fraud-scorer'];
    for (let count = 0; count < 10; count += 1) {
      await refusal(clients.logs.send(new StartLiveTailCommand({ logGroupIdentifiers })));
      await clock.advance(200);
    }
    expect(await range.control.openTails()).toBe(0);
  });

  test('a delay', async () => {
    await start({ rules: [{ operation: '*', fault: 'delay', ms: 700 }] });
    const at = clock.now();
    let answeredAt = 0;
    const answer = listEndpoints().then(({ Endpoints }) => {
      answeredAt = clock.now();
      return Endpoints;
    });
    await vi.waitFor(async () => expect(await range.control.requests()).toEqual({ 'sagemaker:ListEndpoints': 1 }));
    await clock.advance(699);
    expect(answeredAt).toBe(0);
    await clock.advance(1);
    expect(await answer).toHaveLength(4);
    expect(answeredAt).toBe(at + 700);
  });

  test('the same seed: the same faults', async () => {
    const outcomes = async (seed: number) => {
      await start({ rules: [{ operation: 'sagemaker:*', fault: 'throttle', probability: 0.5 }] }, { seed });
      const found: string[] = [];
      for (let count = 0; count < 20; count += 1)
        found.push(
          await listEndpoints().then(
            () => 'fine',
            (error: Error) => error.name,
          ),
        );
      return found;
    };
    const first = await outcomes(3);
    await range.close();
    expect(new Set(first)).toEqual(new Set(['fine', 'ThrottlingException']));
    expect(await outcomes(3)).toEqual(first);
    await range.close();
    expect(await outcomes(4)).not.toEqual(first);
  });

  test("never the range's own actors", async () => {
    await start({ rules: [{ operation: '*', fault: 'denied' }] }, { scenario: 'presigned-url-hijack', speed: 10 });
    for (let minute = 0; minute < 60 && range.story.get().state === 'running'; minute += 1) await clock.advance(60_000);
    expect(range.story.get().state).toBe('attacker-reached-goal');
    expect(await refusal(listEndpoints())).toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('tails and pages', () => {
  afterEach(async () => {
    clients.logs.destroy();
    await range.close();
  });
  const group = '/app/orders';

  async function makeGroup(): Promise<void> {
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    await clients.logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: 's' }));
  }
  const put = (messages: readonly string[]) =>
    clients.logs.send(
      new PutLogEventsCommand({
        logGroupName: group,
        logStreamName: 's',
        logEvents: messages.map((message) => ({ timestamp: clock.now(), message })),
      }),
    );
  async function tail(): Promise<AsyncIterator<StartLiveTailResponseStream>> {
    await makeGroup();
    const { responseStream } = await clients.logs.send(
      new StartLiveTailCommand({ logGroupIdentifiers: [`arn:aws:logs:us-east-1:111122223333:log-group:${group}`] }),
    );
    const items = (responseStream as AsyncIterable<StartLiveTailResponseStream>)[Symbol.asyncIterator]();
    await items.next();
    return items;
  }
  async function update(items: AsyncIterator<StartLiveTailResponseStream>) {
    await clock.advance(1000);
    const { sessionUpdate } = ((await items.next()) as { value: StartLiveTailResponseStream }).value;
    return {
      sampled: sessionUpdate?.sessionMetadata?.sampled,
      messages: (sessionUpdate?.sessionResults ?? []).map(({ message }) => message),
    };
  }

  test('a sample lacks lines and says so', async () => {
    await start({ tails: { sampled: 1 } });
    const items = await tail();
    const lines = Array.from({ length: 100 }, (_, index) => `${index}`);
    await put(lines);
    const { messages, sampled } = await update(items);
    expect(sampled).toBe(true);
    expect(messages.length).toBeLessThan(100);
    expect(messages).toEqual(lines.filter((line) => messages.includes(line)));
    // Where there was nothing to lose nothing is said to be lost.
    expect(await update(items)).toEqual({ sampled: false, messages: [] });
  });

  test('lines come again in the next update', async () => {
    await start({ tails: { duplicates: 1 } });
    const items = await tail();
    await put(['a', 'b']);
    expect((await update(items)).messages).toEqual(['a', 'b']);
    await put(['c']);
    expect((await update(items)).messages).toEqual(['a', 'b', 'c']);
    expect((await update(items)).messages).toEqual(['c']);
  });

  test('a connection is cut', async () => {
    await start({ tails: { cut: 1 } });
    const items = await tail();
    const broken = items.next().catch((error: Error) => error);
    await clock.advance(1000);
    expect(await broken).toMatchObject({ message: 'aborted', code: 'ECONNRESET' });
    expect(await range.control.openTails()).toBe(0);
  });

  test('a session ends as if nothing were wrong', async () => {
    await start({ tails: { endAfterMs: 2500 } });
    const items = await tail();
    expect((await update(items)).sampled).toBe(false);
    expect((await update(items)).sampled).toBe(false);
    await clock.advance(500);
    expect(await items.next()).toMatchObject({ done: true });
    expect(await range.control.openTails()).toBe(0);
  });

  test('pages are empty more often', async () => {
    await start({ pages: { empty: 0.5 } });
    await makeGroup();
    await put(['a', 'b', 'c', 'd']);
    const found: (string | undefined)[] = [];
    const tokens = new Set<string>();
    let empty = 0;
    let nextToken: string | undefined;
    do {
      await clock.advance(100);
      const page = await clients.logs.send(
        new FilterLogEventsCommand({ logGroupName: group, startTime: 1, limit: 1, nextToken }),
      );
      if (page.events?.length === 0) empty += 1;
      found.push(...(page.events ?? []).map(({ message }) => message));
      nextToken = page.nextToken;
      if (nextToken !== undefined) {
        expect(tokens).not.toContain(nextToken);
        tokens.add(nextToken);
      }
    } while (nextToken !== undefined);
    expect(found).toEqual(['a', 'b', 'c', 'd']);
    expect(empty).toBeGreaterThan(0);
  });
});
