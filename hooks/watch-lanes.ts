import type { Lane } from '../src/model/lane.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { ticksOf } from '../src/shared/clock.ts';
import { resourceKey, selectedResource } from './console-state.ts';
import { change, type Desk, failureOf, say } from './desk.ts';
import { currentWindow } from './lanes.ts';
import { topFor } from './list-window.ts';
import { restAfter } from './rest.ts';

/** New events are counted this often at most, ms. */
const EVERY_MS = 500;
/** A lane that is still being read is asked for again after this. */
const READING_MS = 300;

/** The resources whose lanes are on the screen. */
function wanted(desk: Desk): readonly ResourceRef[] {
  const state = desk.state.get();
  const { laneRows, laneColumns } = desk.extents;
  if (laneRows < 1 || laneColumns < 1) return [];
  const list = state.resources ?? [];
  const top = topFor(selectedResource(state), list.length, laneRows);
  return list.slice(top, top + laneRows).map(({ kind, arn, name }) => ({ kind, arn, name }));
}

/** Keeps the lanes on the screen up to date: at once when the operator moves them, calmly when events arrive. @returns What ends it. */
export function watchLanes(desk: Desk): () => void {
  const { session, surroundings } = desk;
  const aborter = new AbortController();
  const signal = AbortSignal.any([aborter.signal, desk.ending.signal]);
  let asked = '';
  let version = -1;
  let busy = false;
  let resting: (() => void) | undefined;
  /** What of the screen the window was worked out from: it costs a look at the store. */
  let seen: readonly unknown[] = [];
  const ask = async (): Promise<void> => {
    if (busy || signal.aborted) return;
    const lanes = wanted(desk);
    if (lanes.length === 0) return;
    const { place, resources, resource, lanes: wants, filter } = desk.state.get();
    const { laneRows, laneColumns } = desk.extents;
    const { span, to, cursor, movedAt } = wants;
    const sees = [place, resources, resource, filter, span, to, cursor, movedAt, laneRows, laneColumns];
    if (resting && sees.every((one, at) => one === seen[at])) return;
    seen = sees;
    const window = currentWindow(desk);
    const key = JSON.stringify([window, lanes.map(resourceKey)]);
    const now = session.snapshot.get().eventsVersion;
    if (key === asked && (resting || now === version)) return;
    busy = true;
    asked = key;
    version = now;
    resting?.();
    resting = undefined;
    let isReading = false;
    const from = ticksOf(surroundings);
    try {
      const answer = await session.events.ask<'lanes'>('lanes', { type: 'lanes', lanes, ...window }, signal);
      if (signal.aborted) return;
      isReading = answer.lanes.some(({ complete }) => !complete);
      const byKey = new Map<string, Lane>();
      for (const [index, lane] of answer.lanes.entries()) byKey.set(resourceKey(lanes[index]!), lane);
      busy = false;
      change(desk, { lanes: { ...desk.state.get().lanes, shown: { window, lanes: byKey } } });
    } catch (error) {
      const failure = failureOf(desk, error);
      if (failure) say(desk, `lanes: ${failure.message}`, 'problem');
    }
    busy = false;
    if (isReading) version = -1;
    const took = ticksOf(surroundings) - from;
    resting ??= surroundings.later(restAfter(took, isReading ? READING_MS : EVERY_MS), () => {
      resting = undefined;
      void ask();
    });
    // Somebody moved them meanwhile.
    void ask();
  };
  const ends = [desk.state.subscribe(() => void ask()), session.snapshot.subscribe(() => void ask())];
  void ask();
  return () => {
    aborter.abort();
    for (const end of ends) end();
    resting?.();
  };
}
