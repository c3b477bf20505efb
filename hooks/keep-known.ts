import { background, changeDialog, type Desk, failureOf } from './desk.ts';

/** An open screen is asked for again this long after an answer, when events have arrived meanwhile. */
const AGAIN_MS = 1000;
/** And not before this many times as long as the answer took: what is dear is asked seldom. */
const REST = 10;

/**
 * Has a screen that is open ask the store, and again as events arrive, until it is closed.
 *
 * @param ask Asks, and puts the answer into the dialog.
 * @returns Aborted when the screen is closed.
 */
export function keepKnown(desk: Desk, id: number, ask: (signal: AbortSignal) => Promise<void>): AbortSignal {
  const { session, surroundings } = desk;
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const signal = AbortSignal.any([aborter.signal, desk.ending.signal]);
  let asked = -1;
  const turn = async () => {
    if (signal.aborted) return;
    const version = session.snapshot.get().eventsVersion;
    const startedAt = performance.now();
    if (version !== asked) {
      asked = version;
      try {
        await ask(signal);
      } catch (error) {
        const failure = failureOf(desk, error);
        if (failure) changeDialog(desk, id, { failure });
      }
    }
    if (!signal.aborted)
      surroundings.later(Math.max(AGAIN_MS, REST * (performance.now() - startedAt)), () => background(desk, turn()));
  };
  background(desk, turn());
  return signal;
}
