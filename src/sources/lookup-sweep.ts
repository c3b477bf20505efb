/** A stretch of time, both ends included, epoch ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** One question to LookupEvents, read page by page to its end. Its end is frozen: a token is only good for the same question. */
export interface Sweep extends Stretch {
  nextToken: string | undefined;
  /** Pages that were answered. */
  pages: number;
  /** Events that came on them. */
  events: number;
  /** Time of the oldest event that came; AWS answers newest first, which is good enough to tell how far it got. */
  oldest: number;
}

/** What is to be read in one go, newest first, in one or more sweeps. */
export interface Walk extends Stretch {
  /** How far AWS's clock was ahead of ours when the ends were set, ms. */
  readonly skewMs: number;
  /** Epoch ms, our clock. */
  readonly begunAt: number;
  /** What has not been read to its end, newest first. */
  rest: readonly Stretch[];
  sweep: Sweep | undefined;
  /** Pages that were answered, over all its sweeps. */
  pages: number;
  readonly lengthMs: number;
}

const length = ({ from, to }: Stretch) => to - from;

/** Begins a walk. `stretches`: at least one, newest first, apart from each other. */
export function beginWalk(
  stretches: readonly [Stretch, ...Stretch[]],
  at: { readonly clock: number; readonly skewMs: number },
): Walk {
  return {
    from: Math.min(...stretches.map(({ from }) => from)),
    to: stretches[0].to,
    skewMs: at.skewMs,
    begunAt: at.clock,
    rest: stretches,
    sweep: undefined,
    pages: 0,
    lengthMs: stretches.reduce((sum, stretch) => sum + length(stretch), 0),
  };
}

/**
 * The newest part of what is left, at most `sliceMs` long. A long stretch is read in slices: what fails is begun anew, and that must not
 * be hours of reading. Starts on a whole second, as event times do.
 */
export function nextSweep(walk: Walk, sliceMs: number): Sweep {
  const [stretch = walk] = walk.rest;
  const from = Math.max(stretch.from, wholeSecond(stretch.to - sliceMs));
  return { from, to: stretch.to, nextToken: undefined, pages: 0, events: 0, oldest: stretch.to };
}

/** Takes the sweep that was read to its end off the walk. */
export function sweepEnded(walk: Walk): void {
  const { sweep, rest } = walk;
  if (!sweep) return;
  const [stretch, ...older] = rest;
  walk.rest = stretch && sweep.from > stretch.from ? [{ from: stretch.from, to: sweep.from }, ...older] : older;
  walk.sweep = undefined;
}

/** How much of the walk's time has been read, 0 to 1. */
export function shareRead(walk: Walk): number {
  if (walk.lengthMs <= 0) return walk.rest.length === 0 ? 1 : 0;
  const left = walk.rest.reduce((sum, stretch) => sum + length(stretch), 0);
  const under = walk.sweep ? walk.sweep.to - Math.max(walk.sweep.from, walk.sweep.oldest) : 0;
  return Math.min(1, Math.max(0, (walk.lengthMs - left + under) / walk.lengthMs));
}

/** Event times have no fractions; a question that starts at one would miss its own second. */
export const wholeSecond = (at: number): number => Math.floor(at / 1_000) * 1_000;

/** About a minute of asking: what an expired token costs at most. */
const slicePages = 50;
const shortestSliceMs = 60_000;

/**
 * How long slices should be after the first page of one: `undefined` when this one may go on.
 * `pageMs`: time between the newest and the oldest event of a full page.
 */
export function cutTo(sweep: Stretch, pageMs: number): number | undefined {
  const wanted = Math.max(shortestSliceMs, slicePages * pageMs);
  return length(sweep) > 2 * wanted ? wanted : undefined;
}

/** Where tokens do not live long enough for a slice, ms. */
export const finerSliceMs = (sweep: Stretch): number => Math.max(shortestSliceMs, length(sweep) / 4);

/** How long the next slice should be after one that took `pages`: dense hours are cut finer, quiet ones coarser. */
export function nextSliceMs(sweep: Sweep): number {
  const factor = Math.min(4, Math.max(0.25, slicePages / Math.max(1, sweep.pages)));
  return Math.max(shortestSliceMs, length(sweep) * factor);
}
