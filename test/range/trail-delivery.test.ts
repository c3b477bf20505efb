import { afterEach, describe, expect, test } from 'vitest';
import { inside } from './inside.ts';

const minute = 60_000;
const group = 'aws-cloudtrail-logs-111122223333-main';

let world: Awaited<ReturnType<typeof inside>>;
afterEach(() => world.close());

describe('the trail', () => {
  test('writes each record to its group within seconds, records of all Regions to one stream', async () => {
    world = await inside();
    const at = world.clock.now();
    world.call('sagemaker:ListModels', {}, 'eu-west-1');
    world.call('iam:ListRoles');
    await world.clock.advance(2_900);
    expect(world.delivered()).toEqual([]);
    await world.clock.advance(5_100);
    const delivered = world.delivered();
    expect(delivered.map(({ eventName, awsRegion }) => [eventName, awsRegion]).sort()).toEqual([
      ['ListModels', 'eu-west-1'],
      ['ListRoles', 'us-east-1'],
    ]);
    for (const { line } of delivered) {
      expect(line.stream).toBe('111122223333_CloudTrail_us-east-1');
      // The time of the line is that of the delivery.
      expect(line.timestamp).toBe(line.ingestionTime);
      expect(line.timestamp).toBeGreaterThan(at);
    }
    expect(world.trail.state?.deliveredAt).toBe(Math.max(...delivered.map(({ line }) => line.timestamp)));
  });

  test('the delay is the account’s: divided by the speed', async () => {
    world = await inside({ speed: 20 });
    world.call('sagemaker:ListModels');
    await world.clock.advance(400);
    expect(world.delivered()).toHaveLength(1);
  });

  test('is the first route of what the history has later; the truth has each record once', async () => {
    world = await inside();
    for (let index = 0; index < 20; index += 1) world.call('sagemaker:ListModels');
    await world.clock.advance(2 * minute);
    const ids = world.delivered().map(({ eventID }) => eventID);
    expect(
      world.trail
        .published('us-east-1')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
    expect(
      world
        .truth()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
    expect(new Set(world.truth().map(({ route, kind }) => `${kind} ${route}`))).toEqual(
      new Set([`cloudtrail ${group}`]),
    );
  });

  test('without one there is the history alone', async () => {
    world = await inside({ trail: false, workloads: true });
    world.call('sagemaker:ListModels');
    await world.clock.advance(2 * minute);
    expect(world.logs.find('us-east-1', group)).toBeUndefined();
    const records = world.truth().filter(({ kind }) => kind === 'cloudtrail');
    expect(records.length).toBeGreaterThan(0);
    expect(new Set(records.map(({ route }) => route))).toEqual(new Set(['event-history']));
    expect(records).toHaveLength(world.trail.published('us-east-1').length + world.trail.published('eu-west-1').length);
  });

  test('reads of metrics are data events that it does not select', async () => {
    world = await inside();
    const query = { Id: 'a', MetricStat: { Metric: { MetricName: 'Invocations' }, Period: 60, Stat: 'Sum' } };
    world.call('cloudwatch:GetMetricData', { MetricDataQueries: [query], StartTime: 0, EndTime: 60 });
    await world.clock.advance(2 * minute);
    expect(world.delivered()).toEqual([]);
    expect(world.trail.published('us-east-1')).toEqual([]);
  });
});

describe('faults', () => {
  test('lag stays between its bounds', async () => {
    world = await inside({ trail: false, faults: { lagMs: [100_000, 600_000] } });
    for (let index = 0; index < 40; index += 1) world.call('sagemaker:ListModels');
    await world.clock.advance(99_000);
    expect(world.trail.published('us-east-1')).toHaveLength(0);
    await world.clock.advance(502_000);
    expect(world.trail.published('us-east-1')).toHaveLength(40);
    const waited = world.truth().map(({ time, publishedAt }) => Date.parse(publishedAt) - Date.parse(time));
    expect(Math.max(...waited) - Math.min(...waited)).toBeGreaterThan(60_000);
  });

  test('disorder lets later records overtake earlier ones, on both ways', async () => {
    world = await inside({ faults: { disorder: 0.4 } });
    for (let index = 0; index < 30; index += 1) {
      world.call('sagemaker:ListModels');
      await world.clock.advance(5_000);
    }
    await world.clock.advance(3 * minute);
    const times = world.delivered().map(({ eventTime }) => eventTime);
    const overtaken = times.filter((time, index) => times.slice(0, index).some((earlier) => earlier > time));
    expect(overtaken.length).toBeGreaterThan(5);
    // The list is in order whatever the order of publication.
    const listed = world.trail.published('us-east-1').map(({ time }) => time);
    expect(listed).toEqual([...listed].sort((a, b) => a - b));
  });

  test('duplicates are listed and delivered twice, and stand in the truth once', async () => {
    world = await inside({ faults: { duplicates: 1 } });
    for (let index = 0; index < 5; index += 1) world.call('sagemaker:ListModels');
    await world.clock.advance(3 * minute);
    expect(world.delivered()).toHaveLength(10);
    expect(new Set(world.delivered().map(({ eventID }) => eventID)).size).toBe(5);
    const listed = world.trail.published('us-east-1');
    expect(listed).toHaveLength(10);
    expect(new Set(listed.map(({ sequence }) => sequence)).size).toBe(10);
    expect(world.truth()).toHaveLength(5);
  });
});

test('the event history keeps 90 days', async () => {
  world = await inside();
  const now = world.clock.now();
  for (const days of [89, 91]) world.call('sagemaker:ListModels', {}, 'us-east-1', now - days * 24 * 60 * minute);
  await world.clock.advance(0);
  expect(world.trail.published('us-east-1')).toHaveLength(2);
  const { Events } = world.call('cloudtrail:LookupEvents', { StartTime: 0 }) as { Events: { EventTime: Date }[] };
  expect(Events.map(({ EventTime }) => EventTime.getTime())).toEqual([now - 89 * 24 * 60 * minute]);
});
