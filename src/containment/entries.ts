import type { Check, Plan, Step } from './action.ts';
import type { Assessment, Effect } from './containment.ts';

/** Journal entries of containments. `id` is the containment (`c1`, `c2`, …): what `undo` takes. Step ids are those of the plan. */
export type ContainmentEntry =
  | {
      readonly type: 'containment-approved';
      readonly id: string;
      readonly plan: Plan;
      readonly reason: string;
      readonly by: string;
      readonly assessment: Assessment | null;
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
  | { readonly type: 'containment-proved'; readonly id: string; readonly eventId: string };
