import type { Containment } from '../containment/containment.ts';
import type { Predicate } from '../filter/predicate.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { Note, SourceStatus } from '../session/snapshot.ts';

/** What a report is made from; the session provides it. Same view, same bytes. */
export interface IncidentView {
  readonly name: string;
  readonly toolVersion: string;
  /** ISO 8601; part of the view, so that the report's bytes depend on nothing else. */
  readonly generatedAt: string;
  readonly openedAt: number | undefined;
  readonly mode: 'live' | 'drill' | 'saved';
  readonly account: string;
  readonly alias: string;
  readonly regions: readonly string[];
  readonly identityArn: string;
  /** `SIMULATED`, `CUSTOM ENDPOINT host`, or empty. */
  readonly endpointNote: string;
  readonly sources: readonly SourceStatus[];
  readonly receivedTo: number | undefined;
  readonly settledTo: number | undefined;
  readonly rejected: number;
  /** Where saved logs came from. */
  readonly inputs: readonly string[];
  readonly containments: readonly Containment[];
  readonly notes: readonly Note[];
  /** `hash` of the journal's last line; empty when there is no journal. */
  readonly journalHead: string;
  /** Says in words what `events` leaves out; empty when nothing. */
  readonly leftOut: string;
  readonly totalEvents: number;
  /** In time order; may be read more than once. */
  events(filter?: Predicate): Iterable<TimelineEvent>;
}
