import type { TimelineEvent } from '../model/event.ts';

/** How often and when something was seen in the events of a report. */
export interface Sighting {
  events: number;
  failed: number;
  /** Accepted calls that changed something. */
  changed: number;
  firstAt: number;
  lastAt: number;
  /** Id of the first event; of the first that was accepted, empty where none was. */
  readonly firstId: string;
  acceptedId: string;
  /** How many of its events stand in the timeline: by what was picked, and by what changed something or failed. */
  picked: number;
  changes: number;
}

/** A principal, a resource or an indicator with how it was seen. */
export type Seen<Thing> = Sighting & { readonly thing: Thing };

/** An event with what the selection makes of it. */
export interface Looked {
  readonly event: TimelineEvent;
  readonly isPick: boolean;
  readonly isChange: boolean;
  readonly changed: boolean;
}

/** Counts things as their events go by, in time order. */
export class Tally<Thing> {
  readonly #seen = new Map<string, Seen<Thing>>();

  add(id: string, thing: Thing, { event, isPick, isChange, changed }: Looked): void {
    let seen = this.#seen.get(id);
    if (!seen) {
      const { at, id: firstId } = event;
      seen = {
        thing,
        events: 0,
        failed: 0,
        changed: 0,
        firstAt: at,
        lastAt: at,
        firstId,
        acceptedId: '',
        picked: 0,
        changes: 0,
      };
      this.#seen.set(id, seen);
    }
    seen.events += 1;
    seen.firstAt = Math.min(seen.firstAt, event.at);
    seen.lastAt = Math.max(seen.lastAt, event.at);
    if (event.errorCode) seen.failed += 1;
    else if (seen.acceptedId === '') seen.acceptedId = event.id;
    if (changed) seen.changed += 1;
    if (isPick) seen.picked += 1;
    if (isChange) seen.changes += 1;
  }

  /** Most seen first; equal ones in one order whatever order the events came in. */
  sorted(): readonly Seen<Thing>[] {
    return [...this.#seen]
      .sort(([a, left], [b, right]) => right.events - left.events || (a < b ? -1 : a > b ? 1 : 0))
      .map(([, seen]) => seen);
  }
}
