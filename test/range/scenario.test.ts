import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DeleteRolePolicyCommand,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  ListEndpointsCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, type TrailRecord } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

const minute = 60_000;
const denyAll = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

const open: Range[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((range) => range.close()));
});

async function play(options: { truth?: string; seed?: number; speed?: number } = {}) {
  const clock = new ManualClock();
  const range = await startRange({ scenario: 'presigned-url-hijack', ...options }, clock);
  open.push(range);
  return { clock, range, ...clientsOf(range) };
}

/** Every published record of the account, oldest first. */
async function records(range: Range, clock: ManualClock, since: number): Promise<readonly TrailRecord[]> {
  const { cloudtrail } = clientsOf(range);
  const found: TrailRecord[] = [];
  const window = { StartTime: new Date(since), EndTime: new Date(clock.now()) };
  let token: string | undefined;
  do {
    await clock.advance(1000);
    const page = await cloudtrail.send(new LookupEventsCommand({ ...window, ...(token ? { NextToken: token } : {}) }));
    for (const event of page.Events ?? []) found.push(JSON.parse(event.CloudTrailEvent ?? '{}'));
    token = page.NextToken;
  } while (token);
  return found.reverse();
}

describe('presigned-url-hijack', () => {
  test('untouched, the attacker reaches his goal', async () => {
    const { clock, range } = await play();
    const start = clock.now();
    expect(range.story.get().state).toBe('running');
    await clock.advance(20 * minute);
    expect(range.story.get().state).toBe('running');
    await clock.advance(5 * minute);
    expect(range.story.get()).toMatchObject({ state: 'attacker-reached-goal', startedAt: start });
    expect(range.story.get().ending).not.toBe('');
    await clock.advance(5 * minute);
    const all = (await records(range, clock, start - 60 * minute)).map((record) => ({
      who: record.userIdentity.userName ?? record.userIdentity.arn ?? record.userIdentity.invokedBy,
      ip: record.sourceIPAddress,
      name: record.eventName,
      error: record.errorCode,
    }));
    const attack = all.filter(({ ip }) => ip === '198.51.100.7');
    expect(attack.filter(({ error }) => error)).toEqual([]);
    expect([...new Set(attack.map(({ name }) => name))]).toEqual([
      'GetCallerIdentity',
      'ListNotebookInstances',
      'ListEndpoints',
      'CreatePresignedNotebookInstanceUrl',
      'ListRolePolicies',
      'PutRolePolicy',
      'CreateNotebookInstanceLifecycleConfig',
      'StopNotebookInstance',
      'UpdateNotebookInstance',
      'StartNotebookInstance',
      'DescribeEndpoint',
      'DescribeEndpointConfig',
      'DescribeModel',
      'CreateEndpointConfig',
      'UpdateEndpoint',
    ]);
    expect(all.filter(({ error }) => error)).toEqual([]);
    expect(new Set(all.filter(({ ip }) => ip !== '198.51.100.7').map(({ who }) => who))).toEqual(
      new Set([
        'alice',
        'arn:aws:sts::111122223333:assumed-role/ds-team/bob',
        'arn:aws:sts::111122223333:assumed-role/ci-deployer/github-actions',
        'sagemaker.amazonaws.com',
      ]),
    );
  });

  test('an hour of history is visible at once, the first steps soon after the start', async () => {
    const { clock, range } = await play({ speed: 20 });
    const start = clock.now();
    expect((await records(range, clock, start - 60 * minute)).length).toBeGreaterThanOrEqual(60);
    await clock.advance(2500);
    const seen = await records(range, clock, start);
    expect(seen.some((record) => record.sourceIPAddress === '198.51.100.7')).toBe(true);
  });

  test('with the siphon in place, cutting every identity is too late', async () => {
    const { clock, range, iam } = await play();
    await clock.advance(13 * minute);
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'alice' }));
    await iam.send(
      new UpdateAccessKeyCommand({
        UserName: 'alice',
        AccessKeyId: AccessKeyMetadata?.[0]?.AccessKeyId,
        Status: 'Inactive',
      }),
    );
    await iam.send(new PutRolePolicyCommand({ RoleName: 'ds-exec', PolicyName: 'IR-deny', PolicyDocument: denyAll }));
    await clock.advance(13 * minute);
    expect(range.story.get().state).toBe('attacker-reached-goal');
  });

  test('a deleted endpoint is recreated unless he is denied', async () => {
    const { clock, range, iam, sagemaker } = await play();
    await clock.advance(14 * minute);
    await sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'fraud-scorer' }));
    await clock.advance(5 * minute);
    const again = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'fraud-scorer' }));
    expect(again).toMatchObject({ EndpointConfigName: 'fraud-scorer-v4', EndpointStatus: 'Creating' });
    await clock.advance(3 * minute);
    await iam.send(new PutRolePolicyCommand({ RoleName: 'ds-exec', PolicyName: 'IR-deny', PolicyDocument: denyAll }));
    await clock.advance(5000);
    await sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'fraud-scorer' }));
    await clock.advance(10 * minute);
    expect(range.story.get().state).toBe('attacker-stopped');
    const { Endpoints } = await sagemaker.send(new ListEndpointsCommand({ NameContains: 'fraud' }));
    expect(Endpoints).toEqual([]);
  });

  test('a roll-back is undone by him as long as he may', async () => {
    const { clock, range, sagemaker, iam } = await play();
    await clock.advance(15 * minute);
    await sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'fraud-scorer', EndpointConfigName: 'fraud-scorer-v3' }),
    );
    await clock.advance(6 * minute);
    const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'fraud-scorer' }));
    expect(endpoint.PendingDeploymentSummary?.EndpointConfigName ?? endpoint.EndpointConfigName).toBe(
      'fraud-scorer-v4',
    );
    expect(range.story.get().state).toBe('running');
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'ds-exec', PolicyName: 'ds-exec-extra' }));
  });
});

describe('the truth file', () => {
  test('is the same for the same seed, speed and start, and another one for another seed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'range-'));
    try {
      const texts: string[] = [];
      for (const [index, seed] of [7, 7, 8].entries()) {
        const truth = join(directory, `truth-${index}`);
        const { clock, range } = await play({ truth, seed, speed: 20 });
        await clock.advance(75_000);
        await range.close();
        texts.push(await readFile(truth, 'utf8'));
      }
      expect(texts[1]).toBe(texts[0]);
      expect(texts[2]).not.toBe(texts[0]);
      const lines = (texts[0] ?? '')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.length).toBeGreaterThan(120);
      expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
      expect(Object.keys(lines[0])).toEqual(['kind', 'id', 'time', 'publishedAt', 'route']);
      for (const { time, publishedAt } of lines) expect(publishedAt >= time).toBe(true);
      // Late events interleave: published in another order than they happened.
      const times = lines.map(({ time }) => time);
      expect(times).not.toEqual([...times].sort());
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
