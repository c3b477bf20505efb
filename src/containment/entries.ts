import type { ResourceRef } from '../model/resource.ts';
import type { Check, Plan, Step } from './action.ts';
import type { Assessment, Effect, StepOfRun } from './containment.ts';
import type { HandOff } from './hand-off.ts';
import type { PlannedPlaybook, StepDecision } from './playbook.ts';

/** Journal entries of containments. `id` is the containment (`c1`, `c2`, …): what `undo` takes. Step ids are those of the plan. */
export type ContainmentEntry =
  | {
      readonly type: 'containment-approved';
      readonly id: string;
      readonly plan: Plan;
      readonly reason: string;
      readonly by: string;
      readonly assessment: Assessment | null;
      /** The step of a playbook that it carries out. */
      readonly playbook?: StepOfRun;
      /** File in `snapshots/` with every answer that planning read, and its SHA-256. */
      readonly snapshot: { readonly file: string; readonly sha256: string };
    }
  | {
      readonly type: 'undo-approved';
      readonly id: string;
      /** What will be sent, renumbered from 1. */
      readonly steps: readonly Step[];
      readonly reason: string;
      readonly by: string;
    }
  /** Written and fsynced before the call is sent: after a crash it "may have happened". */
  | {
      readonly type: 'step-starting';
      readonly id: string;
      readonly phase: 'do' | 'undo';
      readonly step: string;
      readonly name: string;
    }
  | {
      readonly type: 'step-done';
      readonly id: string;
      readonly phase: 'do' | 'undo';
      readonly step: string;
      readonly requestId?: string;
      /** It was so already, by somebody else's doing: not sent by us, so never undone by us. */
      readonly already?: true;
    }
  | {
      readonly type: 'step-failed';
      readonly id: string;
      readonly phase: 'do' | 'undo';
      readonly step: string;
      readonly code: string;
      readonly message: string;
      readonly outcome: 'refused' | 'unknown';
    }
  | { readonly type: 'containment-cancelled'; readonly id: string; readonly phase: 'do' | 'undo' }
  | {
      readonly type: 'containment-verified';
      readonly id: string;
      readonly phase: 'do' | 'undo';
      readonly effect: Effect;
      readonly checks: readonly (Check & { readonly at: number })[];
    }
  /** A call of whom it concerns was refused after the write. `at`: the event's own time, epoch ms. */
  | { readonly type: 'containment-proved'; readonly id: string; readonly eventId: string; readonly at?: number }
  /** A call that it should have refused passed after it was seen to hold. */
  | { readonly type: 'containment-contradicted'; readonly id: string; readonly eventId: string; readonly at: number }
  /** Somebody knows that it does not work any more, and why that may stay so. It counts until it is seen to hold, or to fail, once more. */
  | { readonly type: 'containment-accepted'; readonly id: string; readonly reason: string; readonly by: string };

/** Journal entries of playbooks. `id` is the run (`p1`, `p2`, …); what carries a step out is a `containment-approved` that names it. */
export type PlaybookEntry =
  | { readonly type: 'playbook-started'; readonly id: string; readonly plan: PlannedPlaybook; readonly by: string }
  /** Nothing was sent for the step. */
  | {
      readonly type: 'playbook-step-decided';
      readonly id: string;
      readonly step: string;
      readonly decision: StepDecision;
      readonly by: string;
    }
  /** Given up: what is left of it is not done. */
  | { readonly type: 'playbook-ended'; readonly id: string; readonly reason: string; readonly by: string };

/** Journal entries of what others were asked to do. `id` counts `h1`, `h2`, … */
export type HandOffEntry =
  | {
      readonly type: 'hand-off-requested';
      readonly id: string;
      readonly handOff: HandOff;
      readonly actionId: string;
      readonly target: ResourceRef;
      readonly playbook?: StepOfRun;
      readonly by: string;
    }
  /** An event that is one of the calls that were asked for arrived in the trail. Whether they suffice, no record says. */
  | {
      readonly type: 'hand-off-seen';
      readonly id: string;
      readonly eventId: string;
      readonly action: string;
      /** Epoch ms, the event's own time. */
      readonly eventAt: number;
    };
