import type { Walk } from './lookup-sweep.ts';

/** What a question is asked for. `load`: a first load; `operator`: somebody waits for it. */
export type Lane = 'operator' | 'hot' | 'warm' | 'load' | 'deep';

/** A kind of sweep of one scope, and where it stands. */
export interface LookupTask {
  /** `hot` may end at a page of known events; the others never. */
  readonly kind: 'hot' | 'warm' | 'deep';
  lane: Lane;
  /** Of its scope: 0 is the most important. */
  rank: number;
  /** From one beginning to the next, ms. */
  everyMs: number;
  /** Epoch ms, our clock; stays while it runs. */
  dueAt: number;
  walk: Walk | undefined;
  /** How often it began anew since it last came to its end. */
  restarts: number;
}

/** The longest that a sweep waits after its token failed, ms. */
export const maxRestartMs = 60_000;

/** Whether it can use a page now. A due time far beyond its interval was set by a clock that has been put back since. */
const isReady = ({ dueAt, everyMs, walk }: LookupTask, now: number): boolean =>
  walk?.sweep !== undefined || dueAt <= now || dueAt - now > everyMs + maxRestartMs;

/** When the next task falls due, epoch ms. */
export const nextDue = (tasks: readonly LookupTask[]): number => Math.min(...tasks.map(({ dueAt }) => dueAt));

/** Shares out the pages among the tasks: there is one a second for each account and Region. */
export interface Turns {
  /** Whose page is asked for next; the asking counts as done. */
  next(tasks: readonly LookupTask[], now: number): LookupTask | undefined;
}

const byRank = (a: LookupTask, b: LookupTask) => a.rank - b.rank;
const byDue = (a: LookupTask, b: LookupTask) => a.dueAt - b.dueAt || a.rank - b.rank;
const newestPagesFirst = (a: LookupTask, b: LookupTask) => Number(hasNoPage(b)) - Number(hasNoPage(a)) || byDue(a, b);
const hasNoPage = ({ walk }: LookupTask) => (walk?.pages ?? 0) === 0;

/** As many pages in a row for somebody who waits, before a hot sweep has one. */
const operatorInARow = 3;
/** As many for hot sweeps before anything else has one: slow answers must not let them take all. */
const hotInARow = 2;

/**
 * The order: (1) what the operator asked for, first pages before second ones; (2) the first page of every first load, so that the last
 * minutes stand at once; (3) hot sweeps, at most two pages of three; (4) by turns warm sweeps, first loads in the order of their
 * importance, deep sweeps.
 */
export function createTurns(): Turns {
  const servedAt = new Map<Lane, number>();
  let served = 0;
  let last: Lane | undefined;
  let inARow = 0;
  const choose = (ready: readonly LookupTask[]): LookupTask | undefined => {
    const operator = ready.filter(({ lane }) => lane === 'operator');
    const first = ready.filter((task) => task.lane === 'load' && hasNoPage(task)).sort(byRank);
    const hot = ready.filter(({ lane }) => lane === 'hot').sort(newestPagesFirst);
    const hotMayGo = !(last === 'hot' && inARow >= hotInARow);
    if (operator.length > 0 && !(last === 'operator' && inARow >= operatorInARow && first.length + hot.length > 0)) {
      return operator.sort((a, b) => Number(hasNoPage(b)) - Number(hasNoPage(a)) || byRank(a, b))[0];
    }
    if (first.length > 0) return first[0];
    const rest = ready.filter((task) => task.lane !== 'operator' && !hot.includes(task));
    if (hot.length > 0 && (hotMayGo || rest.length === 0)) return hot[0];
    const least = Math.min(...rest.map(({ lane }) => servedAt.get(lane) ?? 0));
    const lane = rest.filter((task) => (servedAt.get(task.lane) ?? 0) === least);
    return lane.sort(lane[0]?.lane === 'load' ? byRank : byDue)[0];
  };
  return {
    next(tasks, now) {
      const task = choose(tasks.filter((one) => isReady(one, now)));
      if (!task) return undefined;
      served += 1;
      inARow = task.lane === last ? inARow + 1 : 1;
      last = task.lane;
      servedAt.set(task.lane, served);
      return task;
    },
  };
}
