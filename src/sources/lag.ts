import type { LagFigures } from './source.ts';

/** Fewer say nothing about a distribution. */
const fewestSamples = 5;

/** The delays of the events that appeared last, while we watched. */
export interface Lag {
  /** `delayMs`: first seen − event time. CloudTrail cuts event times to the second, so it is up to a second too long. */
  add(delayMs: number): void;
  /** Nearest-rank percentiles; `undefined` below five samples. */
  figures(): LagFigures | undefined;
}

/** Keeps the last `limit` delays. */
export function createLag(limit = 2_000): Lag {
  const delays: number[] = [];
  let oldest = 0;
  let figures: LagFigures | undefined;
  let stale = false;
  return {
    add(delayMs) {
      // A clock that is a little behind AWS's must not make an event come before it happened.
      const delay = Math.max(0, delayMs);
      if (delays.length < limit) delays.push(delay);
      else delays[oldest] = delay;
      oldest = (oldest + 1) % limit;
      stale = true;
    },
    figures() {
      if (!stale || delays.length < fewestSamples) return figures;
      const sorted = delays.toSorted((a, b) => a - b);
      const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      figures = { p50Ms: rank(0.5), p95Ms: rank(0.95), p99Ms: rank(0.99), samples: sorted.length };
      stale = false;
      return figures;
    },
  };
}

/** How far back the sweeps of the event history look, ms. */
export interface LookupWindows {
  readonly hotMs: number;
  readonly warmMs: number;
  readonly deepMs: number;
}

const minuteMs = 60_000;
const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));

/** Twice the measured delay, within bounds: an account that is slow today is looked at further back. */
export function windowsFor(lag: LagFigures | undefined): LookupWindows {
  const { p95Ms = 0, p99Ms = 0 } = lag ?? {};
  return {
    hotMs: between(5 * minuteMs, 2 * p95Ms, 20 * minuteMs),
    warmMs: between(20 * minuteMs, 2 * p99Ms, 60 * minuteMs),
    deepMs: Math.max(120 * minuteMs, 2 * p99Ms),
  };
}
