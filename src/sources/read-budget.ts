import type { Aws } from '../aws/aws.ts';
import type { Clock } from '../shared/clock.ts';

/** Keeps all readers of one account and Region together within a rate. */
export interface ReadBudget {
  /** Resolves when a call may be sent. @throws The signal's reason, as soon as it aborts. */
  take(signal: AbortSignal): Promise<void>;
}

const nextFree = new WeakMap<Aws, Map<string, { at: number }>>();

/**
 * FilterLogEvents allows 5 to 25 calls a second and Region, which colleagues and dashboards share. Calls are evenly spaced, without bursts.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 *
 * @param perSecond All readers of one account and Region give the same.
 */
export function readBudget(aws: Aws, clock: Clock, region: string, perSecond: number): ReadBudget {
  const regions = nextFree.get(aws) ?? new Map<string, { at: number }>();
  nextFree.set(aws, regions);
  const next = regions.get(region) ?? { at: Number.NEGATIVE_INFINITY };
  regions.set(region, next);
  return {
    async take(signal) {
      const now = clock.now();
      const at = Math.max(now, next.at);
      next.at = at + 1_000 / perSecond;
      if (at > now) await clock.sleep(at - now, signal);
      else signal.throwIfAborted();
    },
  };
}
