import type { Affected, ContainmentAction, OfferedParameter, Params, Plan, Step } from '../containment/action.ts';
import type { Assessment, Containment, StepOfRun } from '../containment/containment.ts';
import type { HandOff } from '../containment/hand-off.ts';
import type { PlannedPlaybook, StepDecision } from '../containment/playbook.ts';
import type { Recovery } from '../containment/recovery.ts';
import type { Match } from '../detection/detection.ts';
import type { FocusResult } from '../focus/starting-point.ts';
import type { Rejected, RunningRules } from '../ingest/ingest.ts';
import type { Enrichment } from '../inventory/enrichment.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { UserScan } from '../inventory/users-of.ts';
import type { AwsCalls } from '../model/aws-call.ts';
import type { Hint, Score } from '../model/drill.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { FindingGroup, FindingVerdict } from '../model/finding.ts';
import type { IndicatorRef, IndicatorVerdict } from '../model/indicator.ts';
import type { LongText } from '../model/long-text.ts';
import type { OpenDoors } from '../model/open-door.ts';
import type { Posture } from '../model/posture.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Observable } from '../shared/observable.ts';
import type { Wanted } from '../sources/source.ts';
import type { EventQueries } from '../store/queries.ts';
import type { Findings } from './findings.ts';
import type { CollectedIndicators } from './indicators.ts';
import type { JournalRow } from './journal-rows.ts';
import type { Snapshot } from './snapshot.ts';

/** What the operator did in the dialog. `typedName` is compared with the target's name where the class asks for it. */
export interface Confirmation {
  readonly reason: string;
  readonly typedName?: string;
  /** The step of a playbook that it carries out. */
  readonly playbook?: StepOfRun;
}

/** A plan on screen, with what it hits filling in beside it. */
export interface Preview {
  readonly plan: Plan;
  readonly assessment: Observable<Assessment>;
}

/** The undo of one containment on screen. */
export interface UndoPreview {
  readonly containment: Containment;
  readonly steps: readonly Step[];
  /** What it opens again for somebody who is still hostile, a sentence each: it heads the dialog. */
  readonly reopens: readonly string[];
  /** What comes back, a sentence each. */
  readonly comesBack: readonly string[];
  /** What it will not bring back. */
  readonly notRestored: readonly string[];
  /** Whether the target's name must be typed. */
  readonly needsName: boolean;
}

/** A folder of evidence. */
export interface CollectedEvidence {
  readonly folder: string;
  readonly files: number;
  /** What could not be read; text of AWS. */
  readonly missing: readonly { readonly what: string; readonly why: string; readonly permission: string | null }[];
}

/** An action that can be planned on a resource, or why it cannot just now. */
export interface ActionChoice {
  readonly action: Pick<ContainmentAction, 'id' | 'title' | 'class' | 'reversible'>;
  /** Whether it must be told something before it can be planned: `parameters` says what. */
  readonly hasParameters: boolean;
  readonly disabledReason: string | undefined;
}

/** A playbook that can be started, and on what. */
export interface PlaybookChoice {
  readonly id: string;
  readonly title: string;
  readonly subject: ResourceRef;
  /** It is for just such a call as the event's. */
  readonly answers: boolean;
  readonly disabledReason: string | undefined;
}

/** Everything the console and `watch` need; the only thing hooks know. */
export interface Session {
  readonly snapshot: Observable<Snapshot>;
  readonly events: EventQueries;
  /** Starts the lease (15 minutes) or begins it anew. @throws RefusedError `ReadOnly` with `--read-only` or for saved logs. */
  arm(): void;
  disarm(): void;
  /** What can be done about a resource; empty when nothing can. */
  choices(target: ResourceRef): readonly ActionChoice[];
  /** What an action wants to be told about a target, with the values that fit. Reads only. @throws AwsCallError, RefusedError */
  parameters(actionId: string, target: ResourceRef, signal: AbortSignal): Promise<readonly OfferedParameter[]>;
  /** @throws AwsCallError, RefusedError */
  plan(actionId: string, target: ResourceRef, params: Params, signal: AbortSignal): Promise<Preview>;
  /**
   * Reads again, compares, journals, and starts. Resolves with the containment's id as soon as the first step is starting; progress is in the snapshot.
   * @throws RefusedError `PlanOutdated` (call `plan` again and show the difference), `NotArmed`, `NotConfirmed`, `PlanExpired`.
   */
  approve(preview: Preview, confirmation: Confirmation, signal: AbortSignal): Promise<string>;
  /** Playbooks that can be started on one of these (the likeliest first), those that answer the event's call first. */
  playbooks(subjects: readonly ResourceRef[], event: TimelineEvent | undefined): readonly PlaybookChoice[];
  /** What a playbook would do. Reads only; may take seconds. @throws RefusedError for saved logs; the signal's reason. */
  planPlaybook(
    playbookId: string,
    subject: ResourceRef,
    event: TimelineEvent | undefined,
    signal: AbortSignal,
  ): Promise<PlannedPlaybook>;
  /** One action on several targets, one after the other. */
  planBatch(actionId: string, targets: readonly ResourceRef[], params: Params): PlannedPlaybook;
  /** More targets of one action than this want their number typed. */
  readonly mostTargets: number;
  /** Journals it; the id is `p1`, … @param typedCount See `mostTargets`. @throws RefusedError `TooManyTargets`, `NothingToDo` */
  startPlaybook(plan: PlannedPlaybook, typedCount: number | undefined): Promise<string>;
  /** @throws RefusedError `NotYet`: why a step's turn has not come. */
  refuseBeforeTurn(of: StepOfRun): void;
  /** Journals what was decided about a step without sending anything. @throws RefusedError `NoReason`, `NotYet` */
  decideStep(of: StepOfRun, decision: StepDecision): Promise<void>;
  /** Journals that others were asked; the trail is watched for the effect. The id is `h1`, … */
  requestHandOff(
    handOff: HandOff,
    what: { readonly actionId: string; readonly target: ResourceRef; readonly playbook?: StepOfRun },
  ): Promise<string>;
  /** Gives a playbook up. @throws RefusedError `NoReason` */
  endPlaybook(run: string, reason: string): Promise<void>;
  /** Stops between two steps. */
  cancel(containmentId: string): void;
  /** @throws RefusedError when there is nothing to undo, or someone else changed it since. */
  planUndo(containmentId: string, signal: AbortSignal): Promise<UndoPreview>;
  /** As `approve`. */
  undo(preview: UndoPreview, confirmation: Confirmation, signal: AbortSignal): Promise<void>;
  /** Journals that somebody knows of a containment that does not work any more, and why that may stay so. @throws RefusedError `NoReason`, `NothingToAccept` */
  acceptLoss(containmentId: string, reason: string): Promise<void>;
  /** Plans the undo of everything, in an order that is safe. Reads only. @throws RefusedError for saved logs, AwsCallError. */
  planRecovery(signal: AbortSignal): Promise<Recovery>;
  /**
   * Undoes one after the other, each verified; progress is in `snapshot.recovery`. `typedName` is the incident's name where `needsName` says so.
   * @throws RefusedError `NotArmed`, `NotConfirmed`, `Busy`; then nothing was sent.
   */
  recover(recovery: Recovery, confirmation: Confirmation): Promise<void>;
  /** Looks at AWS again and brings the verdict up to date. */
  verify(containmentId: string): Promise<void>;
  /** What is on the screen and what was asked for: sources read that first, and know that somebody is there. */
  look(at: Wanted): void;
  /**
   * Begins anew from a paste: an ARN, a name, a key, an address, a console URL, an event id, a whole alert. Asks AWS about keys, has the
   * event history looked through, adds Regions; the result is `snapshot.start` too. What AWS refuses is said in `unused`.
   * @throws UsageError when nothing in the text can be used; the signal's reason.
   */
  focus(text: string, signal: AbortSignal): Promise<FocusResult>;
  /** What could not be loaded, oldest first; at most 1,000, `snapshot.rejected` counts them all. Its texts are untrusted. */
  readonly rejected: readonly Rejected[];
  /**
   * Reads no further in the saved logs that are being loaded (what was not read is counted among what was rejected), nor in the event history
   * from before the start: what happens is read on.
   */
  stopLoading(): void;
  /** Goes on with the event history that `stopLoading` gave up. */
  loadOn(): void;
  /** Answers `snapshot.question`; `undefined` declines. */
  answer(questionId: number, text: string | undefined): void;
  /** Journal first, then the store. */
  mark(eventId: string, marked: boolean): Promise<void>;
  note(text: string, eventId?: string): Promise<void>;
  /**
   * Writes down what AWS says about the targets and what they use, into the incident's folder, and journals it. Reads only, armed or not.
   * `progress` hears what is being read. @throws RefusedError for saved logs, AwsCallError, FailedError for the disk.
   */
  collect(
    targets: readonly ResourceRef[],
    signal: AbortSignal,
    progress: (what: string) => void,
  ): Promise<CollectedEvidence>;
  /** Hangs a word on an event, or takes it off. Journal first. */
  tag(eventId: string, tag: string, tagged: boolean): Promise<void>;
  /** Gives a filter a name in this incident; without a text takes the name away. Journal first. */
  saveFilter(name: string, text: string | undefined): Promise<void>;
  /** Copies a file into the incident, hashed. @returns Where it lies in the incident's folder. @throws FailedError */
  attach(path: string, about: { readonly note?: string; readonly eventId?: string }): Promise<string>;
  /** Somebody leads the response from now on; without a name whoever acts here. @returns Who. */
  takeCon(who?: string): Promise<string>;
  /**
   * Writes the markdown report into the incident's folder, on a thread of its own; `progress` hears how many events have been read.
   * @returns Its path. @throws FailedError; the signal's reason.
   */
  report(signal?: AbortSignal, progress?: (events: number) => void): Promise<string>;
  /** A report or an export as text, as the incident stands now; `format` is the id of an export format. @throws FailedError */
  document(format: string, signal: AbortSignal): Promise<string>;
  /**
   * The same by lines, for a screen: made on another thread and handed over without being copied. `progress` hears how many events have been
   * read. @throws FailedError
   */
  longDocument(format: string, signal: AbortSignal, progress?: (events: number) => void): Promise<LongText>;
  /** What the rules found, kept current as events come. */
  readonly findings: Observable<Findings>;
  /** Why a rule fired on the newest event of a group; nothing for a correlation. */
  explainFinding(group: FindingGroup): Promise<readonly Match[]>;
  /** Decides about a finding; `open` takes the decision back. `evidence` marks its events for the report. Journal first. */
  judgeFinding(group: FindingGroup, verdict: FindingVerdict | 'open', reason: string): Promise<void>;
  /** What the events of findings and marks hold, as of now. @throws The signal's reason. */
  collectIndicators(signal: AbortSignal): Promise<CollectedIndicators>;
  /** Says whose an indicator is, or (`open`) that nobody knows. */
  judgeIndicator(indicator: IndicatorRef, verdict: IndicatorVerdict | 'open', reason: string): Promise<void>;
  /** Adds the indicators of a CSV file. @returns How many, and what is wrong with the other lines. @throws FailedError `NotReadable` */
  importIndicators(path: string): Promise<{ readonly added: number; readonly problems: readonly string[] }>;
  /** Shows no findings of a rule about a principal in this incident, or does again. */
  muteRule(rule: string, actor: string, muted: boolean, reason: string): Promise<void>;
  /** Ticks a step of a finding's triage off, or not. */
  triageStep(finding: string, step: string, done: boolean): Promise<void>;
  /** Which rules run, and how each stands. */
  runningRules(): Promise<RunningRules>;
  /** The AWS calls that this session made; empty for saved logs. */
  readonly calls: Observable<AwsCalls>;
  /** What we did and decided, and what other responders' Firebreaks did, the oldest first; the latter are looked for while somebody listens. */
  readonly journal: Observable<readonly JournalRow[]>;
  /** What runs now; fills in the background from `lookAround()` on, or as soon as somebody listens, and is brought up to date every minute while somebody does. */
  readonly inventory: Observable<Inventory>;
  /** Begins (or refreshes) the inventory; nothing happens for saved logs, or while it is being taken. */
  lookAround(): void;
  /** Every way that the attacker still has, from the events, the inventory and what we did; kept current from `lookAround()` on, or as soon as somebody listens. */
  readonly openDoors: Observable<OpenDoors>;
  /** How the incident's resources are set up, as it was judged last; `judgePosture` begins it. */
  readonly posture: Observable<Posture>;
  /** Has the resources of the incident judged anew: reads only, in the background. Nothing happens while that goes on. */
  judgePosture(): void;
  /** Stops the reading for it; what was judged until then stays. */
  stopPosture(): void;
  /** What AWS says about a resource now: fills in, is kept for a minute, costs few calls. The same observable for the same resource. */
  enrich(ref: ResourceRef, changedAt?: number): Observable<Enrichment>;
  /** Who uses a role, an endpoint config, a model, a lifecycle config: reverse scan with progress. @throws The signal's reason. */
  usersOf(ref: ResourceRef, signal: AbortSignal): AsyncIterable<UserScan>;
  /** What only a drill has. */
  readonly drill?: {
    /** The next hint; `undefined` where there are none. */
    hint(): Promise<Hint | undefined>;
    /** How it went so far; saved into the incident's folder. */
    score(): Promise<Score>;
  };
  /** Ends sources and workers. Resolves within a second, whatever the network does. */
  close(): Promise<void>;
}
export type { Affected, Recovery };
