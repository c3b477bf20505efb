import type { Json } from '../shared/json.ts';
import { createCoverage } from './coverage.ts';
import type { LookupWindows } from './lag.ts';
import { claimSoFar, missing, readCheckpoint, writeCheckpoint } from './lookup-checkpoint.ts';
import { progressSentence, type ScopeProgress } from './lookup-progress.ts';
import {
  backgroundScopes,
  belongs,
  createReading,
  type EventTraits,
  pivotScope,
  type ScopeReading,
} from './lookup-scope.ts';
import {
  beginWalk,
  cutTo,
  finerSliceMs,
  nextSliceMs,
  nextSweep,
  type Stretch,
  type Sweep,
  shareRead,
  sweepEnded,
  type Walk,
  wholeSecond,
} from './lookup-sweep.ts';
import { createTurns, type Lane, type LookupTask, maxRestartMs, nextDue } from './lookup-turns.ts';
import type { Lookup, SourceContext } from './source.ts';

/** CloudTrail's limit of events on a page. */
export const pageSize = 50;
/** What AWS's clock may be found to differ by while a sweep runs: the times it asks for were made with the old one. */
const clockJumpMs = 60_000;
/** A pause longer than this, and what appeared meanwhile says nothing of CloudTrail's delay. */
const unwatchedMs = 60_000;
/** A warm sweep of everything in so few pages is cheaper than one of each scope. */
const fewPages = 4;
/** So many warm sweeps overdue, and a scope falls behind. */
const behindWarmSweeps = 3;
/** The share of the bucket that warm sweeps of everything may have where they stand for those of all scopes. */
const warmShare = 0.25;

/** The page that is asked for now. */
export interface LookupTurn {
  readonly task: LookupTask;
  readonly reading: ScopeReading;
  readonly walk: Walk;
  readonly sweep: Sweep;
}

/** What a page held. */
export interface PageFacts {
  readonly events: number;
  /** How many of them were not known. */
  readonly fresh: number;
  /** Event times, epoch ms; where there are no events they are not looked at. */
  readonly newest: number;
  readonly oldest: number;
  readonly nextToken: string | undefined;
}

/** What is read when, and what has been read; asks nothing itself. */
export interface LookupPlan {
  /**
   * What the operator wants looked up, the newest first; and whether first loads are to go on: those that do when `held` becomes true are given
   * up until it is false. Taken up with the next turn.
   */
  want(lookups: readonly Lookup[], held?: boolean): void;
  /** @returns The next page to ask for; `undefined` when nothing is due. */
  next(): LookupTurn | undefined;
  /** Ms until something falls due. */
  dueInMs(): number;
  /** Takes in an answer: its sweep goes on, or has been read to its end. Begins it anew where AWS's clock turned out to be another. */
  answered(turn: LookupTurn, page: PageFacts): void;
  /** The token is no longer good: the sweep begins anew, at once the first time. */
  askAnew(turn: LookupTurn): void;
  /** AWS does not take the question of a pivot. @returns Whether it is one. */
  refuse(turn: LookupTurn, why: string): boolean;
  /** Gives a sweep up whose times were made with a wrong clock. @returns Whether they were. */
  clockWasWrong(turn: LookupTurn): boolean;
  /**
   * Tells of the events that are new on this turn's page, by their time, which ones became visible while we watched: their delay is
   * CloudTrail's, not ours. To be called once for each answer.
   */
  appeared(turn: LookupTurn): (at: number) => boolean;
  /** Whether all that the source reads at that time had been read before this turn. */
  wasRead(turn: LookupTurn, at: number, event: EventTraits): boolean;
  progress(): string;
  /** Whether first loads go on, or were given up; `undefined`: all have ended. */
  firstLoad(): 'going' | 'held' | undefined;
  /** The stretch that every required scope has read without a hole, from what the operator wants to see on. */
  covered(): Stretch | undefined;
  checkpoint(): Json | undefined;
}

/** Intervals in ms; `windows` is asked anew for every sweep. */
export interface LookupRhythm {
  readonly hotMs: number;
  readonly warmMs: number;
  readonly deepMs: number;
  readonly windows: () => LookupWindows;
}

/** Plans the reading of one Region. */
export function createLookupPlan(
  { aws, clock, region, part, since, checkpoint }: SourceContext,
  { hotMs, warmMs, deepMs, windows }: LookupRhythm,
): LookupPlan {
  const skewMs = () => aws.now() - clock.now();
  /** `since` was reckoned with our clock. When that is ahead of AWS's, what is meant begins earlier; when behind, more is read. */
  const start = () => wholeSecond(since + (skewMs() < -clockJumpMs ? skewMs() : 0));
  const newTask = (kind: LookupTask['kind'], lane: Lane, rank: number, everyMs: number, dueAt: number): LookupTask => ({
    kind,
    lane,
    rank,
    everyMs,
    dueAt,
    walk: undefined,
    restarts: 0,
  });
  const saved = readCheckpoint(checkpoint);
  const turns = createTurns();
  const begunAt = clock.now();
  const background = backgroundScopes(part).map((scope, rank) =>
    createReading(scope, rank, saved(scope.id), [
      // Of everything only the newest page now and then, until there is room.
      newTask('hot', 'hot', rank, scope.attribute ? hotMs : warmMs, begunAt + hotMs),
      newTask('warm', 'warm', rank, warmMs, begunAt + warmMs),
      newTask('deep', 'load', rank, deepMs, begunAt),
    ]),
  );
  const required = background.filter(({ scope }) => scope.required);
  const everything = background.find(({ scope }) => !scope.attribute);
  /** Every pivot that was ever asked for, and those that are wanted now. */
  const pivots = new Map<string, ScopeReading>();
  let wanted: readonly Lookup[] | undefined;
  let holds = false;
  let asked: readonly ScopeReading[] = [];
  /** Whether the measured rate leaves room for everything. */
  let roomy = false;
  /** Ms from one answer to the next while nothing else is waited for: mostly the bucket's interval. */
  let requestMs = 1_000;
  let answeredAt: number | undefined;
  let pending = false;

  const isPivot = (reading: ScopeReading) => pivots.get(reading.scope.id) === reading;
  const deepOf = ({ tasks }: ScopeReading) => tasks.at(-1) as LookupTask;
  /** Where everything is read, its parts are. */
  const partsOf = (reading: ScopeReading) => (reading === everything ? background : [reading]);

  /**
   * Everything is swept in so few pages that the other scopes, which are parts of it, need not be asked for: what their sweeps would cost
   * is better spent on sweeping everything more often.
   */
  const suffices = () =>
    roomy &&
    everything?.loaded === true &&
    // A sweep that goes on shows that it has become busier: the others must not wait for its end.
    Math.max(everything.warmPages ?? windows().warmMs / everything.pageMs, everything.tasks[1]?.walk?.pages ?? 0) <=
      Math.max(fewPages, (warmMs * warmShare) / requestMs);
  function activeReadings(): readonly (readonly [ScopeReading, readonly LookupTask[]])[] {
    return [...asked, ...background].map((reading) => {
      if (reading.refused !== undefined) return [reading, []];
      if (reading.held !== undefined) return [reading, reading.tasks.filter(({ kind }) => kind !== 'deep')];
      if (reading !== everything)
        return [reading, suffices() && !isPivot(reading) && reading.loaded ? [] : reading.tasks];
      // Its newest page shows how dense it is; where there is no room, such pages are all that is asked for.
      if (!reading.answered) return [reading, [deepOf(reading)]];
      return [reading, roomy ? reading.tasks : reading.tasks.slice(0, 1)];
    });
  }
  const activeTasks = () => activeReadings().flatMap(([, tasks]) => tasks);

  /** Gives a first load up where it is, or has it go on. */
  function hold(reading: ScopeReading, held: boolean): void {
    const deep = deepOf(reading);
    reading.held = held && !reading.loaded ? (deep.walk ? shareRead(deep.walk) : 0) : undefined;
    if (!held && !reading.loaded) deep.dueAt = clock.now();
  }
  function unwatch(reading: ScopeReading): void {
    reading.watchedFrom = undefined;
    reading.watched = createCoverage();
    reading.watchedSince = clock.now();
  }
  function setRoom(reading: ScopeReading, room: boolean): void {
    roomy = room;
    const [hot, warm, deep] = reading.tasks as readonly [LookupTask, LookupTask, LookupTask];
    for (const task of reading.tasks) task.walk = undefined;
    hot.everyMs = room ? hotMs : warmMs;
    hot.dueAt = clock.now() + hot.everyMs;
    warm.dueAt = clock.now() + warm.everyMs;
    deep.dueAt = clock.now();
    unwatch(reading);
  }
  /**
   * Everything may begin when half of the bucket is enough: for its load until the next deep sweep of the others, then for its own sweeps.
   * It ends when they would need the whole bucket.
   */
  function measureRoom(): void {
    if (!everything?.answered) return;
    const pagesIn = (ms: number) => ms / requestMs;
    const { warmMs: warmWindowMs, deepMs: deepWindowMs } = windows();
    const loadMs = Math.max(0, aws.now() - start());
    const cycleMs = Math.min(deepWindowMs + deepMs, loadMs) + Math.min(warmWindowMs, loadMs) * (deepMs / warmMs);
    const sweepsFit = cycleMs / everything.pageMs <= pagesIn(deepMs) * (roomy ? 1 : 0.5);
    const untilDeepMs = Math.min(...required.map((reading) => deepOf(reading).dueAt)) - clock.now();
    const loadFits = loadMs / everything.pageMs <= pagesIn(untilDeepMs) * 0.5;
    const mayBegin = everything.loaded || roomy || (loadFits && required.every(({ loaded }) => loaded));
    if ((sweepsFit && mayBegin) !== roomy) setRoom(everything, !roomy);
  }

  /** What a task that begins has to read. */
  function stretchesOf(task: LookupTask, reading: ScopeReading): readonly [Stretch, ...Stretch[]] {
    const to = aws.now();
    const sized = windows();
    const back = (from: number): Stretch => ({ from: wholeSecond(Math.min(to, Math.max(start(), from))), to });
    if (task.kind === 'hot') return [back(to - sized.hotMs)];
    if (task.kind === 'warm') return [back(to - sized.warmMs)];
    if (!reading.loaded || !reading.claim) return missing(reading.claim, back(start()), sized.deepMs);
    if (isPivot(reading)) return [back(reading.claim.to - sized.warmMs)];
    // From the end of the last whole one: whatever appears within the window after its time is met, however long a sweep takes.
    return [back(Math.min(...partsOf(reading).map(({ claim }) => claim?.to ?? to)) - sized.deepMs)];
  }
  /** After its last page, or where it is given up. */
  function rest(task: LookupTask, walk: Walk): void {
    task.walk = undefined;
    task.dueAt = walk.begunAt + task.everyMs;
  }

  /** A first load or a deep sweep has come to its end. */
  function loadEnded(task: LookupTask, reading: ScopeReading, walk: Walk): void {
    const { deepMs: deepWindowMs } = windows();
    for (const part of partsOf(reading)) {
      const deep = deepOf(part);
      if (part !== reading) {
        const owedFrom = part.loaded && part.claim ? Math.max(start(), part.claim.to - deepWindowMs) : start();
        const isWhole = walk.lengthMs === walk.to - walk.from;
        if (!isWhole || walk.from > owedFrom) continue;
        rest(deep, walk);
      }
      part.claim = claimSoFar(part.claim, walk, []);
      part.loaded = true;
      deep.lane = isPivot(part) ? 'warm' : 'deep';
    }
    // Its one page was all there is.
    if (reading === everything && !roomy) setRoom(reading, true);
    rest(task, walk);
  }

  function readToItsEnd({ task, reading, walk, sweep }: LookupTurn): void {
    const to = Math.min(sweep.to, aws.now());
    for (const part of partsOf(reading)) {
      part.covered.add(sweep.from, to);
      part.claims.add(sweep.from, to);
    }
    if (walk.begunAt >= reading.watchedSince) reading.watched.add(sweep.from, to);
    reading.pageMs = (sweep.to - sweep.from) / (sweep.pages > 1 ? sweep.pages : Math.max(1, sweep.events) / pageSize);
    task.restarts = 0;
    sweepEnded(walk);
    if (task.kind === 'deep') {
      reading.sliceMs = nextSliceMs(sweep);
      if (walk.rest.length === 0) loadEnded(task, reading, walk);
      else if (!reading.loaded) reading.claim = claimSoFar(reading.claim, walk, walk.rest);
      return;
    }
    if (task.kind === 'warm') {
      reading.warmPages = sweep.pages;
      // Where the bucket has room, late events are found sooner: by a tenth of it, or more where nothing else is swept.
      const hasRoom = required.every(({ loaded }) => loaded);
      const share = reading === everything && suffices() ? warmShare : 0.1;
      task.everyMs = hasRoom ? Math.min(warmMs, Math.max(warmMs / 4, (sweep.pages * requestMs) / share)) : warmMs;
      // There is a hole behind it: an outage was longer than the window.
      if (reading.loaded && (reading.claims.reachFrom(start()) ?? 0) < sweep.from) {
        deepOf(reading).dueAt = Math.min(deepOf(reading).dueAt, clock.now());
      }
    }
    rest(task, walk);
  }

  function progressOf(reading: ScopeReading): ScopeProgress {
    const { label } = reading.scope;
    if (reading.refused !== undefined) return { label, state: 'refused', why: reading.refused };
    const from = start();
    const to = reading.loaded ? reading.claims.reachFrom(from) : undefined;
    if (to !== undefined) {
      const behindMs = aws.now() - to;
      return {
        label,
        state: 'loaded',
        stretch: { from, to },
        // Warm sweeps carry the end on; when several of them are overdue, more happens than the bucket can be asked for.
        ...(behindMs > behindWarmSweeps * warmMs ? { behindMs } : {}),
      };
    }
    const { walk } = deepOf(reading);
    if (!reading.answered || (reading === everything && !roomy)) return { label, state: 'not-loaded' };
    if (reading.held !== undefined) return { label, state: 'held', share: reading.held };
    const [share, pages, sinceMs] = walk ? [shareRead(walk), walk.pages, clock.now() - walk.begunAt] : [0, 0, 0];
    return { label, state: 'loading', share, pages, sinceMs };
  }

  const plan: LookupPlan = {
    want(lookups, held = false) {
      if (held !== holds) {
        holds = held;
        for (const reading of [...asked, ...background]) hold(reading, held);
      }
      if (lookups === wanted) return;
      wanted = lookups;
      const before = new Set(asked);
      const scopes = new Map(
        lookups
          .filter((one) => one.value !== '' && (one.region === undefined ? part !== 'focus' : one.region === region))
          .map(pivotScope)
          .map((one) => [one.id, one]),
      );
      asked = [...scopes.values()].map((scope, rank) => {
        const task = newTask('deep', 'operator', rank, warmMs, clock.now());
        const reading = pivots.get(scope.id) ?? createReading(scope, rank, undefined, [task]);
        pivots.set(scope.id, reading);
        const mine = deepOf(reading);
        mine.rank = rank;
        if (!before.has(reading)) {
          mine.lane = 'operator';
          mine.dueAt = clock.now();
          reading.refused = undefined;
          reading.held = undefined;
        }
        return reading;
      });
    },
    next() {
      // The one before failed, and was followed by a wait.
      if (pending) answeredAt = undefined;
      pending = false;
      measureRoom();
      const readings = activeReadings();
      const tasks = readings.flatMap(([, some]) => some);
      for (const task of tasks) {
        // The newest page matters more than the rest of a hot sweep; the warm one comes behind.
        const { walk } = task;
        if (task.kind === 'hot' && walk && walk.begunAt + task.everyMs <= clock.now()) rest(task, walk);
      }
      const task = turns.next(tasks, clock.now());
      const reading = readings.find(([, some]) => task && some.includes(task))?.[0];
      if (!task || !reading) {
        answeredAt = undefined;
        return undefined;
      }
      task.walk ??= beginWalk(stretchesOf(task, reading), { clock: clock.now(), skewMs: skewMs() });
      const { walk } = task;
      walk.sweep ??= nextSweep(walk, task.kind === 'deep' ? reading.sliceMs : Number.POSITIVE_INFINITY);
      pending = true;
      return { task, reading, walk, sweep: walk.sweep };
    },
    dueInMs: () => nextDue(activeTasks()) - clock.now(),
    answered(turn, page) {
      const { task, reading, walk, sweep } = turn;
      const now = clock.now();
      if (answeredAt !== undefined) requestMs += 0.2 * (Math.max(1, now - answeredAt) - requestMs);
      answeredAt = now;
      pending = false;
      if (page.events > 0) sweep.oldest = Math.min(sweep.oldest, page.oldest);
      reading.answered = true;
      walk.pages += 1;
      sweep.pages += 1;
      sweep.events += page.events;
      if (plan.clockWasWrong(turn)) return;
      if (page.nextToken === undefined) {
        readToItsEnd(turn);
        return;
      }
      if (page.nextToken === sweep.nextToken && page.fresh === 0) {
        // Whoever answers does not know how to turn pages.
        plan.askAnew(turn);
        return;
      }
      sweep.nextToken = page.nextToken;
      const pageMs = page.events > 0 ? Math.max(1_000, page.newest - page.oldest) : Number.POSITIVE_INFINITY;
      const isMeasure = reading === everything && !roomy;
      if (isMeasure || task.lane === 'load') reading.pageMs = pageMs;
      if (isMeasure || (task.kind === 'hot' && page.events > 0 && page.fresh === 0)) {
        // Not the end of the stretch, so it says nothing about coverage.
        rest(task, walk);
      } else if (task.kind === 'deep' && sweep.pages === 1) {
        const sliceMs = cutTo(sweep, pageMs);
        if (sliceMs === undefined) return;
        reading.sliceMs = sliceMs;
        walk.sweep = nextSweep(walk, sliceMs);
      }
    },
    askAnew({ task, reading, walk, sweep }) {
      walk.sweep = undefined;
      // Perhaps tokens do not live that long.
      if (task.restarts > 1) reading.sliceMs = finerSliceMs(sweep);
      task.dueAt = clock.now() + (task.restarts === 0 ? 0 : Math.min(maxRestartMs, 1_000 * 2 ** task.restarts));
      task.restarts += 1;
    },
    refuse({ task, reading }, why) {
      if (!isPivot(reading)) return false;
      reading.refused = why;
      task.walk = undefined;
      return true;
    },
    clockWasWrong({ task, walk }) {
      if (Math.abs(skewMs() - walk.skewMs) <= clockJumpMs) return false;
      task.walk = undefined;
      return true;
    },
    appeared({ task, reading }) {
      if (isPivot(reading) || task.lane === 'load' || (reading === everything && !roomy)) return () => false;
      const now = clock.now();
      if (reading.watchedFrom !== undefined && now - reading.heardAt > Math.max(unwatchedMs, 6 * hotMs, 20 * requestMs))
        unwatch(reading);
      reading.watchedFrom ??= aws.now();
      reading.heardAt = now;
      const { watchedFrom, watched } = reading;
      return (at) => at >= watchedFrom || watched.has(at);
    },
    wasRead: ({ reading }, at, event) =>
      required.every(({ covered }) => covered.has(at)) &&
      (everything?.covered.has(at) === true || required.some((one) => one === reading || belongs(one.scope, event))),
    progress() {
      const whole = everything && roomy ? progressOf(everything) : undefined;
      const scopes =
        whole?.state === 'loaded' ? [{ ...whole, label: 'all management events' }] : background.map(progressOf);
      const never: readonly ScopeProgress[] = everything
        ? []
        : [{ label: 'reads of other services', state: 'not-loaded' }];
      return progressSentence([...scopes, ...never, ...asked.map(progressOf)]);
    },
    firstLoad() {
      const open = [...asked, ...required].filter(({ loaded, refused }) => !loaded && refused === undefined);
      if (open.length === 0) return undefined;
      return open.every(({ held }) => held !== undefined) ? 'held' : 'going';
    },
    covered() {
      if (required.length === 0) return undefined;
      const from = start();
      const to = Math.min(...required.map(({ claims }) => claims.reachFrom(from) ?? Number.NEGATIVE_INFINITY));
      return to >= from ? { from, to } : undefined;
    },
    checkpoint: () => writeCheckpoint(background),
  };
  return plan;
}
