import { parseArn } from '../../src/model/arn.ts';
import type { MetricSeries } from '../../src/model/metric.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { count } from '../components/text.ts';
import type { Theme } from '../theme/theme.ts';

/** How far back the lane shows, ms. */
export const LANE_MS = 30 * 60_000;
/** What the figures in the detail are about, ms. */
const FIGURES_MS = 5 * 60_000;

const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The series of one endpoint; by ARN where both have one, else by name within the Region. */
export function seriesOf(metrics: readonly MetricSeries[], resource: ResourceRef): readonly MetricSeries[] {
  if (resource.kind !== 'sagemaker.endpoint' || metrics.length === 0) return [];
  const region = parseArn(resource.arn)?.region;
  return metrics.filter((series) =>
    resource.arn !== '' && series.resource.startsWith('arn:')
      ? sameText(series.resource, resource.arn)
      : sameText(series.name, resource.name) && (region === undefined || region === series.region),
  );
}

/** Sums of the last 30 minutes in `cells` equal stretches, oldest first. A stretch without a value is zero: CloudWatch keeps no zeros of these. */
function sums(points: MetricSeries['points'], now: number, cells: number): readonly number[] {
  const each = LANE_MS / cells;
  const from = now - LANE_MS;
  const found = Array.from({ length: cells }, () => 0);
  for (const { at, value } of points) {
    const index = Math.floor((at - from) / each);
    if (index >= 0 && index < cells) found[index] = (found[index] ?? 0) + Math.max(0, value);
  }
  return found;
}

/** Invocations of the last 30 minutes, each cell against the highest; blank where nothing was measured yet. Exactly `cells` cells. */
export function sparkline(
  metrics: readonly MetricSeries[],
  resource: ResourceRef,
  now: number,
  cells: number,
  theme: Theme,
): string {
  const series = seriesOf(metrics, resource).find(({ metric }) => metric === 'Invocations');
  if (!series) return ' '.repeat(cells);
  const values = sums(series.points, now, cells);
  const highest = Math.max(...values);
  const [zero = ' ', ...steps] = theme.glyphs.spark;
  return values
    .map((value) =>
      value === 0 ? zero : (steps[Math.min(steps.length - 1, Math.ceil((value / highest) * steps.length) - 1)] ?? zero),
    )
    .join('');
}

const figure = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** Invocations, errors and mean latency of the last five minutes in one sentence; empty for what is no endpoint. */
export function figuresText(metrics: readonly MetricSeries[], resource: ResourceRef, now: number): string {
  if (resource.kind !== 'sagemaker.endpoint') return '';
  const all = seriesOf(metrics, resource);
  if (all.length === 0) return 'no metrics yet';
  const recent = (name: MetricSeries['metric']) =>
    all.find(({ metric }) => metric === name)?.points.filter(({ at }) => at >= now - FIGURES_MS);
  const sum = (name: MetricSeries['metric']) => recent(name)?.reduce((total, { value }) => total + value, 0);
  const said = (value: number | undefined, what: string) =>
    value === undefined ? `no ${what} figure yet` : `${count(Math.round(value))} ${what}`;
  const calls = recent('Invocations') ?? [];
  const latencies = recent('ModelLatency');
  // A minute with a thousand calls says more about the mean than one with two.
  const weighted = (latencies ?? []).map(({ at, value }) => ({
    value,
    weight: calls.find((point) => point.at === at)?.value || 1,
  }));
  const weights = weighted.reduce((total, { weight }) => total + weight, 0);
  const mean = weighted.reduce((total, { value, weight }) => total + value * weight, 0) / weights;
  return [
    `last 5 min: ${said(sum('Invocations'), 'invocations')}`,
    said(sum('Invocation4XXErrors'), '4xx'),
    said(sum('Invocation5XXErrors'), '5xx'),
    ...(weights > 0 ? [`mean latency ${figure.format(mean)} ms`] : latencies ? [] : ['no latency yet']),
  ].join(', ');
}
