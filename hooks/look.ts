import type { TimelineEvent } from '../src/model/event.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { ticksOf } from '../src/shared/clock.ts';
import type { Lookup, Wanted } from '../src/sources/source.ts';
import { type ConsoleState, type ResourceHeat, resourceKey, selectedResource } from './console-state.ts';
import { change, type Desk } from './desk.ts';
import { topFor } from './list-window.ts';
import { selectedEvent } from './timeline-intents.ts';

/** Sources hear of it at most twice a second. */
const EVERY_MS = 500;
/** How often a key press alone says that somebody is there. */
const PRESENT_MS = 60_000;
/** What arrives changes what is on screen, but is nobody there: after this long without a key it no longer puts off the stop of idle tails. */
const AWAY_MS = 10 * 60_000;
/** More log groups than a console's Live Tail sessions hold. */
const MOST_RESOURCES = 40;
/** Where the resource list is off the screen, what would stand at its top. */
const LEAST_ROWS = 8;
/** Look-ups that are kept; each costs requests of a bucket that colleagues share. */
export const MOST_LOOKUPS = 5;
/** Look-ups in one named Region: each Region has a bucket of its own. */
const MOST_ELSEWHERE = 20;

/** What `wantedOf` looks at. */
export interface InView {
  readonly resources: readonly ResourceHeat[];
  /** Index in `resources`; -1 in an empty list. */
  readonly selected: number;
  /** Rows of the resource list. */
  readonly rows: number;
  /** The event that the operator reads; `undefined` while the newest is followed: it changes with every arrival. */
  readonly event: TimelineEvent | undefined;
  readonly lookups: readonly Lookup[];
}

/** What is on screen, the most important first: the rows of the resource list, then what the event names, each once. */
export function wantedOf({ resources, selected, rows, event, lookups }: InView): Wanted {
  const height = Math.max(LEAST_ROWS, rows);
  const top = topFor(selected, resources.length, height);
  const unique = new Map<string, ResourceRef>();
  for (const { kind, arn, name } of [...resources.slice(top, top + height), ...(event?.resources ?? [])]) {
    const key = resourceKey({ kind, arn, name });
    if (!unique.has(key)) unique.set(key, { kind, arn, name });
  }
  return { resources: [...unique.values()].slice(0, MOST_RESOURCES), lookups };
}

/** The look-ups with one more at their head, each once; `MOST_LOOKUPS` at most of those that go to every Region, and of those that name one. */
export function withLookup(lookups: readonly Lookup[], added: Lookup): readonly Lookup[] {
  const same = ({ attribute, value, region }: Lookup) =>
    attribute === added.attribute && value === added.value && region === added.region;
  const all = [added, ...lookups.filter((lookup) => !same(lookup))];
  const everywhere = all.filter(({ region }) => region === undefined).slice(0, MOST_LOOKUPS);
  const somewhere = all.filter(({ region }) => region !== undefined).slice(0, MOST_ELSEWHERE);
  return all.filter((lookup) => everywhere.includes(lookup) || somewhere.includes(lookup));
}

/** Takes note that somebody is there, once a minute. */
export function notePresence(desk: Desk): void {
  const now = ticksOf(desk.surroundings);
  if (now - desk.state.get().presentAt >= PRESENT_MS) change(desk, { presentAt: now });
}

function inView(desk: Desk, state: ConsoleState): InView {
  return {
    resources: state.resources ?? [],
    selected: selectedResource(state),
    rows: desk.extents.resourceRows,
    event: state.place.type === 'hold' || state.focus === 'detail' ? selectedEvent(desk) : undefined,
    lookups: state.lookups,
  };
}

/** Tells the session what is on screen whenever that changes, and that somebody is there. @returns What ends it. */
export function watchLook(desk: Desk): () => void {
  const { session, surroundings } = desk;
  let told = '';
  let { presentAt } = desk.state.get();
  const startedAt = ticksOf(surroundings);
  let waiting: (() => void) | undefined;
  let stale = false;
  const tell = () => {
    const state = desk.state.get();
    // Before the store has answered there is nothing on screen.
    if (state.resources === undefined && state.lookups.length === 0) return;
    const wanted = wantedOf(inView(desk, state));
    const key = JSON.stringify(wanted);
    if (key === told && state.presentAt === presentAt) return;
    if (ticksOf(surroundings) - Math.max(startedAt, state.presentAt) > AWAY_MS) return;
    told = key;
    presentAt = state.presentAt;
    session.look(wanted);
    // A rest after each, whatever changes meanwhile.
    waiting = surroundings.later(EVERY_MS, () => {
      waiting = undefined;
      if (stale) notice();
    });
  };
  const notice = () => {
    stale = waiting !== undefined;
    if (!stale) tell();
  };
  const ends = [desk.state.subscribe(notice), session.snapshot.subscribe(notice)];
  notice();
  return () => {
    for (const end of ends) end();
    waiting?.();
  };
}
