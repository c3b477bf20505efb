import type { TimelineEvent } from '../model/event.ts';
import {
  type IndicatorRef,
  indicatorKey,
  indicatorKinds,
  mostIndicatorEvents,
  type SeenIndicator,
} from '../model/indicator.ts';
import { Brought, isBrought } from './brought.ts';
import { refsOfEvent, refsOfRecord } from './of-event.ts';

/** More than that nobody reads, and an attacker could make any number of them. Ours. */
const mostIndicators = 5_000;

type Growing = {
  -readonly [Member in keyof SeenIndicator]: SeenIndicator[Member] extends readonly (infer One)[]
    ? One[]
    : SeenIndicator[Member];
};

/** Collects the indicators of events that a rule fired on or somebody marked. Which events these are is the caller's to know. */
export class IndicatorTally {
  readonly #seen = new Map<string, Growing>();
  readonly #brought: Brought;
  #isFull = false;

  /** @param brought What somebody brought: of events that rules found for it, whatever of it they hold, whoever's it is. */
  constructor(brought: readonly IndicatorRef[] = []) {
    this.#brought = new Brought(brought);
  }

  /** Some were left out for want of room. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** @param record The record as JSON; `undefined` where it cannot be had: then images, digests, sinks and scripts are missing. */
  add(event: TimelineEvent, record: unknown): void {
    const inEvent = new Map<string, IndicatorRef>();
    for (const ref of [...refsOfEvent(event), ...refsOfRecord(record, event.account)])
      inEvent.set(indicatorKey(ref), ref);
    if (isBrought(event)) for (const ref of this.#brought.heldBy(event, record)) inEvent.set(indicatorKey(ref), ref);
    for (const [key, { kind, value }] of inEvent) {
      let seen = this.#seen.get(key);
      if (!seen) {
        if (this.#seen.size >= mostIndicators) {
          this.#isFull = true;
          continue;
        }
        seen = { kind, value, events: 0, firstAt: event.at, lastAt: event.at, eventIds: [], rules: [] };
        this.#seen.set(key, seen);
      }
      seen.events += 1;
      seen.firstAt = Math.min(seen.firstAt, event.at);
      seen.lastAt = Math.max(seen.lastAt, event.at);
      if (seen.eventIds.length < mostIndicatorEvents) seen.eventIds.push(event.id);
      for (const { rule } of event.findings) if (!seen.rules.includes(rule)) seen.rules.push(rule);
    }
  }

  /** By kind, then by when they were first seen; one order whatever order the events came in. */
  list(): readonly SeenIndicator[] {
    return [...this.#seen]
      .sort(
        ([a, one], [b, other]) =>
          indicatorKinds.indexOf(one.kind) - indicatorKinds.indexOf(other.kind) ||
          one.firstAt - other.firstAt ||
          (a < b ? -1 : 1),
      )
      .map(([, seen]) => seen);
  }
}
