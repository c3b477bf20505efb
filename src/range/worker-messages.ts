import type { ResponderFacts, Story } from '../model/drill.ts';
import type { FaultRule } from './faults.ts';
import type { Placement } from './place.ts';
import type { Range, RangeControl } from './range.ts';

/** What the range's thread says. */
export type FromWorker =
  | {
      readonly type: 'started';
      readonly range: Pick<Range, 'endpoint' | 'account' | 'region' | 'credentials' | 'briefing'>;
      readonly story: Story;
    }
  | {
      readonly type: 'refused';
      readonly kind: 'usage' | 'failed';
      readonly code: string;
      readonly message: string;
      readonly nextSteps: readonly string[];
    }
  | { readonly type: 'story'; readonly story: Story }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown };

/** What can be asked of the range. */
export type Question = 'state' | 'deeds' | 'hint' | 'score' | keyof RangeControl;

/** What it is asked. */
export type ToWorker =
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly question: Question;
      /** Of `refuse`. */
      readonly ms?: number;
      /** Of `place`. */
      readonly placement?: Placement;
      /** Of `fault`. */
      readonly rules?: readonly FaultRule[];
      /** Of `score`. */
      readonly facts?: ResponderFacts;
    }
  | { readonly type: 'close' };
