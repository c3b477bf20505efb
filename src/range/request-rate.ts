import { Fault } from './fault.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** By what they guard, so that two ranges in one process do not share a limit. */
const buckets = new WeakMap<object, Map<string, Bucket>>();

/**
 * Counts a request against a limit of so many a second; not divided by the speed, since a rate is no duration.
 *
 * @param name The operation and its Region.
 * @throws Fault `ThrottlingException` when they are used up.
 */
export function takeRequest(owner: object, name: string, aSecond: number, now: number): void {
  const owned = buckets.get(owner) ?? new Map<string, Bucket>();
  buckets.set(owner, owned);
  const bucket = owned.get(name) ?? { tokens: aSecond, at: now };
  owned.set(name, bucket);
  bucket.tokens = Math.min(aSecond, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * aSecond);
  bucket.at = Math.max(bucket.at, now);
  if (bucket.tokens < 1) throw new Fault('ThrottlingException', 'Rate exceeded');
  bucket.tokens -= 1;
}
