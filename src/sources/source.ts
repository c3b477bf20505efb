import type { Aws } from '../aws/aws.ts';
import type { RawRecord } from '../model/event.ts';
import type { MetricSeries } from '../model/metric.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import type { Observable } from '../shared/observable.ts';
import type { TailHub } from './tail-hub.ts';

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
    }
  /**
   * What is loaded and what is not, in one sentence: "sagemaker 14:02–15:02Z loaded; writes 61 %; reads of other services not loaded".
   * `firstLoad`: whether what lies before the start is still being read, or was given up; absent: neither.
   */
  | { readonly type: 'progress'; readonly text: string; readonly firstLoad?: 'going' | 'held' }
  /** Delay between an event's time and its first appearance here, measured while watching (never over the first load), ms. */
  | { readonly type: 'lag'; readonly lag: LagFigures }
  /** What it reads just now: names of log groups, endpoints; replaces the list told before. */
  | { readonly type: 'watching'; readonly what: readonly string[] }
  /** What it found out that it cannot show ("trail main records no data events"); replaces the list told before. */
  | {
      readonly type: 'blind-spots';
      readonly sentences: readonly string[];
      /** What of them the operator must know at once ("trail main is stopped"); empty or absent: nothing. */
      readonly alarm?: string;
    }
  /** Measurements, which are no events; replaces the series of the same metric and resource. */
  | { readonly type: 'metrics'; readonly series: readonly MetricSeries[]; readonly chargedRequests: number };

/** Measured delay, ms, over the last `samples` events. */
export interface LagFigures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
}

/** One of the attributes LookupEvents can look for, and the exact value. */
export interface Lookup {
  readonly attribute:
    | 'AccessKeyId'
    | 'EventId'
    | 'EventName'
    | 'EventSource'
    | 'ResourceName'
    | 'ResourceType'
    | 'Username';
  readonly value: string;
  /** Look there only, also when nobody reads that Region otherwise; absent: in every Region that is read. */
  readonly region?: string;
}

/** What the operator is looking at. Sources read that first. */
export interface Wanted {
  /** Resources on the screen, the most important first. */
  readonly resources: readonly ResourceRef[];
  /** Look-ups in CloudTrail's event history that the operator asked for: the focus and pivots, the newest first. */
  readonly lookups: readonly Lookup[];
  /** First loads that go on while this becomes true are given up until it is false again; what comes is read all the same. */
  readonly held?: boolean;
}

/** What a source is given to read one Region. */
export interface SourceContext {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly region: string;
  /** `focus`: nothing is read there but look-ups that name this Region. `global`: not asked for by the operator, read because IAM, sign-in and global STS events are recorded here only. */
  readonly part: 'working' | 'global' | 'focus';
  /** Epoch ms: how far back the operator wants to see. */
  readonly since: number;
  readonly checkpoint?: Json;
  /** Changes as the operator moves. */
  readonly wanted: Observable<Wanted>;
  /** Live Tail sessions of this account and Region; absent with `--no-tail`. */
  readonly tails?: TailHub;
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
  /** Whether the timeline counts as settled only as far as this source has read. */
  readonly settles: boolean;
  /** Whether it is also read in the partition's global Region when the operator did not ask for that Region. */
  readonly everywhere: boolean;
  /** Ends when `signal` aborts. Throws what retrying cannot cure; the session backs off, restarts and shows it. */
  read(context: SourceContext): AsyncIterable<SourceItem>;
}
