import type { Containment } from '../containment/containment.ts';
import type { HandOffState } from '../containment/hand-off.ts';
import type { PlaybookRun } from '../containment/playbook.ts';
import type { Predicate } from '../filter/predicate.ts';
import type { CredentialChain } from '../model/chain.ts';
import type { DigestValidation } from '../model/digest-validation.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { Attachment, Collection, Con, Mark, SavedSnapshot, Tag } from '../model/evidence.ts';
import type { FindingDecision, RuleText, TriageTick } from '../model/finding.ts';
import type { IndicatorNotes } from '../model/indicator.ts';
import type { OpenDoors } from '../model/open-door.ts';
import type { PostureRecord } from '../model/posture.ts';
import type { Note, SourceStatus } from '../session/snapshot.ts';

/** Where an event's credentials came from and what they led to, as the report tells it. */
export interface ReportChain {
  /** The event that it was asked for. */
  readonly eventId: string;
  readonly chain: CredentialChain;
}

/** Names stand as they are · accounts, addresses, names and keys are pseudonyms · the same, and free text, ids and hashes are left out. */
export type RedactionProfile = 'none' | 'share' | 'public';

/** What a report is made from but the events; JSON through and through, so that it can cross threads. */
export interface IncidentFacts {
  readonly name: string;
  readonly toolVersion: string;
  /**
   * ISO 8601: as of when the incident is told, which is when something was last journalled. Part of the view, so that the report's bytes
   * depend on nothing else and are the same tomorrow.
   */
  readonly asOf: string;
  readonly openedAt: number | undefined;
  /** When the session before the last one was closed, epoch ms; `undefined`: there was none. */
  readonly handedOverAt: number | undefined;
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
  /** Playbooks that were started, step by step. */
  readonly playbooks: readonly PlaybookRun[];
  /** What was asked of others, and whether the trail shows that they did it. */
  readonly handOffs: readonly HandOffState[];
  readonly notes: readonly Note[];
  readonly marks: readonly Mark[];
  readonly tags: readonly Tag[];
  /** What was decided about findings, and what of their triage was done. */
  readonly findingDecisions: readonly FindingDecision[];
  readonly triage: readonly TriageTick[];
  /** What the rules of the program are called; those of others have their ids alone. */
  readonly rules: readonly RuleText[];
  /** What people said of indicators, and those that they brought. */
  readonly indicators: IndicatorNotes;
  readonly attachments: readonly Attachment[];
  readonly snapshots: readonly SavedSnapshot[];
  /** Evidence that was read and written down without changing anything. */
  readonly collections: readonly Collection[];
  /** Who leads the response, as far as anybody said. */
  readonly con: Con | undefined;
  /** Every way that is known to be open; `undefined` when nobody computed them. */
  readonly doors: OpenDoors | undefined;
  readonly chains: readonly ReportChain[];
  /** How the resources are set up; `undefined` when nobody asked. */
  readonly posture: PostureRecord | undefined;
  /** What CloudTrail's digest files prove of the logs that were loaded; `undefined` where there were none. */
  readonly digests: DigestValidation | undefined;
  /** `hash` of the journal's last line, and how many lines it has; empty and 0 when there is no journal. */
  readonly journalHead: string;
  readonly journalLines: number;
  /** Says in words what `events` leaves out; empty when nothing. */
  readonly leftOut: string;
  readonly totalEvents: number;
  readonly redaction: RedactionProfile;
}

/** What a report is made from; the session provides it. Same view, same bytes. */
export interface IncidentView extends IncidentFacts {
  /** In time order; may be read more than once. */
  events(filter?: Predicate): Iterable<TimelineEvent>;
  /** The record's bytes as they came; `undefined` where the view has none to give (redacted, or no store). */
  raw?(event: TimelineEvent): Uint8Array | undefined;
}
