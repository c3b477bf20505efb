import type { Aws, ReadCall, WriteCall } from '../aws/aws.ts';
import type { ActionClass } from '../model/action-class.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Json } from '../shared/json.ts';

/** A question to AWS and the answers that end the asking: AWS's own waiters, as data. */
export interface StateCheck {
  readonly read: ReadCall;
  /** Member of the answer, dotted: `NotebookInstanceStatus`. Absent: only whether the read succeeds counts. */
  readonly member?: string;
  /** Values that mean done; `gone` when "not found" does. */
  readonly until: readonly string[] | 'gone';
  /** "Not found" means done as well: AWS forgets what has ended after a while. */
  readonly orGone?: true;
  /** Values after which waiting is pointless: `Failed`. */
  readonly unless?: readonly string[];
  /** Values that show that the call before was received, though it has not ended: `Stopping`. Settles what "may have happened". */
  readonly underWay?: readonly string[];
}

/**
 * What an undo step puts back though it moves by itself (tags that a job writes, counts that scaling changes): `step`, the whole step is
 * there only because of it; else the members of the call's input. Not part of the digest, so that drift never holds a containment back;
 * the value that is restored is the one read again at approval. Never on a step that is sent before undo.
 */
export type Volatile = 'step' | readonly string[];

/** A call that changes the account. `undo` puts back what it changed, waits included; absent when nothing can. */
export interface CallStep {
  readonly id: string;
  readonly kind: 'call';
  readonly call: WriteCall;
  readonly undo?: readonly Step[];
  readonly volatile?: Volatile;
}

/** Asking AWS until something is so. */
export interface WaitStep {
  readonly id: string;
  readonly kind: 'wait';
  readonly why: string;
  readonly check: StateCheck;
  readonly atMostMs: number;
  readonly volatile?: 'step';
}

/** One step of a plan. Ids count from `1` within a plan, in order of execution; `planWith` gives them. */
export type Step = CallStep | WaitStep;

/** What must still be so when the plan is confirmed: what the action needs, never the whole answer. */
export interface Precondition {
  readonly read: ReadCall;
  /** Dotted path in the answer; list items by number: `ProductionVariants.0.VariantName`. */
  readonly member: string;
  readonly equals: Json;
}

export type Params = { readonly [name: string]: string };

/** What an action decided to do. JSON through and through: previewed, journalled and sent are one value. */
export interface ActionPlan {
  readonly summary: string;
  /** What stops working, in one or two sentences. */
  readonly impact: string;
  /** Evidence that the calls destroy. */
  readonly evidenceLost: readonly string[];
  /** What undo will not bring back. */
  readonly notRestored: readonly string[];
  /** Empty: already in the wanted state. */
  readonly steps: readonly Step[];
  readonly preconditions: readonly Precondition[];
  /** IAM actions that the calls need besides those of their own names, undo included. */
  readonly alsoNeeds?: readonly string[];
  /** What the attacker still has when this holds. Not part of the digest. */
  readonly stillOpen?: readonly StillOpen[];
  /** What undo gives back, a sentence each, to head the undo plan. */
  readonly comesBack?: readonly string[];
  /**
   * What the action fixed by itself (a point in time), so that planning again gives the same plan: joins the plan's `params`. Their names
   * stand in `fixes`.
   */
  readonly params?: Params;
  /** ISO 8601: when it becomes pointless, if that is before a plan's usual life ends. */
  readonly expiresAt?: string;
  /** What must be so for undo to succeed: looked at before undo is offered, and again before it is sent. */
  readonly undoNeeds?: readonly Precondition[];
  /** Why undo may let the attack go on ("runs lifecycle script x as root"): undo then wants the typed name. */
  readonly undoRisk?: string;
}

/** A door that stays open. */
export interface StillOpen {
  readonly what: string;
  /** ISO 8601; `null`: until someone closes it. */
  readonly until: string | null;
  /** `<action id> <target>`, or words; `null`: nothing here can. */
  readonly closeWith: string | null;
}

/** A plan that can be previewed, confirmed and sent. */
export interface Plan extends Omit<ActionPlan, 'params' | 'expiresAt'> {
  readonly action: string;
  readonly target: ResourceRef;
  readonly account: string;
  readonly region: string;
  readonly params: Params;
  /** The incident it was made in: names of policies hold it, so that it stays this plan when another session confirms, verifies or undoes it. */
  readonly incident?: string;
  readonly class: ActionClass;
  /** SHA-256 of action, account, Region, target, params, steps and preconditions, less what is volatile: what is compared again at confirm. */
  readonly digest: string;
  /** ISO 8601, AWS time. */
  readonly expiresAt: string;
}

/** One thing that `verify` looked at. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What AWS answered. */
  readonly why: string;
  /** May lag behind the calls (IAM's enforcement, the simulator): counts from the 60-second look on, not for *written*. */
  readonly settles?: true;
}

/** Something else that the plan hits, and why. Volatile: shown with the plan, not part of its digest. */
export interface Affected {
  readonly kind: string;
  readonly arn: string;
  readonly why: string;
  /** What it does just now, where that bears on the order of things. */
  readonly doing?: 'running' | 'being deleted';
  /** It would undo the plan by itself: a parent, a schedule, autoscaling. */
  readonly undoes?: true;
}

/** Something the operator chooses, in the dialog or by `--set NAME=VALUE`. */
export interface Parameter {
  readonly name: string;
  readonly title: string;
  /** Values to offer; absent: free text. Reads only. */
  choices?(target: ResourceRef, context: ActionContext): Promise<readonly string[]>;
}

/** A parameter with the values that fit just now. */
export interface OfferedParameter {
  readonly name: string;
  readonly title: string;
  /** The likeliest first; `undefined`: free text. Empty: nothing fits, so the action cannot be planned here. */
  readonly choices: readonly string[] | undefined;
}

export interface ActionContext {
  readonly aws: Aws;
  /** `aws`, `aws-cn`, …: the first part of every ARN. */
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The identity that acts, to see whether a plan would lock it out. */
  readonly responderArn: string;
  /** Names besides the built-in ones of roles and users that must go on working; `*` stands for any text. */
  readonly breakGlass?: readonly string[];
  /** Tags (`key` or `key=value`) besides the built-in one that keep a role or user from us; `*` stands for any text. */
  readonly protectedTags?: readonly string[];
  /** Name of the incident, for policy names that tell who put them there. */
  readonly incident: string;
  readonly params: Params;
  readonly signal: AbortSignal;
  /** Hears how far a look through everything that runs has come: things looked at, of those known to be there so far. */
  readonly progress?: (done: number, total: number) => void;
}

/** A way to contain one kind of resource. One file in `actions/` each; the fields are its documentation. */
export interface ContainmentAction {
  /** `service.resource.verb-phrase`; the file name. */
  readonly id: string;
  /** By effect: "Stop endpoint: delete it, keep its config". */
  readonly title: string;
  readonly class: ActionClass;
  /** Kinds of resource it can be planned on. */
  readonly appliesTo: readonly string[];
  /** AWS pages that say what the calls do. */
  readonly references: readonly string[];
  /** Whether undo brings the old state back. */
  readonly reversible: boolean;
  readonly parameters?: readonly Parameter[];
  /** Names of `params` that plans fix by themselves. */
  readonly fixes?: readonly string[];
  /** Reads only; a function of what it reads. What it read is kept as the snapshot. @throws RefusedError when it must not be done. */
  plan(target: ResourceRef, context: ActionContext): Promise<ActionPlan>;
  /** Reads only; what the wanted state consists of, each part held against what AWS says. */
  verify(target: ResourceRef, context: ActionContext): Promise<readonly Check[]>;
  /** Who else uses the target. Streams, may be slow, may fail: the plan does not depend on it. */
  affected?(target: ResourceRef, context: ActionContext): AsyncIterable<Affected>;
}
