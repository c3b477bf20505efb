import { ListEndpointsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterEach, expect, test } from 'vitest';
import { FailedError, UsageError } from '../../src/model/errors.ts';
import { type Range, startRangeWorker } from '../../src/range/range.ts';
import { clientsOf } from './clients.ts';

const open: Range[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((range) => range.close()));
});
const start = async (options: Parameters<typeof startRangeWorker>[0]) => {
  const range = await startRangeWorker(options);
  open.push(range);
  return range;
};

test('the range runs in its own thread, its story is mirrored', async () => {
  const range = await start({ scenario: 'presigned-url-hijack', speed: 1000 });
  expect(range.briefing.scenario).toBe('presigned-url-hijack');
  expect(range.briefing.text.length).toBeGreaterThan(1);
  const { Endpoints } = await clientsOf(range).sagemaker.send(new ListEndpointsCommand({}));
  expect(Endpoints).toHaveLength(4);
  await new Promise<void>((resolve) => {
    const look = () => {
      if (range.story.get().state !== 'running') resolve();
    };
    range.story.subscribe(look);
    look();
  });
  expect(range.story.get().state).toBe('attacker-reached-goal');
  expect(JSON.parse(await range.state())).toHaveProperty('regions');
});

test('errors come back as what they are', async () => {
  const range = await start({});
  const port = Number(new URL(range.endpoint).port);
  const taken = await startRangeWorker({ port }).catch((error: unknown) => error);
  expect(taken).toBeInstanceOf(FailedError);
  expect(taken).toMatchObject({
    code: 'PortInUse',
    message: `port ${port} is in use`,
    nextSteps: [expect.any(String)],
  });
  const unknown = await startRangeWorker({ scenario: 'nope' }).catch((error: unknown) => error);
  expect(unknown).toBeInstanceOf(UsageError);
});

test('closing ends the thread and frees the port; closing twice is fine', async () => {
  const range = await start({});
  await range.close();
  await range.close();
  await expect(range.state()).rejects.toMatchObject({ code: 'RangeClosed' });
  const client = new SageMakerClient({
    endpoint: range.endpoint,
    region: range.region,
    credentials: range.credentials,
    maxAttempts: 1,
  });
  await expect(client.send(new ListEndpointsCommand({}))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
