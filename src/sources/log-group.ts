import type { Observable } from '../shared/observable.ts';

/** A log group that a source wants read. */
export interface WantedGroup {
  /** Without `:*`. */
  readonly arn: string;
  readonly name: string;
  /** Epoch ms; a group that is younger than the first load is read from here. */
  readonly createdAt?: number | undefined;
  /** Whether to tail it; the others are polled every `pollMs`. */
  readonly tail: boolean;
  /** Default: `pollMs` of the options. */
  readonly pollMs?: number;
}

/** What a source found to read. */
export interface GroupsFound {
  /** The most important first. */
  readonly groups: readonly WantedGroup[];
  readonly blindSpots: readonly string[];
  /** Why there is nothing to read, when there is not. */
  readonly nothing: string;
  /** What the operator must know at once: what writes to these groups has been stopped. */
  readonly alarm?: string;
  /** Times in which nothing was written that would have been otherwise; nothing fills these gaps. */
  readonly unrecorded?: readonly UnrecordedTime[];
}

/** Epoch ms; `to` is `undefined` while it goes on. */
export interface UnrecordedTime {
  readonly id: string;
  readonly from: number;
  readonly to: number | undefined;
  readonly why: string;
}

/** Where the groups come from. */
export interface GroupDiscovery {
  /** @throws AwsCallError The groups found before go on being read; it is tried again. */
  discover(signal: AbortSignal): Promise<GroupsFound>;
  readonly everyMs: number;
  /** A change asks for discovery at once. */
  readonly wake?: Observable<unknown>;
}
