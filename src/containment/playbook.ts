import type { ResourceRef } from '../model/resource.ts';
import type { Params } from './action.ts';
import type { ContainmentPhase, Effect } from './containment.ts';
import type { HandOff } from './hand-off.ts';
import type { TargetName } from './playbook-targets.ts';

/**
 * What a step is for, and so when its turn is: keep the record going · take the role's credentials · cut new entry · stop what starts jobs ·
 * stop compute · stop what leaks or serves · put back what was switched off, which whoever did it would switch off again.
 */
export type StepPurpose = 'record' | 'credentials' | 'entry' | 'parents' | 'compute' | 'leak' | 'restore';

/** One step of a playbook: an action, and how what it is done to is found. */
export interface PlaybookStep {
  readonly purpose: StepPurpose;
  /** Action ids; of several the first that applies to the target's kind. Empty for what only others can do: see `handOff`. */
  readonly actions: readonly string[];
  /** Everything it is done to, found from the incident: a step of its own each. */
  readonly target: TargetName;
  /** What it does in this attack, one sentence. */
  readonly why: string;
  /** What is said where no target is found: "no lifecycle script hangs on it". */
  readonly none: string;
  /** Only where credentials of the role are used from outside of AWS compute: else it would break more than it cuts. */
  readonly when?: 'outside';
  /** Actions to fall back on when it fails or is refused, the first choice first. */
  readonly instead?: readonly string[];
  readonly handOff?: 'aws-support' | 'root';
}

/** Ordered actions for one finding, with a stop between. One file in `playbooks/` each; the fields are its documentation. */
export interface Playbook {
  /** The file name. */
  readonly id: string;
  readonly title: string;
  /** Kinds of resource, principals included, that it can be started on. */
  readonly appliesTo: readonly string[];
  /** Techniques of the facts, and words that rules of ours say. */
  readonly findings: readonly string[];
  /** Calls (`service:Operation`, `*` at the end) about which it is offered first. */
  readonly answers: readonly string[];
  /** The finding says that somebody holds the credentials: they are taken first, whatever was seen. */
  readonly premise?: 'credentials-outside';
  readonly references: readonly string[];
  readonly steps: readonly PlaybookStep[];
}

/** The order of the steps, and what was seen that decides it. */
export interface StepOrder {
  readonly first: 'credentials' | 'entry';
  /** Why, one sentence. Holds names: pass `display` before a screen. */
  readonly why: string;
  /** Events that show it. */
  readonly eventIds: readonly string[];
}

/** One step on one target. Texts hold names: pass `display` before a screen. */
export interface PlannedStep {
  /** From `1`. */
  readonly id: string;
  readonly purpose: StepPurpose;
  /** Empty where only others can do it. */
  readonly actionId: string;
  /** The action's title, or what is asked of others. */
  readonly title: string;
  readonly target: ResourceRef;
  /** How it was found: "fraud-lab runs as it (sagemaker:DescribeNotebookInstance)". */
  readonly because: string;
  readonly why: string;
  /** Why its turn is where it is. */
  readonly place: string;
  /** Who else would be hit, as far as is known; empty: nobody. */
  readonly note: string;
  /** Values of the action's parameters that follow from what was seen. */
  readonly params: Params;
  readonly instead: readonly string[];
  readonly handOff?: HandOff;
}

/** A playbook on one subject: what it would do, in order. JSON through and through. */
export interface PlannedPlaybook {
  /** `batch` for one action on several targets. */
  readonly playbook: string;
  readonly title: string;
  readonly subject: ResourceRef;
  readonly order: StepOrder;
  readonly steps: readonly PlannedStep[];
  /** What it does not do here and why, a sentence each. */
  readonly leftOut: readonly string[];
  /** What could not be looked at: there may be more targets. */
  readonly unseen: readonly string[];
  /** How many targets the widest action has: beyond the cap the number must be typed. */
  readonly targetsAtOnce: number;
}

/**
 * Where a step stands: nothing done yet · its containment runs · done · it was so already · skipped · planning or confirming was refused ·
 * its containment failed, or only a part of it was done · sent, and nobody looked · undone since · asked of others · seen in the trail.
 */
export type StepPhase =
  | 'open'
  | 'running'
  | 'done'
  | 'already'
  | 'skipped'
  | 'refused'
  | 'failed'
  | 'unverified'
  | 'undone'
  | 'requested'
  | 'seen';

/** A step of a playbook that was started. */
export interface RunStep extends PlannedStep {
  readonly state: StepPhase;
  /** Its last containment. */
  readonly containment?: { readonly id: string; readonly state: ContainmentPhase; readonly effect: Effect };
  /** Its hand-off. */
  readonly request?: string;
  /** Why it was skipped, was so already, was refused or failed. */
  readonly reason: string;
  /** What can be done now, a sentence each; empty where nothing has to be. */
  readonly next: readonly string[];
  /** Who decided, and when (epoch ms). */
  readonly by: string;
  readonly at: number | undefined;
}

/** A playbook that was started in this incident, folded from its journal. */
export interface PlaybookRun extends Omit<PlannedPlaybook, 'steps'> {
  /** `p1`, `p2`, … */
  readonly id: string;
  readonly by: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly steps: readonly RunStep[];
  /** The step whose turn it is; `undefined`: every one is decided. */
  readonly next: string | undefined;
  /** Steps that must settle before the next one's turn comes. */
  readonly waitsFor: readonly string[];
  readonly ended: { readonly by: string; readonly reason: string; readonly at: number } | undefined;
}

/** What the operator, or AWS, decided about a step without sending anything. */
export type StepDecision =
  | { readonly type: 'skipped'; readonly reason: string }
  /** The plan has nothing to send. */
  | { readonly type: 'already'; readonly what: string }
  | {
      readonly type: 'refused';
      readonly code: string;
      readonly message: string;
      readonly nextSteps: readonly string[];
    };
