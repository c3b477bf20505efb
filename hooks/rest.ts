/** An answer is rested from so many times what it took, and at most so long, ms. */
const SHARE = 2;
const MOST_MS = 3_000;

/** How long to rest after an answer, ms: while a load goes on, answers take long, since the thread that gives them has more to do. */
export const restAfter = (tookMs: number, leastMs: number): number =>
  Math.max(leastMs, Math.min(MOST_MS, SHARE * tookMs));
