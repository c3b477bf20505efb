import type { Aws } from '../aws/aws.ts';
import type { RawRecord } from '../model/event.ts';
import type { Clock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';

/** How a source stands, in one word for the coverage line. */
export type SourceState =
  | 'connecting'
  | 'live'
  | 'polling'
  | 'throttled'
  | 'denied'
  | 'expired'
  | 'unreachable'
  | 'idle'
  | 'ended';

/** What a source has to say, in order. Records are delivered at least once; the store makes it exactly once. */
export type SourceItem =
  | { readonly type: 'records'; readonly records: readonly RawRecord[]; readonly checkpoint?: Json }
  /** Everything that the source can show between the two times (epoch ms) has been read. */
  | {
      readonly type: 'covered';
      readonly from: number;
      readonly to: number;
      readonly proof: 'pages-ended' | 'digest-file' | 'lag-only';
    }
  | { readonly type: 'gap'; readonly id: string; readonly from: number; readonly to: number; readonly why: string }
  | { readonly type: 'gap-filled'; readonly id: string }
  | {
      readonly type: 'state';
      readonly state: SourceState;
      readonly why?: string;
      /** The IAM action that is missing, when denied. */
      readonly permission?: string;
    };

/** What a source is given to read one Region. */
export interface SourceContext {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly region: string;
  /** Epoch ms: how far back the operator wants to see. */
  readonly since: number;
  readonly checkpoint?: Json;
  readonly signal: AbortSignal;
}

/** Where events come from. One instance a Region. */
export interface EventSource {
  readonly id: string;
  readonly title: string;
  /** What AWS says about its delay, ms. */
  readonly lagMs: number;
  /** What it can never show, a sentence each. */
  readonly blindSpots: readonly string[];
  readonly references: readonly string[];
  /** Ends when `signal` aborts. Throws what retrying cannot cure; the session backs off, restarts and shows it. */
  read(context: SourceContext): AsyncIterable<SourceItem>;
}
