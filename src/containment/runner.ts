import type { Arming, Aws, AwsWriter, Identity } from '../aws/aws.ts';
import type { ExpectedError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import type { Journal, JournalLine } from '../store/journal.ts';
import type { ContainmentAction, OfferedParameter, Params, Plan, Step } from './action.ts';
import { approve } from './approve.ts';
import { assessPlan, emptyAssessment } from './assess.ts';
import type { Assessment, Containment, StepOfRun } from './containment.ts';
import { triedCalls } from './permissions.ts';
import type { Planned } from './plan.ts';
import type { RecordedCalls } from './recorded-calls.ts';
import type { Hostile } from './reopening.ts';
import { createRuns } from './runs.ts';
import { planUndo, undo } from './undo.ts';
import { resume, verifyNow } from './verify-now.ts';

/** What a runner works with; `cli` puts it together. */
export interface RunnerParts {
  readonly aws: Aws;
  readonly writer: AwsWriter;
  readonly arming: Arming;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly actions: readonly ContainmentAction[];
  /** Who acts. Asked for anew each time; the door keeps the answer. */
  identity(): Promise<Identity> | Identity;
  /** Name of the incident. */
  readonly incident: string;
  /** Writes what planning read into `snapshots/`. */
  saveSnapshot(name: string, json: Json): Promise<{ readonly file: string; readonly sha256: string }>;
  /** Hears of every line the runner adds to the journal, after it is on the disk. */
  onEntry?(line: JournalLine): void;
  /** What the incident's events say about who is hostile; absent where there are none. */
  hostile?(): Promise<Hostile>;
  /** Names of roles and users that the operator's file keeps from containment, besides the built-in ones. */
  readonly breakGlass?: readonly string[];
  /** Tags by which the operator's file keeps roles and users from containment, besides the built-in one. */
  readonly protectedTags?: readonly string[];
  /** What the incident's events tell of who called; absent where none are loaded. */
  readonly recorded?: RecordedCalls;
  /** Divides the pauses between looks at AWS; only a range runs faster than AWS. Default 1. */
  readonly speed?: number;
}

/** What the operator did to confirm. */
export interface ApprovalInput {
  readonly reason: string;
  /** Must be the target's name where the class asks for it. */
  readonly typedName?: string;
  /** What was on screen beside the plan; journalled with it. */
  readonly assessment?: Assessment | null;
  /** Playbook and step that it carries out. */
  readonly playbook?: StepOfRun;
}

/** Where a containment stands when a promise resolves, and the error that stopped it, if one did. */
export interface Outcome {
  readonly containment: Containment;
  readonly error: ExpectedError | undefined;
}

/** A containment or an undo on its way. The promises resolve whatever AWS says; they reject only when the journal cannot be written. */
export interface Running {
  readonly id: string;
  /** The steps have run, or stopped, and AWS was read back. */
  readonly written: Promise<Outcome>;
  /** `written`, under the name that callers who want no more use. */
  readonly done: Promise<Outcome>;
  /** Still so after 60 s, or fallen, or as it was when the runner was closed. */
  readonly holding: Promise<Outcome>;
}

/** The undo of one containment, to be shown. */
export interface PlannedUndo {
  readonly containment: Containment;
  readonly steps: readonly Step[];
  /** What it opens again for somebody who is still hostile, a sentence each: it heads the dialog. */
  readonly reopens: readonly string[];
  /** What comes back, a sentence each; a risk first. */
  readonly comesBack: readonly string[];
  readonly notRestored: readonly string[];
  readonly needsName: boolean;
}

/** Plans, sends, verifies and undoes containments; the only holder of the writing door. */
export interface Runner {
  /** Ids that run in this process: what `foldContainments` wants as `live`. */
  readonly live: ReadonlySet<string>;
  readonly emptyAssessment: Assessment;
  /** What the action wants to be told, with the values that fit the target. Reads only. @throws UsageError for an unknown action, AwsCallError. */
  parameters(actionId: string, target: ResourceRef, signal: AbortSignal): Promise<readonly OfferedParameter[]>;
  /** Reads only. @throws UsageError for an unknown action or parameter, RefusedError, AwsCallError. */
  plan(actionId: string, target: ResourceRef, params: Params, signal: AbortSignal): Promise<Planned>;
  /** Reads only. @throws The signal's reason. */
  assess(plan: Plan, signal: AbortSignal, publish: (assessment: Assessment) => void): Promise<Assessment>;
  /**
   * Plans again, compares, journals, and starts. `signal` ends the approval only; once it resolves, `cancel` stops the steps.
   * @throws RefusedError `NotArmed`, `NotConfirmed`, `PlanExpired`, `PreconditionFailed`, `Busy`; PlanOutdatedError. Nothing was sent then.
   */
  approve(plan: Plan, confirmation: ApprovalInput, by: string, signal: AbortSignal): Promise<Running>;
  /** Stops between two steps or during a wait; a call in the air is let arrive. */
  cancel(id: string): void;
  /**
   * Reads only.
   * @throws RefusedError `NothingToUndo`, `ChangedSince` when what we wrote is no longer there, `Unverified` when it is not known, `Busy`.
   */
  planUndo(containment: Containment, signal: AbortSignal): Promise<PlannedUndo>;
  /** As `approve`; also `PlanOutdated` when other steps would be sent than were shown. */
  undo(shown: PlannedUndo, confirmation: ApprovalInput, by: string, signal: AbortSignal): Promise<Running>;
  /** Looks at AWS, settles what "may have happened", and journals what it found. Sends nothing. @throws RefusedError `Busy`. */
  verifyNow(containment: Containment, signal: AbortSignal): Promise<Outcome>;
  /** Takes up the waits of a containment whose process died. @throws RefusedError `CallsRemain`: those want a new plan. */
  resume(containment: Containment): Promise<Running>;
  /** Ends the background looks. Steps of confirmed plans are not ended: `cancel` does that. */
  close(): void;
}

/** Makes a runner. */
export function createRunner(parts: RunnerParts): Runner {
  const runs = createRuns(parts);
  return {
    live: runs.live,
    emptyAssessment,
    async parameters(actionId, target, signal) {
      const context = await runs.context({ params: {} }, signal);
      return Promise.all(
        (runs.action(actionId).parameters ?? []).map(async ({ name, title, choices }) => ({
          name,
          title,
          choices: await choices?.(target, context),
        })),
      );
    },
    plan: (actionId, target, params, signal) => runs.plan(actionId, target, params, signal),
    async assess(plan, signal, publish) {
      const context = await runs.context(plan, signal);
      const facts = {
        identity: await parts.identity(),
        recorded: parts.recorded,
        tried: triedCalls(parts.journal.lines),
      };
      return assessPlan(runs.action(plan.action), plan, facts, context, publish);
    },
    approve: (plan, confirmation, by, signal) => approve(runs, plan, confirmation, by, signal),
    cancel: (id) => runs.cancel(id),
    planUndo: (containment, signal) => planUndo(runs, containment, signal),
    undo: (shown, confirmation, by, signal) => undo(runs, shown, confirmation, by, signal),
    verifyNow: (containment, signal) => verifyNow(runs, containment, signal),
    resume: (containment) => resume(runs, containment),
    close: () => runs.close(),
  };
}
