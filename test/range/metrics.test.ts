import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { refusal } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

const minute = 60_000;
let clock: ManualClock;
let range: Range;
let client: CloudWatchClient;
beforeEach(async () => {
  clock = new ManualClock();
  range = await startRange({}, clock);
  const { endpoint, region, credentials } = range;
  client = new CloudWatchClient({ endpoint, region, credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await range.close();
});

const query = (Id: string, MetricName: string, Stat = 'Sum', EndpointName = 'fraud-scorer'): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/SageMaker',
      MetricName,
      Dimensions: [
        { Name: 'EndpointName', Value: EndpointName },
        { Name: 'VariantName', Value: 'AllTraffic' },
      ],
    },
    Period: 60,
    Stat,
  },
});
const data = (queries: MetricDataQuery[], input: Partial<GetMetricDataCommandInput> = {}) =>
  client.send(
    new GetMetricDataCommand({
      StartTime: new Date(clock.now() - 10 * minute),
      EndTime: new Date(clock.now()),
      MetricDataQueries: queries,
      ...input,
    }),
  );

test('GetMetricData answers sums and latencies of an endpoint’s minutes', async () => {
  await clock.advance(10 * minute);
  const { MetricDataResults: results } = await data([
    query('calls', 'Invocations'),
    query('refused', 'Invocation4XXErrors'),
    query('failed', 'Invocation5XXErrors'),
    query('latency', 'ModelLatency', 'Average'),
    query('worst', 'ModelLatency', 'p99'),
  ]);
  const [calls, refused, failed, latency, worst] = results ?? [];
  expect(results?.map(({ Id, StatusCode }) => [Id, StatusCode])).toEqual(
    ['calls', 'refused', 'failed', 'latency', 'worst'].map((id) => [id, 'Complete']),
  );
  expect(calls?.Timestamps).toHaveLength(10);
  // Newest first unless asked otherwise, at the start of each minute.
  expect(calls?.Timestamps?.map((at) => at.getTime())).toEqual(
    Array.from({ length: 10 }, (_, index) => clock.now() - (index + 1) * minute),
  );
  const total = calls?.Values?.reduce((sum, value) => sum + value, 0) ?? 0;
  expect(total).toBeGreaterThan(60);
  expect(total).toBeLessThan(300);
  const sum = (values: number[] | undefined) => values?.reduce((all, value) => all + value, 0) ?? Number.NaN;
  expect(sum(refused?.Values) + sum(failed?.Values)).toBeLessThan(total / 5);
  // Microseconds.
  for (const value of latency?.Values ?? []) expect(value).toBeGreaterThan(8_000);
  for (const [index, value] of (worst?.Values ?? []).entries())
    expect(value).toBeGreaterThanOrEqual(latency?.Values?.[index] ?? Number.NaN);
});

test('minutes without an invocation have no point, and nothing is invented', async () => {
  await clock.advance(2 * minute);
  const before = await data([query('a', 'Invocations')], { StartTime: new Date(clock.now() - 60 * minute) });
  expect(before.MetricDataResults?.[0]?.Values?.length).toBeLessThan(14);
  const none = await data([
    query('other', 'Invocations', 'Sum', 'nobody'),
    query('unknown', 'Temperature'),
    {
      ...query('half', 'Invocations'),
      MetricStat: {
        ...query('half', 'Invocations').MetricStat,
        Metric: { Namespace: 'AWS/SageMaker', MetricName: 'Invocations' },
        Period: 60,
        Stat: 'Sum',
      },
    },
  ]);
  expect(none.MetricDataResults?.map(({ Values }) => Values)).toEqual([[], [], []]);
});

test('longer periods add up, and pages together are the whole', async () => {
  await clock.advance(10 * minute);
  const queries = [query('a', 'Invocations'), query('b', 'Invocations', 'Sum', 'recsys-ranker')];
  const whole = await data(queries, { ScanBy: 'TimestampAscending' });
  const [a] = whole.MetricDataResults ?? [];
  const hour = await data(
    [{ Id: 'a', MetricStat: { ...query('a', 'Invocations').MetricStat, Period: 300 } as never }],
    {
      ScanBy: 'TimestampAscending',
    },
  );
  expect(hour.MetricDataResults?.[0]?.Values?.reduce((sum, value) => sum + value, 0)).toBe(
    a?.Values?.reduce((sum, value) => sum + value, 0),
  );
  const paged = new Map<string, number[]>();
  const states: (string | undefined)[] = [];
  let token: string | undefined;
  do {
    const page = await data(queries, {
      ScanBy: 'TimestampAscending',
      MaxDatapoints: 7,
      ...(token ? { NextToken: token } : {}),
    });
    for (const { Id = '', Values = [], StatusCode } of page.MetricDataResults ?? []) {
      paged.set(Id, [...(paged.get(Id) ?? []), ...Values]);
      states.push(StatusCode);
    }
    token = page.NextToken;
  } while (token);
  expect([...paged.values()]).toEqual(whole.MetricDataResults?.map(({ Values }) => Values));
  expect(states).toEqual(['PartialData', 'PartialData', 'Complete', 'PartialData', 'Complete', 'Complete']);
  const first = await data(queries, { MaxDatapoints: 7 });
  const other = data([query('a', 'ModelLatency')], { NextToken: first.NextToken });
  expect((await refusal(other)).name).toContain('InvalidNextToken');
});

test.each([
  [
    'a period of 90 s',
    { ...query('a', 'Invocations'), MetricStat: { ...query('a', 'Invocations').MetricStat, Period: 90 } },
    'multiple of 60',
  ],
  ['an unknown statistic', query('a', 'Invocations', 'Guess'), 'Guess'],
  ['metric math', { Id: 'a', Expression: 'm1 * 2' }, 'not simulated'],
  ['an id that is none', query('A', 'Invocations'), 'Id'],
])('refuses %s', async (_what, wrong, message) => {
  expect((await refusal(data([wrong as MetricDataQuery]))).message).toContain(message);
});

test('ListMetrics lists what endpoints publish, by name and dimension, in their Region', async () => {
  const { Metrics } = await client.send(
    new ListMetricsCommand({
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'EndpointName' }],
    }),
  );
  expect(Metrics?.map(({ Dimensions }) => Dimensions?.map(({ Value }) => Value).join('/')).sort()).toEqual([
    'churn-canary/canary',
    'churn-canary/stable',
    'fraud-scorer/AllTraffic',
    'llm-gateway/AllTraffic',
    'recsys-ranker/AllTraffic',
  ]);
  const one = await client.send(
    new ListMetricsCommand({ Dimensions: [{ Name: 'EndpointName', Value: 'fraud-scorer' }] }),
  );
  expect(one.Metrics?.map(({ MetricName }) => MetricName)).toEqual([
    'Invocations',
    'Invocation4XXErrors',
    'Invocation5XXErrors',
    'ModelLatency',
  ]);
  expect((await client.send(new ListMetricsCommand({ Namespace: 'AWS/Lambda' }))).Metrics).toEqual([]);
  const { endpoint, credentials } = range;
  const elsewhere = new CloudWatchClient({ endpoint, credentials, region: 'eu-west-1' });
  expect((await elsewhere.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  elsewhere.destroy();
});

test('metrics and lines are no part of the account’s state', async () => {
  const before = await range.state();
  await clock.advance(5 * minute);
  expect(await range.state()).toBe(before);
});
