import type { Aws } from '../aws/aws.ts';
import { createFilterSweep, type FilterSweep } from './filter-sweep.ts';
import type { WantedGroup } from './log-group.ts';
import type { SourceItem } from './source.ts';
import type { Unread, UnreadStretches } from './unread.ts';

/** Long stretches are read in pieces, so that an interruption costs one. */
const pieceMs = 15 * 60_000;
/** An update of Live Tail may be so late. */
export const tailLagMs = 5_000;

/** A walk that is being made, and what it is made for. */
export interface Walk {
  readonly sweep: FilterSweep;
  readonly startedAt: number;
  /** Where the stretch began when it started. */
  readonly base: number;
  /** Everything ingested before has been read when it ends. */
  readonly upTo: number;
}

/** A group as it is being read; times are epoch ms. */
export interface Reading {
  group: WantedGroup;
  readonly unread: UnreadStretches;
  readonly walks: Map<Unread | 'deep', Walk>;
  readonly beganAt: number;
  /** Ends its tail. */
  stop: AbortController;
  isTailed: boolean;
  /** When the tail brought an update last. */
  heardAt: number;
  /** Why it is not tailed. */
  why: string;
  newestIngested: number;
  deepDueAt: number;
  deepTurn: number;
  pausedUntil: number;
  /** Why this group cannot be read, where others can. */
  trouble: Trouble | undefined;
}

/** Something of a group that is due to be read; the lowest rank first. */
export interface Task {
  readonly reading: Reading;
  readonly of: Unread | 'deep';
  readonly rank: number;
}

/** Why something cannot be read, as the source says it. */
export interface Trouble {
  readonly state: (SourceItem & { readonly type: 'state' })['state'];
  readonly why: string;
  readonly permission?: string;
}

/** How log groups are read; every duration in ms. */
export interface ReadingTimes {
  readonly pollMs: number;
  readonly overlapMs: number;
  readonly settleMs: number;
  readonly deepMs: number;
  readonly deepEveryMs: number;
  /** Nothing waits longer for a look whether it is due. */
  readonly lookMs: number;
}

/** How a group is read: what of it is due, what a walk over it covers, and what has been read when it ends. */
export interface ReadingPlan {
  /** The first moment, epoch ms, of which something may not have been read. */
  readTo(reading: Reading): number;
  /** So old, ms, may be what a poll has read up to before it is called a gap. */
  staleMs(reading: Reading): number;
  /** @param pausedUntil Nothing is due before. @returns What is due, and when the next will be. */
  tasks(
    readings: Iterable<Reading>,
    now: number,
    pausedUntil: number,
  ): { readonly due: readonly Task[]; readonly nextAt: number };
  startWalk(reading: Reading, of: Unread | 'deep'): Walk;
  /** A walk is through: what it covered has been read. */
  ended(reading: Reading, of: Unread | 'deep', walk: Walk): void;
}

export function createReadingPlan(aws: Aws, region: string, times: ReadingTimes): ReadingPlan {
  const { pollMs, overlapMs, settleMs, deepMs, deepEveryMs, lookMs } = times;
  const pollOf = ({ group }: Reading) => group.pollMs ?? pollMs;

  function tasks(
    readings: Iterable<Reading>,
    now: number,
    pausedUntil: number,
  ): { readonly due: readonly Task[]; readonly nextAt: number } {
    const due: Task[] = [];
    let nextAt = now + lookMs;
    const consider = (reading: Reading, of: Unread | 'deep', dueAt: number, rank: number) => {
      const at = Math.max(reading.walks.has(of) ? now : dueAt, reading.pausedUntil, pausedUntil);
      if (at <= now) due.push({ reading, of, rank });
      else nextAt = Math.min(nextAt, at);
    };
    for (const reading of readings) {
      for (const stretch of reading.unread.list()) {
        const { sweptAt = Number.NEGATIVE_INFINITY, to } = stretch;
        const every = pollOf(reading);
        let dueAt = sweptAt + every;
        // What a tail took over is read soon, and again when FilterLogEvents must have everything of before.
        if (to !== undefined)
          dueAt = sweptAt < to ? sweptAt + settleMs : Math.min(to + settleMs, sweptAt + 2 * settleMs);
        if (stretch.isHistory && stretch.from < (to ?? now) - settleMs) dueAt = now;
        // History waits for what is new; nothing waits for ever.
        consider(reading, stretch, dueAt, stretch.turn + (stretch.isHistory ? 4 : 0));
      }
      consider(reading, 'deep', reading.deepDueAt, reading.deepTurn + 8);
    }
    return { due, nextAt };
  }

  function startWalk({ group, newestIngested }: Reading, of: Unread | 'deep'): Walk {
    const startedAt = aws.now();
    const walk = (from: number, to: number) => createFilterSweep({ aws, region, group: group.arn, from, to });
    // AWS takes lines of up to two hours in the future.
    if (of === 'deep')
      return {
        sweep: walk(startedAt - deepMs, startedAt + 2 * 3_600_000),
        startedAt,
        base: startedAt,
        upTo: startedAt,
      };
    const end = of.to ?? startedAt;
    const isLast = end - of.from <= pieceMs;
    const to = isLast ? end : of.from + pieceMs;
    // In a quiet group looking further back costs nothing.
    const quietFrom = of.to === undefined ? Math.max(newestIngested, startedAt - deepMs) : of.from;
    const sweep = walk(Math.min(of.from, quietFrom) - overlapMs, isLast ? Math.max(to, startedAt) + settleMs : to);
    return { sweep, startedAt, base: of.from, upTo: Math.min(to, startedAt - settleMs) };
  }

  function ended(reading: Reading, of: Unread | 'deep', { startedAt, base, upTo }: Walk): void {
    reading.walks.delete(of);
    if (of === 'deep') {
      // One more after a tail came back, so that nothing of before is missed.
      const isDone = reading.isTailed && reading.unread.list().every(({ isHistory }) => isHistory);
      reading.deepDueAt = isDone ? Number.POSITIVE_INFINITY : startedAt + deepEveryMs;
      return;
    }
    // Lines of before its beginning may have got lost meanwhile.
    reading.unread.read(of, of.from < base ? of.from : upTo, startedAt);
  }

  return {
    readTo: (reading) => reading.unread.from() ?? reading.heardAt - tailLagMs,
    staleMs: (reading) => 2 * pollOf(reading) + settleMs + 20_000,
    tasks,
    startWalk,
    ended,
  };
}
