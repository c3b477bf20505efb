import type { Aws } from '../../aws/aws.ts';
import { permissionNamedIn, permissionsOf } from '../../aws/permissions.ts';
import { AwsCallError } from '../../model/errors.ts';

/** What came of asking one thing that watching needs. */
export interface Probe {
  /** What it is for: `CloudTrail event history`. */
  readonly title: string;
  readonly region: string;
  readonly state: 'ok' | 'absent' | 'denied' | 'expired' | 'unreachable' | 'throttled' | 'not-tried' | 'failed';
  /** One line for people. */
  readonly text: string;
  /** IAM action that is missing, when denied. */
  readonly permission: string | undefined;
}

const stateOf: { readonly [reason: string]: Probe['state'] } = {
  denied: 'denied',
  expired: 'expired',
  network: 'unreachable',
  throttled: 'throttled',
};

/** Asks, and turns what AWS refuses into an answer. @throws What is no error of AWS's. */
export async function probe(
  title: string,
  region: string,
  ask: () => Promise<{ readonly state: 'ok' | 'absent' | 'not-tried'; readonly text: string }>,
): Promise<Probe> {
  try {
    return { title, region, ...(await ask()), permission: undefined };
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.reason === 'aborted') throw error;
    const state = stateOf[error.reason] ?? 'failed';
    return {
      title,
      region,
      state,
      text: `${error.operation}: ${error.code}: ${error.message}`,
      permission:
        state === 'denied' ? (permissionNamedIn(error.message) ?? permissionsOf(error.operation)[0]) : undefined,
    };
  }
}

/** One page of the newest events is enough to know that the history can be read. */
export const probeHistory = (aws: Aws, region: string, signal: AbortSignal): Promise<Probe> =>
  probe('CloudTrail event history', region, async () => {
    const now = aws.now();
    const { Events = [] } = await aws.call(
      'cloudtrail:LookupEvents',
      { StartTime: new Date(now - 3_600_000), EndTime: new Date(now), MaxResults: 1 },
      { region, signal, priority: 'operator' },
    );
    const newest = Events[0]?.EventTime;
    return {
      state: 'ok',
      text: newest
        ? `readable; the newest event is ${Math.max(0, Math.round((now - newest.getTime()) / 1000))} s old`
        : 'readable; no event in the last hour',
    };
  });

/** The log groups that SageMaker's workloads write to. */
export const probeLogGroups = (aws: Aws, region: string, signal: AbortSignal): Promise<Probe> =>
  probe('CloudWatch Logs of SageMaker', region, async () => {
    const answer = await aws.call(
      'logs:DescribeLogGroups',
      { logGroupNamePrefix: '/aws/sagemaker/', limit: 50 },
      { region, signal, priority: 'operator' },
    );
    const names = (answer.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []);
    if (names.length === 0) return { state: 'absent', text: 'no log group begins with /aws/sagemaker/' };
    await aws.call(
      'logs:FilterLogEvents',
      { logGroupName: names[0], startTime: Math.trunc(aws.now()) - 60_000, limit: 1 },
      { region, signal, priority: 'operator' },
    );
    return { state: 'ok', text: `readable: ${names.length}${answer.nextToken ? ' or more' : ''} groups` };
  });

/** The log groups that EventBridge rules write to. */
export const probeEventGroups = (aws: Aws, region: string, signal: AbortSignal): Promise<Probe> =>
  probe('SageMaker state changes (EventBridge)', region, async () => {
    const answer = await aws.call(
      'logs:DescribeLogGroups',
      { logGroupNamePrefix: '/aws/events/', limit: 50 },
      { region, signal, priority: 'operator' },
    );
    const names = (answer.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []);
    return names.length === 0
      ? { state: 'absent', text: 'no rule writes to a log group below /aws/events/: set one up as printed below' }
      : { state: 'ok', text: names.join(', ') };
  });

/** What runs now, which the events do not say. */
export const probeSageMaker = (aws: Aws, region: string, signal: AbortSignal): Promise<Probe> =>
  probe('SageMaker resources', region, async () => {
    const options = { region, signal, priority: 'operator' } as const;
    const { Endpoints = [] } = await aws.call('sagemaker:ListEndpoints', { MaxResults: 100 }, options);
    const { NotebookInstances = [] } = await aws.call('sagemaker:ListNotebookInstances', { MaxResults: 100 }, options);
    return { state: 'ok', text: `${Endpoints.length} endpoints, ${NotebookInstances.length} notebooks` };
  });

/** Charged by the number of metrics; one is asked for. */
export const probeMetrics = (aws: Aws, region: string, signal: AbortSignal): Promise<Probe> =>
  probe('CloudWatch metrics', region, async () => {
    const now = aws.now();
    const metric = {
      Id: 'probe',
      MetricStat: {
        Metric: { Namespace: 'AWS/SageMaker', MetricName: 'Invocations' },
        Period: 300,
        Stat: 'Sum',
      },
    };
    await aws.call(
      'cloudwatch:GetMetricData',
      { MetricDataQueries: [metric], StartTime: new Date(now - 300_000), EndTime: new Date(now) },
      { region, signal, priority: 'operator' },
    );
    return { state: 'ok', text: 'readable (each request is charged)' };
  });
