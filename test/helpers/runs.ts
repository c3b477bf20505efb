/**
 * How many stories a slow property test draws: few in the suite, each time others where it has no seed; `many` where somebody looks for what is
 * rare, by `node test/many-runs.ts [FILE…]`.
 */
export const runs = (inSuite: number, many: number): number =>
  process.env.FIREBREAK_MANY_RUNS === undefined ? inSuite : many;

/** A time limit for tests that draw `runs`. */
export const limitMs = (inSuiteMs: number): number =>
  process.env.FIREBREAK_MANY_RUNS === undefined ? inSuiteMs : 30 * 60_000;
