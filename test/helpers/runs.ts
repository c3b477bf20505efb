/** Set by `test/many-runs.ts`: how many stories are drawn, or `many` for as many as each test says. */
const asked = process.env.FIREBREAK_RUNS;

/**
 * How many stories a slow property test draws: few in the suite, each time others where it has no seed; `many` where somebody looks for what is
 * rare, by `node test/many-runs.ts [FILE…]`.
 */
export const runs = (inSuite: number, many: number): number =>
  asked === undefined ? inSuite : asked === 'many' ? many : Number(asked);

/** A time limit for tests that draw `runs`. */
export const limitMs = (inSuiteMs: number): number => (asked === undefined ? inSuiteMs : 6 * 60 * 60_000);

/** Which stories are drawn: fast-check's `seed`, and its `path` to the one that failed; `inSuite` where nobody asked for others. */
export const drawnBy = (inSuite: number): { readonly seed: number; readonly path?: string } => {
  const { FIREBREAK_SEED: seed, FIREBREAK_PATH: path } = process.env;
  return { seed: seed === undefined ? inSuite : Number(seed), ...(path === undefined ? {} : { path }) };
};
