import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { inside } from './inside.ts';

const minute = 60_000;
const open: Awaited<ReturnType<typeof inside>>[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});
async function start(options: Parameters<typeof inside>[0] = {}) {
  const world = await inside({ workloads: true, ...options });
  open.push(world);
  return world;
}
const endpointGroup = (name: string) => `/aws/sagemaker/Endpoints/${name}`;

describe('endpoints', () => {
  test('that serve write access lines in a benign rhythm, and there is a past', async () => {
    const world = await start();
    for (const name of ['fraud-scorer', 'llm-gateway', 'recsys-ranker', 'churn-canary'])
      expect(world.lines(endpointGroup(name)).length).toBeGreaterThan(50);
    const before = world.lines(endpointGroup('fraud-scorer')).length;
    await world.clock.advance(10 * minute);
    const lines = world.lines(endpointGroup('fraud-scorer')).slice(before);
    const access = lines.filter(({ message }) => message.includes('"POST /invocations HTTP/1.1" 200 '));
    expect(access.length).toBeGreaterThan(60);
    expect(access.length).toBeLessThan(300);
    for (const { stream, timestamp, ingestionTime } of lines) {
      expect(stream).toMatch(/^AllTraffic\/i-0[0-9a-f]{16}$/);
      expect(ingestionTime).toBeGreaterThanOrEqual(timestamp);
    }
    const all = world.logs.list('us-east-1').flatMap(({ events }) => events);
    expect(all.some(({ message }) => message.includes('UserWarning'))).toBe(true);
    const places = all.map(({ stream, timestamp, message }) => `${stream} ${timestamp} ${message}`);
    // Equal lines of one millisecond are legal, so they must come.
    expect(new Set(places).size).toBeLessThan(places.length);
  });

  test('each line is in the truth once, under an id of its own', async () => {
    const world = await start();
    await world.clock.advance(10 * minute);
    const truth = world.truth().filter(({ kind }) => kind === 'cloudwatch-logs');
    const lines = world.logs
      .list('us-east-1')
      .filter(({ name }) => name.startsWith('/aws/sagemaker/'))
      .flatMap(({ arn, events }) =>
        events.map(({ stream, timestamp, ingestionTime, message }) =>
          createHash('sha256')
            .update([arn, stream, timestamp, ingestionTime, message].join('\0'))
            .digest('hex')
            .slice(0, 32),
        ),
      );
    expect(truth).toHaveLength(lines.length);
    expect(new Set(truth.map(({ id }) => id)).size).toBe(lines.length);
    expect(truth.map(({ id }) => id.slice(0, 32)).sort()).toEqual([...lines].sort());
  });

  test('a deleted one stops, a new one makes its group', async () => {
    const world = await start();
    expect(world.logs.find('us-east-1', endpointGroup('Extra'))).toBeUndefined();
    world.call('sagemaker:DeleteEndpoint', { EndpointName: 'fraud-scorer' });
    world.call('sagemaker:CreateEndpoint', { EndpointName: 'Extra', EndpointConfigName: 'recsys-ranker-v12' });
    const silent = world.lines(endpointGroup('fraud-scorer')).length;
    await world.clock.advance(3 * minute);
    expect(world.logs.find('us-east-1', endpointGroup('Extra'))).toBeUndefined();
    await world.clock.advance(3 * minute);
    expect(world.lines(endpointGroup('Extra')).length).toBeGreaterThan(5);
    expect(world.lines(endpointGroup('fraud-scorer'))).toHaveLength(silent);
  });

  test('one under update serves on', async () => {
    const world = await start();
    world.call('sagemaker:UpdateEndpoint', { EndpointName: 'fraud-scorer', EndpointConfigName: 'recsys-ranker-v12' });
    const before = world.lines(endpointGroup('fraud-scorer')).length;
    await world.clock.advance(2 * minute);
    expect(world.region.endpoints.get('fraud-scorer')?.status).toBe('Updating');
    expect(world.lines(endpointGroup('fraud-scorer')).length).toBeGreaterThan(before + 5);
    await world.clock.advance(4 * minute);
    const during = world.lines(endpointGroup('fraud-scorer')).length;
    await world.clock.advance(10 * minute);
    // Once, not twice, for its being in service again.
    expect(world.lines(endpointGroup('fraud-scorer')).length - during).toBeLessThan(300);
  });
});

describe('data events', () => {
  test('a share of the invocations, with the endpoint they asked; only the trail has them', async () => {
    const world = await start();
    await world.clock.advance(10 * minute);
    const invocations = world.delivered().filter(({ eventName }) => eventName === 'InvokeEndpoint');
    const lines = world.logs
      .list('us-east-1')
      .flatMap(({ events }) => events)
      .filter(({ message }) => message.includes('POST /invocations'));
    expect(invocations.length / lines.length).toBeGreaterThan(0.12);
    expect(invocations.length / lines.length).toBeLessThan(0.3);
    expect(invocations[0]).toMatchObject({
      eventSource: 'sagemaker.amazonaws.com',
      eventCategory: 'Data',
      managementEvent: false,
      requestParameters: null,
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { userName: 'app-runtime' } } },
      resources: [{ type: 'AWS::SageMaker::Endpoint', accountId: '111122223333', ARN: expect.any(String) }],
    });
    expect(new Set(invocations.map(({ resources }) => resources?.[0]?.ARN)).size).toBe(4);
    expect(world.trail.published('us-east-1').map(({ name }) => name)).not.toContain('InvokeEndpoint');
  });

  test('data capture puts objects into its bucket, and a denied application gets no answer', async () => {
    const world = await start();
    await world.clock.advance(5 * minute);
    const puts = world.delivered().filter(({ eventName }) => eventName === 'PutObject');
    expect(puts[0]).toMatchObject({
      eventSource: 's3.amazonaws.com',
      requestParameters: { bucketName: 'ml-prod-models-111122223333', key: expect.stringMatching(/^capture\/fraud-/) },
      userIdentity: { sessionContext: { sessionIssuer: { userName: 'ds-exec' } } },
    });
    const Statement = [{ Effect: 'Deny', Action: '*', Resource: '*' }];
    world.call('iam:PutRolePolicy', {
      RoleName: 'app-runtime',
      PolicyName: 'deny',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    await world.clock.advance(20_000);
    const answered = world.lines(endpointGroup('fraud-scorer')).length;
    await world.clock.advance(5 * minute);
    expect(world.lines(endpointGroup('fraud-scorer'))).toHaveLength(answered);
    // Jobs of the account go on by themselves: their records are none of this.
    expect(world.delivered().findLast(({ eventName }) => eventName === 'InvokeEndpoint')).toMatchObject({
      eventName: 'InvokeEndpoint',
      errorCode: 'AccessDenied',
    });
  });
});

describe('notebooks', () => {
  test('write while they run', async () => {
    const world = await start();
    const jupyter = () => world.lines('/aws/sagemaker/NotebookInstances');
    expect(jupyter().length).toBeGreaterThan(20);
    expect(new Set(jupyter().map(({ stream }) => stream))).toEqual(new Set(['fraud-lab/jupyter.log']));
    world.call('sagemaker:StopNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
    const stopped = jupyter().length;
    await world.clock.advance(3 * minute);
    expect(jupyter()).toHaveLength(stopped);
    world.call('sagemaker:StartNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
    await world.clock.advance(5 * minute);
    const lines = jupyter().length - stopped;
    expect(lines).toBeGreaterThan(5);
    expect(lines).toBeLessThan(35);
  });
});

test('the pipeline looks into a second Region', async () => {
  const world = await start();
  await world.clock.advance(10 * minute);
  const there = world.trail.published('eu-west-1');
  expect(there.length).toBeGreaterThan(10);
  expect(new Set(there.map(({ username }) => username))).toEqual(new Set(['github-actions']));
});

describe('load', () => {
  test('so many things a second, half of them records, evenly', async () => {
    const calm = await start();
    const busy = await start({ rate: 50 });
    await calm.clock.advance(minute);
    await busy.clock.advance(minute);
    const count = (world: typeof calm, kind: string) => world.truth().filter((line) => line.kind === kind).length;
    expect(count(busy, 'cloudwatch-logs') - count(calm, 'cloudwatch-logs')).toBe(25 * 60);
    // The last seconds are still on their way.
    const records = count(busy, 'cloudtrail') - count(calm, 'cloudtrail');
    expect(records).toBeGreaterThan(25 * 50);
    expect(records).toBeLessThanOrEqual(25 * 60);
    const seconds = new Map<number, number>();
    for (const { events, name } of busy.logs.list('us-east-1'))
      if (name.startsWith('/aws/sagemaker/'))
        for (const { timestamp, message } of events) {
          const second = Math.floor(timestamp / 1000);
          if (message.includes(':load:')) seconds.set(second, (seconds.get(second) ?? 0) + 1);
        }
    expect(Math.max(...seconds.values())).toBeLessThanOrEqual(26);
    for (const { time, publishedAt } of busy.truth()) expect(publishedAt >= time).toBe(true);
  });
});

test('same seed, same truth, and another one for another seed', async () => {
  const truths: string[] = [];
  for (const seed of [1, 1, 2]) {
    const world = await start({ speed: 20, rate: 10, seed });
    await world.clock.advance(30_000);
    truths.push(JSON.stringify(world.truth()));
  }
  expect(truths[1]).toBe(truths[0]);
  expect(truths[2]).not.toBe(truths[0]);
});

test('what becomes of one endpoint changes nothing in what the others publish', async () => {
  const [untouched, touched] = [await start(), await start()];
  touched.call('sagemaker:DeleteEndpoint', { EndpointName: 'churn-canary' });
  for (const world of [untouched, touched]) await world.clock.advance(10 * minute);
  const lines = (world: typeof untouched) =>
    world.truth().filter(({ route }) => route === endpointGroup('recsys-ranker'));
  expect(lines(untouched).length).toBeGreaterThan(100);
  expect(lines(touched)).toEqual(lines(untouched));
});
