import { setTimeout as sleep } from 'node:timers/promises';
import type { Predicate } from '../filter/predicate.ts';
import type { OpenSession } from '../session/session-options.ts';
import type { Snapshot } from '../session/snapshot.ts';

/** The first look-ups take a page a second; after that the lines must come. */
const waitMs = 20_000;

/** Whether the first look-ups have ended: until then an earlier event may still come. */
export const hasLoaded = ({ mode, landing, sources }: Snapshot): boolean => {
  const lookups = sources.filter(({ id }) => id === 'cloudtrail-lookup');
  // Without event history there is nothing that ends.
  if (mode === 'saved' || (lookups.length === 0 && sources.length > 0)) return landing !== undefined;
  return lookups.length > 0 && lookups.every(({ coveredTo }) => coveredTo !== undefined);
};

/**
 * Waits for the event to land on, once the first loads have ended, so that it can be printed first.
 * @returns Its row; `undefined` where there is none (yet).
 */
export async function landed({ snapshot, events }: OpenSession, signal: AbortSignal): Promise<number | undefined> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  const { start: begun, mode: opened } = snapshot.get();
  if (opened === 'saved' && begun && !(await anyOf(events, begun.filter, until))) return undefined;
  await new Promise<void>((resolve) => {
    const look = () => {
      const { start, landing, mode } = snapshot.get();
      const loaded = hasLoaded(snapshot.get());
      const nothingToCome = start === undefined || start.landing.filters.length === 0;
      // In a drill what is landed on is still to happen.
      if (!nothingToCome && !until.aborted && !(loaded && (landing || mode !== 'drill'))) return;
      unsubscribe();
      until.removeEventListener('abort', look);
      resolve();
    };
    const unsubscribe = snapshot.subscribe(look);
    until.addEventListener('abort', look);
    look();
  });
  return snapshot.get().landing?.rowId;
}

/** Whether saved logs hold any event of a filter: where they do not, nothing is to be waited for. */
async function anyOf(events: OpenSession['events'], filter: Predicate, until: AbortSignal): Promise<boolean> {
  try {
    const view = await events.view('landing-any', filter, until);
    for (;;) {
      const { rows, total } = events.window({ view, from: 'oldest', rows: 1 });
      if (rows.length > 0) return true;
      if (total >= 0) return false;
      await sleep(20, undefined, { signal: until });
    }
  } catch (error) {
    if (until.aborted) return false; // Interrupted, or a search that takes longer than anybody waits for it.
    throw error;
  }
}
