import { ticksOf } from '../src/shared/clock.ts';
import { resourceKey } from './console-state.ts';
import { change, type Desk, failureOf, say } from './desk.ts';
import { restAfter } from './rest.ts';

/** The list is asked for at most this often: it scans. */
const EVERY_MS = 500;
/** More than anyone scrolls through; the filter finds the rest. */
export const mostResources = 500;

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
    const from = ticksOf(surroundings);
    try {
      const hottest = await session.events.ask<'resources'>(
        'resources',
        { type: 'resources', limit: mostResources },
        signal,
      );
      const { resource, resources: before } = desk.state.get();
      // What is selected stays in the list, however cool it has become beside others.
      const selected = before?.find((each) => resourceKey(each) === resource);
      const isGone = selected !== undefined && !hottest.some((each) => resourceKey(each) === resource);
      if (!signal.aborted) change(desk, { resources: isGone ? [...hottest, selected] : hottest });
    } catch (error) {
      const failure = failureOf(desk, error);
      if (failure) say(desk, `resources: ${failure.message}`, 'problem');
    }
    // A rest after each answer, whatever arrives meanwhile.
    const took = ticksOf(surroundings) - from;
    cancel = surroundings.later(restAfter(took, EVERY_MS), () => {
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
