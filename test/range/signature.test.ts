import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateUserCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, refusal } from './clients.ts';

let range: Range;
beforeAll(async () => {
  range = await startRange({ checkSignatures: true });
});
afterAll(() => range.close());

/** One call in every protocol, with characters that are encoded, by whoever holds this secret. */
function calls(secretAccessKey: string) {
  const credentials = { ...range.credentials, secretAccessKey };
  const settings = { endpoint: range.endpoint, region: range.region, credentials, maxAttempts: 1 };
  const { iam, logs, sagemaker, sts } = clientsOf(range, credentials);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const Bucket = 'ml-prod-data-111122223333';
  return {
    'awsJson 1.1': () => sagemaker.send(new ListEndpointsCommand({ NameContains: 'é ü' })),
    'awsJson 1.1 of logs': () => logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' })),
    'awsJson 1.0': () => new CloudWatchClient(settings).send(new ListMetricsCommand({ Namespace: 'AWS/SageMaker' })),
    query: () => iam.send(new GetRoleCommand({ RoleName: 'ds-exec' })),
    'query, a write': () => iam.send(new CreateUserCommand({ UserName: `a+b=${secretAccessKey.length}`, Path: '/x/' })),
    'query of sts': () => sts.send(new GetCallerIdentityCommand({})),
    'REST-XML': () => s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a b/ü*', MaxKeys: 2 })),
    'REST-XML, an odd key': () => s3.send(new GetObjectCommand({ Bucket, Key: "a b/(ü)+'*.csv" })),
    'REST-JSON': () =>
      new SchedulerClient(settings).send(
        new GetScheduleCommand({ Name: 'fraud-retrain-nightly', GroupName: 'default' }),
      ),
  };
}

describe('signatures that are checked', () => {
  test('pass in every protocol with the right secret, and with no other', async () => {
    const wrong = Object.entries(calls('x'.repeat(40)));
    for (const [name, call] of Object.entries(calls(range.credentials.secretAccessKey))) {
      const answer = await (call() as Promise<unknown>).catch((error: Error) => error);
      // What is not there is not there: whoever is told so was let in.
      expect(answer instanceof Error ? answer.name : '', name).toMatch(/^(NoSuchBucket|NoSuchKey|)$/);
    }
    for (const [name, call] of wrong)
      expect((await refusal(call())).name, name).toMatch(/^(SignatureDoesNotMatch|InvalidSignatureException)$/);
  });

  test('a body that is not the one that was signed, and a header that is not', async () => {
    const { sagemaker } = clientsOf(range);
    for (const change of [
      (request: { body: string }) => {
        request.body = '{"MaxResults":5}';
      },
      (request: { headers: Record<string, string> }) => {
        request.headers['x-amz-date'] = request.headers['x-amz-date']!.replace(/\d\dZ$/, '61Z');
      },
    ]) {
      const client = sagemaker;
      client.middlewareStack.add(
        (next) => (args) => {
          change(args.request as never);
          return next(args);
        },
        { step: 'finalizeRequest', priority: 'low', name: 'changed', override: true },
      );
      expect(await refusal(client.send(new ListEndpointsCommand({ MaxResults: 1 })))).toMatchObject({
        name: 'InvalidSignatureException',
      });
    }
  });
});

test('nobody asks for them unless told to', async () => {
  const open = await startRange({});
  try {
    const { sts } = clientsOf(open, { ...open.credentials, secretAccessKey: 'another' });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(open.account);
  } finally {
    await open.close();
  }
});

const hasCli = spawnSync('aws', ['--version'], { timeout: 60_000 }).status === 0;
test.skipIf(!hasCli)('the AWS CLI signs as we reckon', { timeout: 60_000 }, async () => {
  const aws = (secret: string, ...args: readonly string[]) =>
    promisify(execFile)('aws', ['--endpoint-url', range.endpoint, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        AWS_DEFAULT_REGION: range.region,
        AWS_ACCESS_KEY_ID: range.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: secret,
        AWS_SESSION_TOKEN: range.credentials.sessionToken,
      },
    });
  const right = range.credentials.secretAccessKey;
  const answers = await Promise.all([
    aws(right, 'sts', 'get-caller-identity'),
    aws(right, 's3api', 'list-buckets'),
    aws(right, 'scheduler', 'get-schedule', '--name', 'fraud-retrain-nightly'),
    aws('wrong', 'sagemaker', 'list-endpoints').catch(({ stderr }: { stderr: string }) => ({ stdout: stderr })),
  ]);
  expect(answers.slice(0, 3).map(({ stdout }) => JSON.parse(stdout) as object)).toHaveLength(3);
  expect(answers[3]?.stdout).toContain('InvalidSignatureException');
});
