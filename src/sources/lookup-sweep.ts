/** One walk through a stretch of time, newest event first, page by page. */
export interface Sweep {
  readonly from: number;
  /** Fixed when the sweep starts: the token of the next page is only good for the same question. */
  readonly to: number;
  nextToken: string | undefined;
}

/** A kind of sweep and where it stands. */
export interface SweepPlan {
  readonly name: 'hot' | 'warm' | 'deep';
  readonly everyMs: number;
  readonly windowMs: number;
  /** Whether a whole page of known events ends it: only where a longer sweep comes behind. */
  readonly stopsAtKnown: boolean;
  /** Epoch ms, our clock. */
  dueAt: number;
  /** Counts up with every page that any sweep asked for; the one that waits longest is next. */
  servedAt: number;
  /** How often it began anew since it last came to its end. */
  restarts: number;
  current: Sweep | undefined;
}

/**
 * The sweep whose page is asked for next: of those that run or are due, the one that has waited longest. So a long first sweep does not
 * keep the newest minutes from the screen, and hot sweeps of a busy account do not starve the deep one.
 */
export function nextSweep(plans: readonly SweepPlan[], now: number): SweepPlan | undefined {
  return plans
    .filter((plan) => plan.current || plan.dueAt <= now)
    .reduce<SweepPlan | undefined>((best, plan) => (best && best.servedAt <= plan.servedAt ? best : plan), undefined);
}

/** When the next sweep falls due, epoch ms. */
export const nextDue = (plans: readonly SweepPlan[]): number => Math.min(...plans.map((plan) => plan.dueAt));
