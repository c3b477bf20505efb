import type { Identity } from '../aws/aws.ts';
import type { StartingPoint } from '../focus/starting-point.ts';
import type { DigestValidation } from '../model/digest-validation.ts';
import type { FindingVerdict } from '../model/finding.ts';
import type { IndicatorRef, IndicatorVerdict } from '../model/indicator.ts';
import type { OpenDoors } from '../model/open-door.ts';
import type { PostureRecord } from '../model/posture.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { SourceStatus } from './snapshot.ts';

/** The flags an incident was opened with, as far as opening it again needs them. */
export interface OpeningFlags {
  readonly roleArn?: string;
  readonly externalId?: string;
  /** Profiles besides the first. */
  readonly profiles: readonly string[];
  /** `--source` as it was given. */
  readonly sources: readonly string[];
  /** Absent in journals of before it was kept. */
  readonly expectAccount?: readonly string[];
}

/** Journal entries of the session itself; those of containments stand in `containment/entries.ts`. */
export type SessionEntry =
  | {
      readonly type: 'incident-opened';
      readonly tool: string;
      readonly mode: 'live' | 'drill' | 'saved';
      /** Files and folders of saved logs. */
      readonly inputs: readonly string[];
      /** Scenario of a drill. */
      readonly scenario: string;
      /** Of a drill: what plays it again. `startedAt` is epoch ms. */
      readonly drilled?: { readonly seed: number; readonly speed: number; readonly startedAt: number };
      readonly regions: readonly string[];
      readonly profile: string;
      /** Files and folders of rules besides the built-in ones; absent where there were none. */
      readonly rules?: readonly string[];
      /** Absent in journals of before several accounts could be watched. */
      readonly flags?: OpeningFlags;
    }
  | {
      readonly type: 'identity';
      /** Of another account of this incident; absent for the session's own. */
      readonly profile?: string;
      readonly account: string;
      readonly alias: string;
      readonly arn: string;
      readonly partition: string;
      readonly region: string;
      readonly globalRegion: string;
      readonly endpoint: Identity['endpoint'];
    }
  /** What the responder held and what was made of it: an alert, a key, an address. */
  | { readonly type: 'focus'; readonly start: StartingPoint; readonly by: string }
  | { readonly type: 'armed'; readonly until: string; readonly by: string }
  | { readonly type: 'disarmed'; readonly by: string }
  | { readonly type: 'event-marked'; readonly eventId: string; readonly marked: boolean; readonly by: string }
  | { readonly type: 'note'; readonly text: string; readonly eventId?: string; readonly by: string }
  /** A word hung on an event, or taken off it. */
  | {
      readonly type: 'event-tagged';
      readonly eventId: string;
      readonly tag: string;
      readonly tagged: boolean;
      readonly by: string;
    }
  /** A filter was given a name, or lost it (empty text). */
  | { readonly type: 'filter-saved'; readonly name: string; readonly text: string; readonly by: string }
  /** A file was copied into the incident. */
  | {
      readonly type: 'attached';
      /** In the incident's folder. */
      readonly file: string;
      /** As it was called before. */
      readonly name: string;
      readonly sizeBytes: number;
      readonly sha256: string;
      readonly note: string;
      readonly eventId?: string;
      readonly by: string;
    }
  /** What was decided about a finding (its key); `open`: nothing after all. */
  | {
      readonly type: 'finding-judged';
      readonly finding: string;
      readonly rule: string;
      readonly verdict: FindingVerdict | 'open';
      readonly reason: string;
      readonly by: string;
    }
  /** A rule is no longer shown for a principal in this incident, or again. */
  | {
      readonly type: 'rule-muted';
      readonly rule: string;
      readonly actor: string;
      readonly muted: boolean;
      readonly reason: string;
      readonly by: string;
    }
  /** A step of a finding's triage was done, or was not after all. */
  | {
      readonly type: 'triage-step';
      readonly finding: string;
      readonly step: string;
      readonly done: boolean;
      readonly by: string;
    }
  /** Whose an indicator is, or that nobody knows after all. */
  | {
      readonly type: 'indicator-judged';
      readonly indicator: IndicatorRef;
      readonly verdict: IndicatorVerdict | 'open';
      readonly reason: string;
      readonly by: string;
    }
  /** Indicators that somebody brought; more of them than fit into a line come in several. */
  | {
      readonly type: 'indicators-imported';
      readonly file: string;
      readonly indicators: readonly (IndicatorRef & { readonly note: string })[];
      readonly by: string;
    }
  /** Somebody leads the response from now on. */
  | { readonly type: 'con-taken'; readonly who: string; readonly by: string }
  /** Every way that was known to be open when the session ended or a report was made: what AWS answered is gone tomorrow. */
  | { readonly type: 'still-open'; readonly doors: OpenDoors }
  /** How the resources of the incident were set up when the session ended or a report was made: what AWS answered is gone tomorrow. */
  | { readonly type: 'posture-judged'; readonly posture: PostureRecord }
  /** What CloudTrail's digest files say about the logs that were opened. */
  | { readonly type: 'digests-checked'; readonly validation: DigestValidation }
  /** The session ended in order: the next shift asks what changed since. */
  | { readonly type: 'incident-closed'; readonly by: string }
  /** What the sources had shown when the session ended or a report was made: a later export must not claim more. */
  | {
      readonly type: 'coverage';
      readonly sources: readonly SourceStatus[];
      readonly receivedTo?: number;
      readonly settledTo?: number;
      readonly rejected: number;
    }
  /** Evidence was read and written down, nothing changed: `firebreak collect`, or `C` in the console. */
  | {
      readonly type: 'evidence-collected';
      /** Where it lies; holds `manifest.json` with the SHA-256 of every file. */
      readonly folder: string;
      readonly manifestSha256: string;
      readonly targets: readonly ResourceRef[];
      readonly files: number;
      /** Things that could not be read; the manifest names them. */
      readonly missing: number;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly type: 'report-saved'; readonly path: string; readonly sha256: string };
