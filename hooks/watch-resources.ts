import { change, type Desk, failureOf, say } from './desk.ts';

/** The list is asked for at most this often: it scans. */
const EVERY_MS = 500;
/** More than anyone scrolls through; the filter finds the rest. */
const LIMIT = 500;

/** Keeps the list of resources up to date with the events. @returns What ends it. */
export function watchResources(desk: Desk): () => void {
  const { session, surroundings } = desk;
  const aborter = new AbortController();
  const signal = AbortSignal.any([aborter.signal, desk.ending.signal]);
  let asked = -1;
  let busy = false;
  let cancel = () => {};
  const ask = async () => {
    const version = session.snapshot.get().eventsVersion;
    if (busy || version === asked || signal.aborted) return;
    busy = true;
    asked = version;
    try {
      const resources = await session.events.ask<'resources'>('resources', { type: 'resources', limit: LIMIT }, signal);
      if (!signal.aborted) change(desk, { resources });
    } catch (error) {
      const failure = failureOf(desk, error);
      if (failure) say(desk, `resources: ${failure.message}`, 'problem');
    }
    // A rest after each answer, whatever arrives meanwhile.
    cancel = surroundings.later(EVERY_MS, () => {
      busy = false;
      void ask();
    });
  };
  const end = session.snapshot.subscribe(() => void ask());
  void ask();
  return () => {
    aborter.abort();
    end();
    cancel();
  };
}
