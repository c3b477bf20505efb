import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Affected } from './action.ts';
import { type Endpoint, readEndpoint } from './endpoint-reading.ts';

/** The minutes that are counted. CloudWatch has a minute's sum a minute or two after it ended. */
const windowMs = 5 * 60_000;
/** What one request may ask for. */
const mostQueries = 500;

/** Invocations of an endpoint in the last five minutes; `problem` instead where CloudWatch does not tell. */
export type Invocations =
  | { readonly all: number; readonly failed: number; readonly problem?: never }
  | { readonly problem: string };

/**
 * How much an endpoint is used just now. Charged by CloudWatch.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export async function invocationsOf(endpoint: Endpoint, { aws, signal }: ActionContext): Promise<Invocations> {
  const variants = (endpoint.ProductionVariants ?? []).flatMap(({ VariantName }) => VariantName ?? []);
  const queries = variants.flatMap((variant, index) =>
    ['Invocations', 'Invocation4XXErrors', 'Invocation5XXErrors'].map((name) => ({
      Id: `${name === 'Invocations' ? 'all' : 'failed'}${name.replaceAll(/\D/g, '')}_${index}`,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/SageMaker',
          MetricName: name,
          Dimensions: [
            { Name: 'EndpointName', Value: endpoint.EndpointName },
            { Name: 'VariantName', Value: variant },
          ],
        },
        Period: 60,
        Stat: 'Sum',
      },
    })),
  );
  if (queries.length === 0 || queries.length > mostQueries) return { problem: 'it has no variant, or too many' };
  const now = aws.now();
  try {
    const { MetricDataResults = [] } = await aws.call(
      'cloudwatch:GetMetricData',
      { MetricDataQueries: queries, StartTime: new Date(now - windowMs), EndTime: new Date(now) },
      { signal, priority: 'operator' },
    );
    const sum = (prefix: string) =>
      MetricDataResults.filter(({ Id }) => Id?.startsWith(prefix)).reduce(
        (total, { Values = [] }) => total + Values.reduce((some, value) => some + value, 0),
        0,
      );
    return { all: sum('all'), failed: sum('failed') };
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.reason === 'aborted') throw error;
    return { problem: `${error.operation}: ${error.code}` };
  }
}

/** "212 invocations in the last 5 minutes, 3 of them failed". */
export function invocationsText(found: Invocations): string {
  if (found.problem !== undefined) return `how often it is invoked is not known: ${found.problem}`;
  const { all, failed } = found;
  return all === 0
    ? 'no invocation in the last 5 minutes'
    : `${all} invocations in the last 5 minutes${failed > 0 ? `, ${failed} of them failed` : ''}`;
}

/** An endpoint whose callers the plan cuts off, as what is affected. @returns The endpoint; nothing is affected of one that is not there. */
export async function* endpointWithCallers(
  target: ResourceRef,
  context: ActionContext,
): AsyncGenerator<Affected, Endpoint | undefined> {
  const endpoint = await readEndpoint(target.name, context);
  if (!endpoint) return undefined;
  const found = await invocationsOf(endpoint, context);
  yield {
    kind: 'sagemaker.endpoint',
    arn: endpoint.EndpointArn ?? target.arn,
    why: `${invocationsText(found)}${(found.problem === undefined ? found.all : 0) > 0 ? ': they will fail' : ''}`,
  };
  return endpoint;
}
