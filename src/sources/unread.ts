/** A stretch of ingestion times of one group whose lines may not all have been read. Epoch ms, AWS's time. */
export interface Unread {
  readonly id: string;
  /** What was ingested before is read; it moves on as the stretch is read. */
  from: number;
  /** Where a tail took over; `undefined` while nothing does. */
  to: number | undefined;
  why: string;
  /** Where reading begins, or goes back to: nothing has been shown of it before. */
  readonly isHistory: boolean;
  /** When lines were lost that would have come by themselves: shown as a gap until it is read as far as that. */
  tornAt: number | undefined;
  /** Start of the last walk that was made to its end. */
  sweptAt: number | undefined;
  /** When its turn came last, in turns. */
  turn: number;
}

/** The stretches of one group that are still to be read. */
export interface UnreadStretches {
  list(): readonly Unread[];
  /** What was ingested from `from` on, to an end or open-ended, is not known to be read. Joins a stretch that it touches. */
  add(stretch: {
    readonly from: number;
    readonly to: number | undefined;
    readonly why: string;
    readonly isHistory?: boolean;
    readonly tornAt?: number;
    readonly turn: number;
  }): void;
  /** From `at` on a tail brings what is ingested. */
  close(at: number): void;
  /** A walk over the stretch, begun at `startedAt`, has read everything that was ingested up to `upTo`. */
  read(stretch: Unread, upTo: number, startedAt: number): void;
  /** Before this everything is read; `undefined` when nothing is missing. */
  from(): number | undefined;
}

/**
 * @param name Makes the ids of the stretches unique.
 * @param nearMs Stretches that are so close are one.
 */
export function createUnreadStretches(name: string, nearMs: number): UnreadStretches {
  const stretches = new Set<Unread>();
  let count = 0;
  return {
    list: () => [...stretches],
    add({ from, to, why, isHistory = false, tornAt, turn }) {
      for (const one of stretches) {
        if (one.isHistory || isHistory) continue;
        const touches = (one.to ?? Infinity) + nearMs >= from && (to ?? Infinity) + nearMs >= one.from;
        if (!touches) continue;
        one.from = Math.min(one.from, from);
        one.to = one.to === undefined || to === undefined ? undefined : Math.max(one.to, to);
        one.tornAt = tornAt ?? one.tornAt;
        one.why = why;
        return;
      }
      count += 1;
      stretches.add({ id: `${name} ${count}`, from, to, why, isHistory, tornAt, sweptAt: undefined, turn });
    },
    close(at) {
      for (const one of stretches) if (one.to === undefined) one.to = Math.max(at, one.from);
    },
    read(stretch, upTo, startedAt) {
      stretch.from = Math.max(stretch.from, upTo);
      stretch.sweptAt = startedAt;
      if (stretch.to === undefined) {
        if (stretch.tornAt !== undefined && stretch.from >= stretch.tornAt) stretch.tornAt = undefined;
      } else if (stretch.from >= stretch.to) stretches.delete(stretch);
    },
    from: () => (stretches.size === 0 ? undefined : Math.min(...[...stretches].map(({ from }) => from))),
  };
}
