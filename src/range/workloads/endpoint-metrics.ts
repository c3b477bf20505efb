/** Where SageMaker publishes them. */
export const sagemakerNamespace = 'AWS/SageMaker';

/** One answered invocation. */
export interface Invocation {
  /** Epoch ms. */
  readonly at: number;
  readonly status: number;
  readonly latencyMs: number;
}

/** What makes a series one. */
export interface Fleet {
  readonly region: string;
  readonly endpoint: string;
  readonly variant: string;
}

const minuteMs = 60_000;
/** AWS keeps points of a minute for 15 days. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const retentionMs = 15 * 24 * 60 * minuteMs;

/** What an invocation is worth in each metric. Latency is in microseconds, as SageMaker publishes it. */
const values: { readonly [metric: string]: (invocation: Invocation) => number } = {
  Invocations: () => 1,
  Invocation4XXErrors: ({ status }) => (status >= 400 && status < 500 ? 1 : 0),
  Invocation5XXErrors: ({ status }) => (status >= 500 ? 1 : 0),
  ModelLatency: ({ latencyMs }) => Math.round(latencyMs * 1000),
};

/** Metrics of `AWS/SageMaker` that there are. */
export const metricNames: readonly string[] = Object.keys(values);

/** The measurements of one period. */
export interface Samples {
  /** Start of the period, epoch ms. */
  readonly at: number;
  readonly values: readonly number[];
}

/**
 * What CloudWatch knows of the endpoints' invocations. A minute without one has no point.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export class EndpointMetrics {
  readonly #fleets = new Map<string, { readonly fleet: Fleet; readonly minutes: Map<number, Invocation[]> }>();

  count(fleet: Fleet, invocation: Invocation): void {
    const key = `${fleet.region} ${fleet.endpoint} ${fleet.variant}`;
    const known = this.#fleets.get(key) ?? { fleet, minutes: new Map<number, Invocation[]>() };
    this.#fleets.set(key, known);
    const minute = Math.floor(invocation.at / minuteMs) * minuteMs;
    const invocations = known.minutes.get(minute);
    if (invocations) {
      invocations.push(invocation);
      return;
    }
    known.minutes.set(minute, [invocation]);
    for (const old of known.minutes.keys()) if (old < minute - retentionMs) known.minutes.delete(old);
  }

  /** Every fleet of a Region that ever had an invocation; CloudWatch remembers the deleted ones too. */
  fleets(region: string): readonly Fleet[] {
    return [...this.#fleets.values()].map(({ fleet }) => fleet).filter((fleet) => fleet.region === region);
  }

  /**
   * The measurements of a metric, a period each, oldest first; no metric and no fleet of that name: none.
   *
   * @param from Inclusive, epoch ms. @param to Exclusive. @param periodMs A multiple of a minute.
   */
  samples(fleet: Fleet, metric: string, from: number, to: number, periodMs: number): readonly Samples[] {
    const value = values[metric];
    const minutes = this.#fleets.get(`${fleet.region} ${fleet.endpoint} ${fleet.variant}`)?.minutes;
    if (!value || !minutes) return [];
    const first = Math.floor(from / periodMs) * periodMs;
    const periods = new Map<number, number[]>();
    for (const [minute, invocations] of minutes) {
      const period = Math.floor(minute / periodMs) * periodMs;
      if (period < first || period >= to) continue;
      const found = periods.get(period) ?? [];
      periods.set(period, found);
      for (const invocation of invocations) found.push(value(invocation));
    }
    return [...periods].map(([at, measured]) => ({ at, values: measured })).sort((a, b) => a.at - b.at);
  }
}
