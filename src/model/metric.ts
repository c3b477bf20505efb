/** A sparse series of measurements of one resource: only the minutes that have a value. */
export interface MetricSeries {
  /** ARN where it is known, else the name. */
  readonly resource: string;
  readonly name: string;
  readonly region: string;
  readonly metric: 'Invocations' | 'Invocation4XXErrors' | 'Invocation5XXErrors' | 'ModelLatency';
  /** `count` for sums, `ms` for latencies. */
  readonly unit: 'count' | 'ms';
  readonly periodMs: number;
  /** Oldest first; `at` is the start of the period, epoch ms. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}
