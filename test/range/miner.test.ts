import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListAccessKeysCommand, PutRolePolicyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import {
  ListProcessingJobsCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
  StopProcessingJobCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, type TrailRecord } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const denyAll = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

const open: Range[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((range) => range.close()));
});

async function play(options: { truth?: string; seed?: number; speed?: number } = {}) {
  const clock = new ManualClock();
  const range = await startRange({ scenario: 'passrole-miner', ...options }, clock);
  open.push(range);
  const { accessKeyId, secretAccessKey, sessionToken } = range.credentials;
  const elsewhere = new SageMakerClient({
    endpoint: range.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  return { clock, range, elsewhere, ...clientsOf(range) };
}
type Played = Awaited<ReturnType<typeof play>>;

/** Names of the miners' jobs that run, by Region and kind. */
async function mining({ elsewhere, sagemaker }: Played): Promise<readonly string[]> {
  const names: string[] = [];
  for (const client of [sagemaker, elsewhere]) {
    const jobs = await client.send(
      new ListTrainingJobsCommand({ NameContains: 'dist-train', StatusEquals: 'InProgress', MaxResults: 100 }),
    );
    const prepared = await client.send(
      new ListProcessingJobsCommand({ NameContains: 'data-prep', StatusEquals: 'InProgress', MaxResults: 100 }),
    );
    names.push(...(jobs.TrainingJobSummaries ?? []).map(({ TrainingJobName }) => String(TrainingJobName)));
    names.push(...(prepared.ProcessingJobSummaries ?? []).map(({ ProcessingJobName }) => String(ProcessingJobName)));
  }
  return names.sort();
}

/** Stops every job of the miners in both Regions. */
async function stopAll(played: Played): Promise<void> {
  for (const name of await mining(played))
    for (const client of [played.sagemaker, played.elsewhere])
      await (name.startsWith('data-prep')
        ? client.send(new StopProcessingJobCommand({ ProcessingJobName: name }))
        : client.send(new StopTrainingJobCommand({ TrainingJobName: name }))
      )
        // It runs in one of the two Regions only.
        .catch((error: Error) => expect(error.message).toMatch(/not found|Could not find/));
}

async function deactivate({ iam }: Played, count = 2): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: 'ci-batch' }));
  expect(AccessKeyMetadata).toHaveLength(2);
  for (const { AccessKeyId } of AccessKeyMetadata.slice(0, count))
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'ci-batch', AccessKeyId, Status: 'Inactive' }));
}

describe('passrole-miner', () => {
  test('untouched, the miners reach their goal, in two Regions', async () => {
    const played = await play();
    const { clock, cloudtrail, logs, range } = played;
    const start = clock.now();
    // Two of the jobs run already, and nothing of the last hour says who began them.
    expect(await mining(played)).toEqual(['dist-train-a-1', 'dist-train-b-1']);
    const window = { StartTime: new Date(start - hour), EndTime: new Date(start) };
    const creations = {
      LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: 'CreateTrainingJob' }],
    };
    expect((await cloudtrail.send(new LookupEventsCommand({ ...window, ...creations }))).Events).toEqual([]);
    await clock.advance(1000);
    const before = await cloudtrail.send(
      new LookupEventsCommand({ ...window, StartTime: new Date(start - 4 * hour), ...creations }),
    );
    const record = JSON.parse(before.Events?.[0]?.CloudTrailEvent ?? '{}') as TrailRecord & {
      requestParameters: object;
    };
    expect(record).toMatchObject({
      sourceIPAddress: '198.51.100.61',
      userIdentity: { type: 'IAMUser', userName: 'ci-batch' },
      requestParameters: { trainingJobName: 'dist-train-a-1', resourceConfig: { instanceType: 'ml.p3.8xlarge' } },
    });
    await clock.advance(15 * minute);
    expect(range.story.get().state).toBe('running');
    expect(await mining(played)).toEqual([
      'data-prep-d-1',
      'data-prep-f-1',
      'dist-train-a-1',
      'dist-train-b-1',
      'dist-train-c-1',
      'dist-train-e-1',
    ]);
    const { events } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: '/aws/sagemaker/TrainingJobs',
        startTime: start,
        filterPattern: 'miner',
      }),
    );
    expect(events?.some(({ logStreamName }) => logStreamName?.startsWith('dist-train-a-1/algo-1-'))).toBe(true);
    await clock.advance(6 * minute);
    expect(range.story.get()).toMatchObject({ state: 'attacker-reached-goal' });
  });

  test('what is stopped comes back, also after the first key is gone', async () => {
    const played = await play();
    await played.clock.advance(9 * minute);
    await deactivate(played, 1);
    await played.clock.advance(10_000);
    await stopAll(played);
    expect(await mining(played)).toEqual([]);
    await played.clock.advance(4 * minute);
    const again = await mining(played);
    expect(again).toHaveLength(6);
    expect(again).toContain('dist-train-a-2');
    expect(played.range.story.get().state).toBe('running');
  });

  test('the role quarantined and the jobs stopped, he gives up', async () => {
    const played = await play();
    await played.clock.advance(5 * minute);
    await played.iam.send(
      new PutRolePolicyCommand({ RoleName: 'ds-exec', PolicyName: 'IR-deny', PolicyDocument: denyAll }),
    );
    await played.clock.advance(10_000);
    await stopAll(played);
    await played.clock.advance(16 * minute);
    expect(played.range.story.get().state).toBe('attacker-stopped');
  });
});
