import type { Identity } from '../aws/aws.ts';
import type { Containment } from '../containment/containment.ts';
import type { Briefing, Story } from '../model/drill.ts';
import type { SourceState } from '../sources/source.ts';

/** One source in one Region, as the header and the coverage show it. */
export interface SourceStatus {
  readonly id: string;
  readonly title: string;
  readonly region: string;
  readonly state: SourceState;
  readonly why: string;
  /** Missing IAM action, when denied. */
  readonly permission: string;
  /** Epoch ms up to which a sweep has read everything it can show; `undefined` before the first ended. */
  readonly coveredTo: number | undefined;
  readonly gaps: readonly { readonly id: string; readonly from: number; readonly to: number; readonly why: string }[];
  readonly blindSpots: readonly string[];
  readonly lagMs: number;
}

/** Something that went wrong and that the operator should be able to read again. */
export interface ErrorNote {
  readonly at: number;
  readonly what: string;
  readonly nextSteps: readonly string[];
}

/** What the responder wrote down; `eventId` when it belongs to an event. */
export interface Note {
  readonly at: number;
  readonly by: string;
  readonly text: string;
  readonly eventId: string | undefined;
}

/** Everything on the screen but the rows: small, immutable, replaced as a whole. Events move it at most ten times a second. */
export interface Snapshot {
  readonly incident: { readonly name: string; readonly folder: string; readonly openedAt: number };
  /** `undefined` for saved logs, or until AWS answered. */
  readonly identity: Identity | undefined;
  readonly mode: 'live' | 'drill' | 'saved';
  readonly eventsVersion: number;
  readonly events: number;
  readonly late: number;
  readonly rejected: number;
  /** Epoch ms of the newest event. */
  readonly receivedTo: number | undefined;
  /** now − max(15 min, p99 of the lag measured here); `undefined` for saved logs and before the first sweep. */
  readonly settledTo: number | undefined;
  readonly loading: { readonly filesDone: number; readonly filesTotal: number } | undefined;
  readonly sources: readonly SourceStatus[];
  readonly containments: readonly Containment[];
  /** Epoch ms at which the arming lease ends; `undefined` while read-only. */
  readonly armedUntil: number | undefined;
  readonly notes: readonly Note[];
  readonly marked: ReadonlySet<string>;
  readonly errors: readonly ErrorNote[];
  readonly drill: { readonly briefing: Briefing; readonly story: Story } | undefined;
  /** Where the last report was saved. */
  readonly report: { readonly path: string; readonly at: number } | undefined;
}
