import type { Clock } from '../shared/clock.ts';

/** Below this the two clocks count as equal: the `Date` header has a resolution of one second. */
const noSkewMs = 2_000;

/** AWS's clock, as far as its answers tell it. */
export interface AwsTime {
  /** Epoch ms. */
  now(): number;
  /** How far AWS is ahead of our clock, ms; 0 while that is less than two seconds. */
  skewMs(): number;
  /** Takes in one answer: its `Date` header, when we asked and when it came (our clock, epoch ms). */
  learn(date: string | undefined, askedAt: number, answeredAt: number): void;
}

/**
 * Estimates AWS's time. A `Date` of D says that AWS's clock stood between D and D + 1 s at some moment between question and answer, so
 * each answer bounds the skew from both sides. The estimate moves only when it lies outside these bounds: it does not tremble with the
 * length of the way, and a slow answer (LookupEvents may take 35 s) teaches nothing false.
 */
export function createAwsTime(clock: Clock): AwsTime {
  let skewMs = 0;
  return {
    now: () => clock.now() + skewMs,
    skewMs: () => skewMs,
    learn(date, askedAt, answeredAt) {
      const at = date === undefined ? Number.NaN : Date.parse(date);
      if (Number.isNaN(at)) return;
      const least = at - answeredAt;
      const most = at + 1_000 - askedAt;
      if (skewMs >= least && skewMs <= most) return;
      if (least < noSkewMs && most > -noSkewMs) skewMs = 0;
      else if (skewMs === 0) skewMs = Math.round((least + most) / 2);
      // As little as possible: the narrowest bounds win in the end.
      else skewMs = skewMs < least ? least : most;
    },
  };
}
