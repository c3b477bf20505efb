import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firebreak, start, stateFolder } from '../helpers/firebreak.ts';
import { until } from '../helpers/until.ts';

const present = spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0;
if (!present) console.warn('moto_server is not here: the tests against an AWS simulator that is not ours are skipped');

/** An AWS simulator that is not ours. It has no LookupEvents, and answers some calls with HTML. */
let server: ChildProcess | undefined;
let env: NodeJS.ProcessEnv = {};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
};

beforeAll(async () => {
  if (!present) return;
  const port = await freePort();
  server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  let up = false;
  server.once('exit', () => {
    up = true; // It will not come up any more: the tests say so.
  });
  while (!up) up = (await fetch(`${endpoint}/moto-api/`).catch(() => undefined))?.ok === true; // Not up yet.
  env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
}, 40_000);

afterAll(() => {
  server?.kill();
});

it.skipIf(!present)('watches what it can, says what it cannot, and ends in time', { timeout: 60_000 }, async () => {
  const started = Date.now();
  const { code, stderr } = await firebreak(['watch', '--json', '--for', '12s', '--state-dir', stateFolder()], { env });
  expect(code).toBe(0);
  expect(Date.now() - started).toBeLessThan(20_000);
  expect(stderr).toMatch(/account 123456789012 .* CUSTOM ENDPOINT 127\.0\.0\.1/);
  expect(stderr).toMatch(/cloudtrail-lookup us-east-1: unreachable: .+/);
  expect(stderr).not.toMatch(/this is a bug|at .+\.js:\d+/);
});

it.skipIf(!present)('reads log groups by polling where Live Tail ends at once', { timeout: 60_000 }, async () => {
  const client = new CloudWatchLogsClient({
    endpoint: env.AWS_ENDPOINT_URL!,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
  });
  const place = { logGroupName: '/aws/sagemaker/Endpoints/fraud-scorer', logStreamName: 'AllTraffic/i-1' };
  await client.send(new CreateLogGroupCommand({ logGroupName: place.logGroupName }));
  await client.send(new CreateLogStreamCommand(place));
  const write = (message: string) =>
    client.send(new PutLogEventsCommand({ ...place, logEvents: [{ timestamp: Date.now(), message }] }));
  await write('before');
  const watch = start(['watch', '--json', '--state-dir', stateFolder()], env);
  const ended = once(watch, 'close');
  let [stdout, stderr] = ['', ''];
  watch.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  watch.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const lines = () => stdout.split('\n').slice(0, -1);
  try {
    await until(
      () => lines().length === 1,
      () => stderr,
      30_000,
    );
    await write('while watching');
    await until(
      () => lines().length === 2,
      () => stderr,
      30_000,
    );
  } finally {
    watch.kill('SIGINT');
    client.destroy();
  }
  expect(await ended).toEqual([0, null]);
  expect(lines().map((line) => (JSON.parse(line) as { summary: string }).summary)).toEqual([
    'before',
    'while watching',
  ]);
  expect(stderr).toMatch(/cloudwatch-logs us-east-1: polling: .+/);
});

it.skipIf(!present)('lets the doctor name each source that is missing', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await firebreak(['doctor', '--json', '--state-dir', stateFolder()], { env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const answer = JSON.parse(stdout) as { sources: { title: string; state: string }[] };
  const state = (title: string) => answer.sources.find((source) => source.title === title)?.state;
  expect(state('CloudTrail event history')).toMatch(/failed|unreachable/);
  expect(state('CloudWatch Logs of SageMaker')).toBe('ok');
  expect(state('SageMaker state changes (EventBridge)')).toBe('absent');
});
