import type { Aws } from '../aws/aws.ts';
import { parseArn } from '../model/arn.ts';
import { AwsCallError } from '../model/errors.ts';
import type { MetricSeries } from '../model/metric.ts';
import type { ResourceRef } from '../model/resource.ts';
import { createBackOff } from './back-off.ts';
import { judgeFailure } from './lookup-failure.ts';
import type { EventSource, SourceContext, SourceItem } from './source.ts';

const namespace = 'AWS/SageMaker';
const endpointKind = 'sagemaker.endpoint';
const periodMs = 60_000;
const windowMs = 30 * 60_000;
const mostEndpoints = 10;
const expiredMs = 10_000;
/** Figures are not asked for more often than this, however often the operator moves: each metric is charged. */
const leastBetweenMs = 5_000;

/** Latency is measured in microseconds. https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html */
const metrics = [
  { metric: 'Invocations', stat: 'Sum', unit: 'count', scale: 1 },
  { metric: 'Invocation4XXErrors', stat: 'Sum', unit: 'count', scale: 1 },
  { metric: 'Invocation5XXErrors', stat: 'Sum', unit: 'count', scale: 1 },
  { metric: 'ModelLatency', stat: 'Average', unit: 'ms', scale: 1 / 1_000 },
] as const satisfies readonly {
  readonly metric: MetricSeries['metric'];
  readonly stat: string;
  readonly unit: MetricSeries['unit'];
  readonly scale: number;
}[];

/** One metric of one variant: what GetMetricData is asked for and charges. */
interface Query {
  readonly id: string;
  readonly endpoint: ResourceRef;
  readonly variant: string;
  readonly of: (typeof metrics)[number];
}

const idOf = ({ arn, name }: ResourceRef) => arn || name;

/** The first ten endpoints of this Region that the operator looks at. */
export function endpointsInView(resources: readonly ResourceRef[], region: string): readonly ResourceRef[] {
  const here = resources.filter(
    ({ kind, arn }) => kind === endpointKind && (parseArn(arn)?.region ?? region) === region,
  );
  return [...new Map(here.map((endpoint) => [endpoint.name.toLowerCase(), endpoint])).values()].slice(0, mostEndpoints);
}

/** Values of all variants as one series of the endpoint: sums are added, of averages the highest is kept. */
function seriesOf(
  queries: readonly Query[],
  values: ReadonlyMap<string, ReadonlyMap<number, number>>,
  region: string,
): readonly MetricSeries[] {
  const endpoints = [...new Set(queries.map(({ endpoint }) => endpoint))];
  return endpoints.flatMap((endpoint) =>
    metrics.map((of): MetricSeries => {
      const points = new Map<number, number>();
      for (const query of queries) {
        if (query.endpoint !== endpoint || query.of !== of) continue;
        for (const [at, value] of values.get(query.id) ?? []) {
          const known = points.get(at);
          points.set(at, known === undefined ? value : of.stat === 'Sum' ? known + value : Math.max(known, value));
        }
      }
      return {
        resource: idOf(endpoint),
        name: endpoint.name,
        region,
        metric: of.metric,
        unit: of.unit,
        periodMs,
        points: [...points].sort(([a], [b]) => a - b).map(([at, value]) => ({ at, value: value * of.scale })),
      };
    }),
  );
}

/** @returns The points of each query, by its id and their time. */
async function readValues(aws: Aws, region: string, queries: readonly Query[], signal: AbortSignal) {
  const to = Math.ceil(aws.now() / periodMs) * periodMs;
  const values = new Map<string, Map<number, number>>();
  let token: string | undefined;
  do {
    const answer = await aws.call(
      'cloudwatch:GetMetricData',
      {
        StartTime: new Date(to - windowMs),
        EndTime: new Date(to),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: queries.map(({ id, endpoint, variant, of }) => ({
          Id: id,
          MetricStat: {
            Metric: {
              Namespace: namespace,
              MetricName: of.metric,
              Dimensions: [
                { Name: 'EndpointName', Value: endpoint.name },
                { Name: 'VariantName', Value: variant },
              ],
            },
            Period: periodMs / 1_000,
            Stat: of.stat,
          },
        })),
        ...(token === undefined ? {} : { NextToken: token }),
      },
      { region, signal },
    );
    for (const result of answer?.MetricDataResults ?? []) {
      const points = values.get(result.Id ?? '') ?? new Map<number, number>();
      values.set(result.Id ?? '', points);
      for (const [index, at] of (result.Timestamps ?? []).entries()) {
        const value = result.Values?.[index];
        if (value !== undefined) points.set(at.getTime(), value);
      }
    }
    token = answer?.NextToken === token ? undefined : answer?.NextToken;
  } while (token);
  return values;
}

/** @throws AwsCallError */
async function* read(
  { aws, clock, region, signal, wanted }: SourceContext,
  random: () => number,
): AsyncGenerator<SourceItem, void> {
  const backOff = createBackOff({ firstMs: 2_000, leastMs: 1_000, mostMs: 60_000 }, random);
  let told = '';
  let watched = '';
  let heard = false;
  function* state(next: SourceItem & { readonly type: 'state' }): Generator<SourceItem> {
    const key = JSON.stringify(next);
    if (key === told) return;
    told = key;
    yield next;
  }
  /** Sleeps; a change of what is looked at ends it, if it may. */
  async function rest(leastMs: number, mostMs: number): Promise<void> {
    const key = () => endpointsInView(wanted.get().resources, region).map(idOf).join('\0');
    const before = key();
    await clock.sleep(leastMs, signal);
    if (key() !== before) return;
    const wake = new AbortController();
    const end = () => {
      if (signal.aborted || key() !== before) wake.abort();
    };
    const unsubscribe = wanted.subscribe(end);
    signal.addEventListener('abort', end, { once: true });
    try {
      await clock.sleep(mostMs - leastMs, wake.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!wake.signal.aborted) throw error;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', end);
    }
  }
  async function queriesFor(endpoints: readonly ResourceRef[]): Promise<readonly Query[]> {
    const queries: Query[] = [];
    for (const endpoint of endpoints) {
      let variants: readonly string[];
      try {
        const answer = await aws.call(
          'sagemaker:DescribeEndpoint',
          { EndpointName: endpoint.name },
          { region, signal },
        );
        variants = (answer?.ProductionVariants ?? []).flatMap(({ VariantName }) => VariantName ?? []);
      } catch (error) {
        // Deleted: its last figures are still of interest, but nobody names its variants any more.
        if (error instanceof AwsCallError && error.reason === 'not-found') continue;
        throw error;
      }
      for (const variant of variants)
        for (const of of metrics) queries.push({ id: `q${queries.length}`, endpoint, variant, of });
    }
    return queries;
  }

  yield* state({ type: 'state', state: 'connecting' });
  while (!signal.aborted) {
    const endpoints = endpointsInView(wanted.get().resources, region);
    const names = endpoints.map(({ name }) => name);
    if (names.join('\0') !== watched) {
      watched = names.join('\0');
      yield { type: 'watching', what: names };
    }
    if (endpoints.length === 0) {
      yield* state({ type: 'state', state: 'idle', why: 'no endpoint is in view' });
      await rest(0, periodMs);
      continue;
    }
    try {
      const queries = await queriesFor(endpoints);
      const values = queries.length === 0 ? new Map() : await readValues(aws, region, queries, signal);
      heard = true;
      backOff.reset();
      yield* state({ type: 'state', state: 'polling' });
      yield { type: 'metrics', series: seriesOf(queries, values, region), chargedRequests: queries.length };
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AwsCallError)) throw error;
      const { state: next, why, wait } = judgeFailure(error, region, heard);
      yield* state({ type: 'state', state: next, why, ...(next === 'denied' ? { permission: error.operation } : {}) });
      const waitMs = wait === 'denied' ? periodMs : wait === 'expired' ? expiredMs : backOff.next();
      await clock.sleep(waitMs, signal);
      continue;
    }
    await rest(leastBetweenMs, periodMs);
  }
}

/** Invocations, errors and latency of the endpoints in view, each minute while somebody looks. Each metric asked for is charged. */
export function createEndpointMetrics(options: { readonly random?: () => number } = {}): EventSource {
  return {
    id: 'endpoint-metrics',
    title: 'Endpoint metrics',
    lagMs: 2 * 60_000,
    settles: false,
    everywhere: false,
    blindSpots: [
      'Only the endpoints in view, ten at most; minutes without a call have no figure',
      'Who called is not in the figures: that takes data events of a trail',
    ],
    references: [
      'https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html',
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html',
    ],
    async *read(context) {
      try {
        yield* read(context, options.random ?? Math.random);
      } catch (error) {
        // A wait that the signal ended is how a source stops.
        if (!context.signal.aborted) throw error;
      }
    },
  };
}

/** With the intervals that suit a real account. */
export default createEndpointMetrics();
