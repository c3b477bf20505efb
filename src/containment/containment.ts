import type { RecordedRadius } from '../policy/radius.ts';
import type { Affected, Check, Plan, StillOpen } from './action.ts';

/** Where a containment stands. `confirmed` is: written and still so after 60 s. */
export type ContainmentPhase =
  | 'planned'
  | 'refused'
  | 'in-progress'
  | 'partial'
  | 'failed'
  /** Sent, and nobody looked yet: after a crash it "may have happened". */
  | 'unverified'
  | 'written'
  | 'confirmed'
  | 'undoing'
  | 'undone';

export type StepState = 'pending' | 'sent' | 'confirmed' | 'failed' | 'skipped' | 'unknown';

/** A step's progress. */
export interface StepProgress {
  readonly id: string;
  readonly phase: 'do' | 'undo';
  readonly state: StepState;
  readonly requestId?: string;
  /** Epoch ms. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** AWS's error code and message, when it failed. */
  readonly error?: string;
}

/** How far the effect was proved: read back · still so after 60 s · the suspect's next call was refused · not there · not known. */
export type Effect = 'written' | 'holding' | 'proved' | 'absent' | 'unknown';

export interface Verdict {
  readonly effect: Effect;
  readonly checks: readonly (Check & { readonly at: number })[];
  /** Id of the event that shows the suspect refused. */
  readonly provedBy: string | null;
  /** Id of the event that passed though it should have been refused: it is not effective, whatever AWS reads back. Absent: none. */
  readonly contradictedBy?: string | null;
  /** When AWS last read it back, epoch ms, of what it read back once and does not any more: somebody took it away. Absent: none. */
  readonly stoodUntil?: number | null;
  /** Whether a refused call can prove it; a stopped job refuses none. Absent: not known. */
  readonly provable?: boolean;
  readonly stillOpen: readonly StillOpen[];
}

/** What the plan hits besides its target and whether the responder may send it. Not part of the digest. */
export interface Assessment {
  readonly affected: readonly Affected[];
  readonly affectedComplete: boolean;
  /** While it is looked for: things looked at, and those known to be there so far, which grow while AWS lists them. */
  readonly affectedProgress?: { readonly done: number; readonly total: number } | undefined;
  /** Why the list is not complete, when it will not become so. */
  readonly affectedProblem?: string;
  readonly permissions: {
    readonly checked: 'simulated' | 'tried' | 'not-allowed' | 'pending';
    readonly missing: readonly string[];
    readonly notSeen: readonly string[];
  };
  /** Recorded calls held against what the plan refuses; absent for plans that refuse no calls. */
  readonly radius?: Radius;
  /** How often endpoints that it hits are invoked just now, a sentence each. */
  readonly invocations?: readonly string[];
  /** What is out of order, or would lock us out; a sentence each. */
  readonly warnings?: readonly string[];
  /** How long it takes, in words. */
  readonly takes?: string;
  /** Claims that were not measured on AWS. */
  readonly assumed?: readonly string[];
}

/** Blast radius and predicted effect of a deny. */
export interface Radius {
  /** `counting`: not known yet. `not-loaded`: there are no events to look at. */
  readonly state: 'counting' | 'counted' | 'not-loaded';
  /** The same in words; untrusted names in it. */
  readonly sentences: readonly string[];
  readonly recorded?: RecordedRadius;
}

/** A step of a playbook that was started in this incident: `{run: 'p1', step: '3'}`. */
export interface StepOfRun {
  readonly run: string;
  readonly step: string;
}

/** One containment of the incident, folded from its journal entries. */
export interface Containment {
  /** The journal entry id: `c1`, `c2`, … within an incident. */
  readonly id: string;
  readonly plan: Plan;
  readonly reason: string;
  readonly by: string;
  readonly state: ContainmentPhase;
  /**
   * Why it does not work though somebody relies on it: a call passed that it should have refused · AWS read it back once and does not any more.
   * Absent: it works, as far as is known, or the same was sent again and holds.
   */
  readonly ineffective?: 'contradicted' | 'gone';
  /** Who knows that it does not work any more, and why that may stay so. Only of what is `ineffective`. */
  readonly accepted?: { readonly by: string; readonly reason: string; readonly at: number };
  /** Id of a later containment that did the same to the same target, and stands. */
  readonly sentAgainAs?: string;
  readonly steps: readonly StepProgress[];
  /** The undo that was approved: what it sends or sent. Its progress is in `steps`, phase `undo`. */
  readonly undo?: {
    readonly steps: Plan['steps'];
    readonly by: string;
    readonly reason: string;
    readonly approvedAt: number;
  };
  /** Steps that undo will run, last call first; derived from the calls that were sent. */
  readonly undoSteps: Plan['steps'];
  readonly verdict: Verdict;
  readonly assessment: Assessment | null;
  /** The step of a playbook that it carries out. */
  readonly playbook?: StepOfRun;
  /** Epoch ms. */
  readonly approvedAt: number;
  /** AWS time, epoch ms, at which it was first seen to be *holding*; absent before. */
  readonly holdingAt?: number;
  /** File in `snapshots/` with every answer that planning read; absent in journals that do not name it. */
  readonly snapshot?: { readonly file: string; readonly sha256: string };
}
