import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../shared/json.ts';
import { Fault } from '../../fault.ts';
import {
  type CallContext,
  type Members,
  type Operation,
  optionalText,
  structure,
  structures,
} from '../../operation.ts';
import { sagemakerNamespace } from '../../workloads/endpoint-metrics.ts';

/** AWS's limits of one call. */
const mostQueries = 500;
const mostPoints = 100_800;

const invalid = (message: string): Fault => new Fault('ValidationError', message);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

const statistics: { readonly [name: string]: (values: readonly number[]) => number } = {
  Average: (values) => sum(values) / values.length,
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  SampleCount: (values) => values.length,
  Sum: sum,
};

/** @throws Fault `ValidationError` for a statistic that is none, or none that the range computes. */
function statistic(name: string): (values: readonly number[]) => number {
  const known = statistics[name];
  if (known) return known;
  const share = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
  if (share === undefined) throw invalid(`The value ${name} for parameter Stat is not supported.`);
  return (values) => percentile(values, Number(share) / 100);
}

interface Series {
  readonly id: string;
  readonly label: string;
  /** Oldest first. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

function seriesOf(query: Members, from: number, to: number, { metrics, region }: CallContext): Series {
  const id = optionalText(query, 'Id');
  if (id === undefined || !/^[a-z][A-Za-z0-9_]*$/.test(id))
    throw invalid('The value for parameter Id must start with a lowercase letter and hold letters, digits and _ only.');
  if (query.Expression !== undefined) throw invalid(`Metric math is not simulated: query ${id} has an Expression.`);
  const stat = structure(query.MetricStat);
  const metric = structure(stat.Metric);
  const name = optionalText(metric, 'MetricName');
  if (name === undefined) throw invalid(`Query ${id} must have a MetricStat with a MetricName.`);
  const period = Number(stat.Period);
  if (!Number.isInteger(period) || period < 60 || period % 60 !== 0)
    throw invalid(`The parameter Period of query ${id} must be a multiple of 60.`);
  const compute = statistic(String(stat.Stat));
  const dimensions = new Map(structures(metric.Dimensions).map((entry) => [String(entry.Name), String(entry.Value)]));
  const endpoint = dimensions.get('EndpointName');
  const variant = dimensions.get('VariantName');
  // CloudWatch does not add up: only exactly the dimensions that a metric was put with name it.
  const samples =
    metric.Namespace === sagemakerNamespace && dimensions.size === 2 && endpoint !== undefined && variant !== undefined
      ? metrics.samples({ region: region.name, endpoint, variant }, name, from, to, period * 1000)
      : [];
  return {
    id,
    label: optionalText(query, 'Label') ?? [endpoint, variant, name].filter(Boolean).join(' '),
    points: samples.map(({ at, values }) => ({ at, value: compute(values) })),
  };
}

/** The place in a paged answer. @throws Fault `InvalidNextToken`. */
function offsetOf(token: unknown, parameters: string): number {
  if (token === undefined || token === null) return 0;
  const [offset = '', made] = Buffer.from(String(token), 'base64url').toString().split(' ');
  if (made !== parameters || !/^\d+$/.test(offset)) throw new Fault('InvalidNextToken', 'The next token is invalid.');
  return Number(offset);
}

/**
 * Sparse: a period in which nothing happened has no point. Metric math is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export default {
  service: 'cloudwatch',
  name: 'GetMetricData',
  readOnly: true,
  dataEvent: true,
  input: {
    MetricDataQueries: { type: 'list', required: true, min: 1, max: mostQueries },
    StartTime: { type: 'number', required: true },
    EndTime: { type: 'number', required: true },
    MaxDatapoints: { type: 'number', min: 1, max: mostPoints },
    ScanBy: { type: 'string', values: ['TimestampAscending', 'TimestampDescending'] },
    NextToken: { type: 'string' },
  },
  run(input, context) {
    const from = Number(input.StartTime) * 1000;
    const to = Number(input.EndTime) * 1000;
    if (from >= to) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
    const queries = structures(input.MetricDataQueries);
    if (new Set(queries.map(({ Id }) => Id)).size !== queries.length)
      throw invalid('The values for parameter Id in MetricDataQueries must be unique.');
    const { NextToken: token, ...rest } = input;
    const parameters = createHash('sha256').update(canonicalJson(rest)).digest('base64url').slice(0, 16);
    const begin = offsetOf(token, parameters);
    const room = typeof input.MaxDatapoints === 'number' ? input.MaxDatapoints : mostPoints;
    const end = begin + room;
    let counted = 0;
    const results = queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .map((query) => {
        const { id, label, points } = seriesOf(query, from, to, context);
        const ordered = input.ScanBy === 'TimestampAscending' ? points : [...points].reverse();
        const first = counted;
        counted += ordered.length;
        const page = ordered.slice(Math.max(0, begin - first), Math.max(0, end - first));
        return {
          Id: id,
          Label: label,
          Timestamps: page.map(({ at }) => new Date(at)),
          Values: page.map(({ value }) => value),
          StatusCode: counted > end ? 'PartialData' : 'Complete',
        };
      });
    return {
      MetricDataResults: results,
      Messages: [],
      ...(counted > end ? { NextToken: Buffer.from(`${end} ${parameters}`).toString('base64url') } : {}),
    };
  },
} satisfies Operation;
