import type { Clock } from '../shared/clock.ts';
import type { SourceStatus } from './snapshot.ts';

/** CloudTrail promises nothing; AWS names 15 minutes as the usual bound. */
const settleMs = 15 * 60_000;

/** What the sources say of themselves, and up to when nothing more is expected from them. */
export interface Coverage {
  /** A source that settles is awaited from now on, whether it has said anything or not. */
  await(key: string): void;
  tell(key: string, status: SourceStatus): void;
  statuses(): readonly SourceStatus[];
  /** Epoch ms; `undefined` until every source that is awaited has read something. */
  settledTo(): number | undefined;
}

export function createCoverage(clock: Clock): Coverage {
  const statuses = new Map<string, SourceStatus>();
  const settling = new Set<string>();
  return {
    await: (key) => settling.add(key),
    tell: (key, status) => statuses.set(key, status),
    statuses: () => [...statuses.values()],
    settledTo() {
      const sources = [...statuses].filter(([key]) => settling.has(key)).map(([, status]) => status);
      if (sources.length === 0) return undefined;
      const covered = sources.map(({ coveredTo }) => coveredTo);
      if (covered.some((to) => to === undefined)) return undefined;
      const lagMs = Math.max(settleMs, ...sources.map(({ lag }) => lag?.p99Ms ?? 0));
      return Math.min(...(covered as number[]), clock.now()) - lagMs;
    },
  };
}
