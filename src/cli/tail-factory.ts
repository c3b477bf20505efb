import type { Aws } from '../aws/aws.ts';
import { steadyClock, systemClock } from '../shared/clock.ts';
import { createTailHub, type TailHub } from '../sources/tail-hub.ts';

/** An account allows 15 sessions at once, and colleagues want some: AWS's quota, our share. */
export const defaultSessions = 2;

/**
 * Makes the tails of each account and Region and shares `maxSessions` among all of them: the first asker gets them, the others poll.
 *
 * @param places How many accounts and Regions will ask.
 */
export function tailFactory(options: {
  readonly maxSessions: number;
  readonly places: number;
  readonly idleMs?: number;
}): (aws: Aws, region: string) => TailHub {
  let left = options.maxSessions;
  let placesLeft = Math.max(1, options.places);
  return (aws, region) => {
    const share = Math.ceil(left / placesLeft);
    left -= share;
    placesLeft = Math.max(1, placesLeft - 1);
    return createTailHub({
      aws,
      clock: steadyClock(systemClock),
      region,
      maxSessions: share,
      ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
    });
  };
}
