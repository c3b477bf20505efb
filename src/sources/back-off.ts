/** How long to wait after one failure more, ms. */
export interface BackOff {
  next(): number;
  reset(): void;
}

/**
 * Doubles from `firstMs` to `mostMs`; each wait is drawn anew between `leastMs` and that ("full jitter"), so that several consoles do not
 * come back at the same moment. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createBackOff(
  limits: { readonly firstMs: number; readonly leastMs: number; readonly mostMs: number },
  random: () => number,
): BackOff {
  let failures = 0;
  return {
    next() {
      const ceiling = Math.min(limits.mostMs, limits.firstMs * 2 ** Math.min(failures, 30));
      failures += 1;
      return limits.leastMs + random() * Math.max(0, ceiling - limits.leastMs);
    },
    reset() {
      failures = 0;
    },
  };
}
