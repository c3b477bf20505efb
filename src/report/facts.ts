import type { Predicate } from '../filter/predicate.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { IncidentView } from './incident-view.ts';

/** How often and when something was seen in the events of a report. */
export interface Sighting {
  events: number;
  failed: number;
  firstAt: number;
  lastAt: number;
  /** Id of the first event. */
  readonly firstId: string;
  /** How many of its events stand in the timeline: by what was picked, and by what changed something or failed. */
  picked: number;
  changes: number;
}

/** A principal, a resource or an indicator with how it was seen. */
export type Seen<Thing> = Sighting & { readonly thing: Thing };

/** Which events the timeline shows, and so which resources and indicators are listed. */
export type Selection =
  /** The operator's filter. */
  | 'filtered'
  /** Marked by a responder, or a rule fired. */
  | 'picked'
  /** Nothing is picked: whatever changed something or failed. */
  | 'changes'
  /** Saved logs with nothing picked. */
  | 'everything';

/**
 * Rows of the timeline at most: bounds the memory and the length of the text; Markdown viewers give up long before. `jsonl` has no bound.
 */
export const TIMELINE_LIMIT = 20_000;

/** What all sections draw from, gathered in one pass over the events. */
export interface Facts {
  readonly view: IncidentView;
  readonly filter: Predicate;
  readonly selection: Selection;
  readonly total: number;
  /** How many events the timeline would show if it had room for all. */
  readonly eligible: number;
  /** The first of them, in time order. */
  readonly timeline: readonly TimelineEvent[];
  readonly failed: number;
  readonly late: number;
  readonly marked: number;
  readonly withFindings: number;
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  readonly actions: readonly Seen<string>[];
  readonly principals: readonly Seen<{ readonly name: string; readonly arn: string; readonly type: string }>[];
  readonly resources: readonly Seen<ResourceRef>[];
  readonly addresses: readonly Seen<string>[];
  readonly keys: readonly Seen<string>[];
  readonly agents: readonly Seen<string>[];
  /** Whether something belongs to the events that the timeline shows. */
  inTimeline(sighting: Sighting): boolean;
}

/** Gathers what a report says. With a filter, only what matches exists for the report, and all of it stands in the timeline. */
export function gather(view: IncidentView, filter: Predicate): Facts {
  const actions = new Tally<string>();
  const principals = new Tally<{ readonly name: string; readonly arn: string; readonly type: string }>();
  const resources = new Tally<ResourceRef>();
  const addresses = new Tally<string>();
  const keys = new Tally<string>();
  const agents = new Tally<string>();
  const filtered = filter.type !== 'all';
  // Kept in case that nothing is picked; of saved logs everything, of the rest what changed something.
  let unpicked: TimelineEvent[] = [];
  const picked: TimelineEvent[] = [];
  let changes = 0;
  let [total, failed, late, marked, withFindings, pickedTotal] = [0, 0, 0, 0, 0, 0];
  let firstAt: number | undefined;
  let lastAt: number | undefined;

  for (const event of view.events(filter)) {
    total += 1;
    if (event.errorCode) failed += 1;
    if (event.late) late += 1;
    if (event.marked) marked += 1;
    if (event.findings.length > 0) withFindings += 1;
    firstAt = Math.min(firstAt ?? event.at, event.at);
    lastAt = Math.max(lastAt ?? event.at, event.at);
    const change = isChange(event);
    if (change) changes += 1;
    if (!filtered && isPicked(event)) {
      pickedTotal += 1;
      unpicked = [];
      if (picked.length < TIMELINE_LIMIT) picked.push(event);
    } else if (pickedTotal === 0 && unpicked.length < TIMELINE_LIMIT && (filtered || view.mode === 'saved' || change))
      unpicked.push(event);

    actions.add(event.action, event.action, event);
    const { principal } = event;
    if (principal)
      principals.add(
        `${principal.arn}\n${principal.name}`,
        { name: principal.name, arn: principal.arn, type: principal.type },
        event,
      );
    if (principal?.accessKeyId) keys.add(principal.accessKeyId, principal.accessKeyId, event);
    if (event.sourceIp) addresses.add(event.sourceIp, event.sourceIp, event);
    if (event.userAgent) agents.add(event.userAgent, event.userAgent, event);
    const named = new Set<string>();
    for (const { kind, arn, name } of event.resources) {
      const id = arn || `${kind}\n${name}`;
      if (!named.has(id)) resources.add(id, { kind, arn, name }, event);
      named.add(id);
    }
  }

  const selection: Selection = filtered
    ? 'filtered'
    : pickedTotal > 0
      ? 'picked'
      : view.mode === 'saved'
        ? 'everything'
        : 'changes';
  return {
    view,
    filter,
    selection,
    total,
    eligible: selection === 'picked' ? pickedTotal : selection === 'changes' ? changes : total,
    timeline: selection === 'picked' ? picked : unpicked,
    failed,
    late,
    marked,
    withFindings,
    firstAt,
    lastAt,
    actions: actions.sorted(),
    principals: principals.sorted(),
    resources: resources.sorted(),
    addresses: addresses.sorted(),
    keys: keys.sorted(),
    agents: agents.sorted(),
    inTimeline: (sighting) =>
      selection === 'picked' ? sighting.picked > 0 : selection === 'changes' ? sighting.changes > 0 : true,
  };
}

const isPicked = (event: TimelineEvent): boolean => event.marked || event.findings.length > 0;

const isChange = (event: TimelineEvent): boolean => event.readOnly !== true || event.errorCode !== '';

class Tally<Thing> {
  readonly #seen = new Map<string, Seen<Thing>>();

  add(id: string, thing: Thing, event: TimelineEvent): void {
    let seen = this.#seen.get(id);
    if (!seen) {
      const { at, id: firstId } = event;
      seen = { thing, events: 0, failed: 0, firstAt: at, lastAt: at, firstId, picked: 0, changes: 0 };
      this.#seen.set(id, seen);
    }
    seen.events += 1;
    seen.firstAt = Math.min(seen.firstAt, event.at);
    seen.lastAt = Math.max(seen.lastAt, event.at);
    if (event.errorCode) seen.failed += 1;
    if (isPicked(event)) seen.picked += 1;
    if (isChange(event)) seen.changes += 1;
  }

  /** Most seen first; equal ones in one order whatever order the events came in. */
  sorted(): readonly Seen<Thing>[] {
    return [...this.#seen]
      .sort(([a, left], [b, right]) => right.events - left.events || (a < b ? -1 : a > b ? 1 : 0))
      .map(([, seen]) => seen);
  }
}
