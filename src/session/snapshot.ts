import type { Identity } from '../aws/aws.ts';
import type { Containment } from '../containment/containment.ts';
import type { HandOffState } from '../containment/hand-off.ts';
import type { PlaybookRun } from '../containment/playbook.ts';
import type { StartingPoint } from '../focus/starting-point.ts';
import type { DigestValidation } from '../model/digest-validation.ts';
import type { Briefing, Score, Story } from '../model/drill.ts';
import type { Position } from '../model/event.ts';
import type { FindingDecisions } from '../model/finding.ts';
import type { Holder } from '../model/holder.ts';
import type { IndicatorNotes } from '../model/indicator.ts';
import type { MetricSeries } from '../model/metric.ts';
import type { LagFigures, SourceState } from '../sources/source.ts';
import type { TailMeter } from '../sources/tail-hub.ts';

/** How far the undo of everything is: each undo with how it ended. */
export interface RecoveryProgress {
  readonly items: readonly {
    readonly id: string;
    readonly state: 'running' | 'undone' | 'failed' | 'refused' | 'skipped';
    readonly why: string;
  }[];
  readonly running: boolean;
}

/** One source in one Region, as the header and the coverage show it. */
export interface SourceStatus {
  readonly id: string;
  readonly title: string;
  /** Account of the credentials that read it; empty until AWS has said. */
  readonly account: string;
  /** Profile of those credentials; empty for the session's own. */
  readonly profile: string;
  readonly region: string;
  readonly state: SourceState;
  readonly why: string;
  /** Missing IAM action, when denied. */
  readonly permission: string;
  /** Epoch ms up to which a sweep has read everything it can show; `undefined` before the first ended. */
  readonly coveredTo: number | undefined;
  readonly gaps: readonly { readonly id: string; readonly from: number; readonly to: number; readonly why: string }[];
  /** What it can never show, and what it found out that it cannot show here. */
  readonly blindSpots: readonly string[];
  /** What of `blindSpots` the operator must know at once; empty: nothing. */
  readonly alarm: string;
  /** When it stopped being read (it became denied, expired or unreachable), epoch ms; `undefined` while it is read, or if it never was. */
  readonly stoppedAt: number | undefined;
  /** What AWS says about its delay, ms. */
  readonly lagMs: number;
  /** Measured while watching; `undefined` until enough was seen. */
  readonly lag: LagFigures | undefined;
  /** What is loaded and what is not; empty when there is nothing to say. */
  readonly progress: string;
  /** Whether what lies before its start is still being read, or was given up (`stopLoading`). */
  readonly firstLoad: 'going' | 'held' | undefined;
  /** Log groups or endpoints that it reads just now. */
  readonly watching: readonly string[];
  /** Gaps that were filled since the start. */
  readonly gapsFilled: number;
  /** Records handed on since the start, repeats included. */
  readonly records: number;
  /** Epoch ms of the last sign of life. */
  readonly heardAt: number | undefined;
}

/** A question that only the operator can answer: an MFA code, mid-incident. */
export interface Question {
  readonly id: number;
  readonly kind: 'mfa';
  /** Serial number of the device. */
  readonly device: string;
  readonly profile: string;
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
  /** Another process has the incident, and this console only follows it; `gone`: that process has ended. */
  readonly follows: { readonly holder: Holder | undefined; readonly gone: boolean } | undefined;
  /** `undefined` for saved logs, or until AWS answered. */
  readonly identity: Identity | undefined;
  /** Where our calls go, known before AWS has said who we are; `undefined` for saved logs. */
  readonly endpoint: Identity['endpoint'] | undefined;
  readonly mode: 'live' | 'drill' | 'saved';
  readonly eventsVersion: number;
  readonly events: number;
  readonly late: number;
  readonly rejected: number;
  /** What CloudTrail's digest files say of the logs that were opened; `undefined` where none were among them. */
  readonly digests: DigestValidation | undefined;
  /** Epoch ms of the newest event. */
  readonly receivedTo: number | undefined;
  /** now − max(15 min, p99 of the lag measured here); `undefined` for saved logs and before the first sweep. */
  readonly settledTo: number | undefined;
  /** Saved logs that are being read; `startedAt`: epoch ms, 0 where only that it goes on is known. */
  readonly loading:
    | {
        readonly filesDone: number;
        readonly filesTotal: number;
        readonly bytesDone: number;
        readonly bytesTotal: number;
        readonly startedAt: number;
      }
    | undefined;
  readonly sources: readonly SourceStatus[];
  /** Accounts of this incident, the session's own first; one entry unless several profiles are given. */
  readonly accounts: readonly {
    readonly account: string;
    readonly alias: string | undefined;
    readonly profile: string;
    /** Who we are there. */
    readonly arn: string;
  }[];
  /** Live Tail sessions and what they cost; metric requests are charged each. */
  readonly tails: TailMeter;
  readonly chargedMetricRequests: number;
  readonly metrics: readonly MetricSeries[];
  /** The oldest question that waits for the operator. */
  readonly question: Question | undefined;
  /** Local clock minus AWS's, ms; shown when it is over a minute. */
  readonly clockSkewMs: number;
  readonly containments: readonly Containment[];
  /** Playbooks that were started, oldest first. */
  readonly playbooks: readonly PlaybookRun[];
  /** What others were asked to do. */
  readonly handOffs: readonly HandOffState[];
  /** The undo of everything, since it was begun in this session. */
  readonly recovery: RecoveryProgress | undefined;
  /** Epoch ms at which the arming lease ends; `undefined` while read-only. */
  readonly armedUntil: number | undefined;
  readonly notes: readonly Note[];
  readonly marked: ReadonlySet<string>;
  /** Words that responders hung on events: by event id, in the order in which they came. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Filters that were given a name in this incident: name and text. */
  readonly savedFilters: ReadonlyMap<string, string>;
  /** Findings that nobody has decided about. */
  readonly openFindings: number;
  readonly decisions: FindingDecisions;
  readonly indicators: IndicatorNotes;
  readonly errors: readonly ErrorNote[];
  /** `score` as of when it was last asked for, the story's end at the latest. */
  readonly drill: { readonly briefing: Briefing; readonly story: Story; readonly score?: Score } | undefined;
  /** What the responder held, the latest `focus`: the filter to begin with, and what could not be used. */
  readonly start: StartingPoint | undefined;
  /** The event to land on, once it is loaded; may move to a better one while the first look-ups come in. */
  readonly landing: Position | undefined;
  /** Where the last report was saved. */
  readonly report: { readonly path: string; readonly at: number } | undefined;
}
