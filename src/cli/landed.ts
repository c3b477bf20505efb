import type { OpenSession } from '../session/open-session.ts';

/** The first look-ups take a page a second; after that the lines must come. */
const waitMs = 20_000;

/**
 * Waits for the event to land on, once the first loads have ended, so that it can be printed first.
 * @returns Its row; `undefined` where there is none (yet).
 */
export async function landed({ snapshot }: OpenSession, signal: AbortSignal): Promise<number | undefined> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  await new Promise<void>((resolve) => {
    const look = () => {
      const { start, landing, sources, mode } = snapshot.get();
      const settling = sources.filter(({ id }) => id === 'cloudtrail-lookup');
      const loaded = settling.length > 0 && settling.every(({ coveredTo }) => coveredTo !== undefined);
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
