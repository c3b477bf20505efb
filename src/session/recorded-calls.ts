import { type RecordedCalls, radiusWindowMs } from '../containment/recorded-calls.ts';
import type { EventQueries } from '../store/queries.ts';

/** Questions of one slot replace each other; each assessment has its own. */
let asked = 0;

/** Answers from the store what plans want to know of recorded calls. */
export const recordedCalls = (parts: {
  readonly events: Pick<EventQueries, 'ask'>;
  /** AWS time, epoch ms. */
  now(): number;
  /** Epoch ms from which on events are loaded; `undefined`: the oldest event tells. */
  readonly since?: number | undefined;
  /** Access keys that are suspect though nothing is marked. */
  suspectKeys?(): readonly string[];
}): RecordedCalls => {
  const slot = () => {
    asked += 1;
    return `recorded ${asked}`;
  };
  return {
    radius(restrictions, suspectKeys, signal) {
      const to = parts.now();
      return parts.events.ask<'radius'>(
        slot(),
        {
          type: 'radius',
          restrictions,
          from: to - radiusWindowMs,
          to,
          ...(parts.since === undefined ? {} : { loadedSince: parts.since }),
          suspectKeys: [...suspectKeys, ...(parts.suspectKeys?.() ?? [])],
        },
        signal,
      );
    },
    callers: (signal) => parts.events.ask<'callers'>(slot(), { type: 'callers' }, signal),
  };
};
