import type { Aws, ReadCall, WriteCall } from '../aws/aws.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Json } from '../shared/json.ts';

/** A question to AWS and the answers that end the asking: AWS's own waiters, as data. */
export interface StateCheck {
  readonly read: ReadCall;
  /** Member of the answer, dotted: `NotebookInstanceStatus`. Absent: only whether the read succeeds counts. */
  readonly member?: string;
  /** Values that mean done; `gone` when "not found" does. */
  readonly until: readonly string[] | 'gone';
  /** Values after which waiting is pointless: `Failed`. */
  readonly unless?: readonly string[];
}

/** One step of a plan. Ids count from `1` within a plan, in order of execution. */
export type Step =
  /** `undo` puts back what this call changed, waits included; absent when nothing can. */
  | { readonly id: string; readonly kind: 'call'; readonly call: WriteCall; readonly undo?: readonly Step[] }
  | {
      readonly id: string;
      readonly kind: 'wait';
      readonly why: string;
      readonly check: StateCheck;
      readonly atMostMs: number;
    };

/** What must still be so when the plan is confirmed: what the action needs, never the whole answer. */
export interface Precondition {
  readonly read: ReadCall;
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
}

/** A plan that can be previewed, confirmed and sent. */
export interface Plan extends ActionPlan {
  readonly action: string;
  readonly target: ResourceRef;
  readonly account: string;
  readonly region: string;
  readonly params: Params;
  readonly class: ActionClass;
  /** SHA-256 of `{target, params, steps, preconditions}`: what is compared again at confirm. */
  readonly digest: string;
  /** ISO 8601, AWS time. */
  readonly expiresAt: string;
}

/** How much a slip would cost, and so how it is confirmed: `y` · `y` with the victims listed · typed name · typed name. */
export type ActionClass = 'seconds' | 'interrupts' | 'not-reversible' | 'destroys';

/** One thing that `verify` looked at. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What AWS answered. */
  readonly why: string;
}

/** Something else that the plan hits, and why. Volatile: shown with the plan, not part of its digest. */
export interface Affected {
  readonly kind: string;
  readonly arn: string;
  readonly why: string;
}

export interface ActionContext {
  readonly aws: Aws;
  readonly region: string;
  /** The identity that acts, to see whether a plan would lock it out. */
  readonly responderArn: string;
  /** Name of the incident, for policy names that tell who put them there. */
  readonly incident: string;
  readonly params: Params;
  readonly signal: AbortSignal;
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
  /** Reads only; a function of what it reads. What it read is kept as the snapshot. @throws RefusedError when it must not be done. */
  plan(target: ResourceRef, context: ActionContext): Promise<ActionPlan>;
  /** Reads only; what the wanted state consists of, each part held against what AWS says. */
  verify(target: ResourceRef, context: ActionContext): Promise<readonly Check[]>;
  /** Who else uses the target. Streams, may be slow, may fail: the plan does not depend on it. */
  affected?(target: ResourceRef, context: ActionContext): AsyncIterable<Affected>;
}
