/** Stretches of time that were read to their end, both ends included, epoch ms. Overlapping ones are one. */
export interface Coverage {
  add(from: number, to: number): void;
  has(at: number): boolean;
  /** How far coverage reaches without a hole from `from` on; `undefined` when `from` itself is not covered. */
  reachFrom(from: number): number | undefined;
}

/** Starts empty. */
export function createCoverage(): Coverage {
  let stretches: readonly (readonly [from: number, to: number])[] = [];
  const around = (at: number) => stretches.find(([from, to]) => from <= at && at <= to);
  return {
    add(from, to) {
      const apart = stretches.filter((stretch) => stretch[1] < from || stretch[0] > to);
      const touching = stretches.filter((stretch) => stretch[1] >= from && stretch[0] <= to);
      const merged = [
        Math.min(from, ...touching.map((stretch) => stretch[0])),
        Math.max(to, ...touching.map((stretch) => stretch[1])),
      ] as const;
      stretches = [...apart, merged];
    },
    has: (at) => around(at) !== undefined,
    reachFrom: (from) => around(from)?.[1],
  };
}
