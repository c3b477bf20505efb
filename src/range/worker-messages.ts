import type { Story } from '../model/drill.ts';
import type { Range } from './range.ts';

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
  | { readonly type: 'state'; readonly id: number; readonly state: string };

/** What it is asked. */
export type ToWorker = { readonly type: 'state'; readonly id: number } | { readonly type: 'close' };
