import type { FilterField, Predicate } from '../filter/predicate.ts';
import type { Callers } from '../model/caller.ts';
import type { CredentialChain } from '../model/chain.ts';
import type { EventRow, Position, TimelineEvent } from '../model/event.ts';
import type { FindingGroup } from '../model/finding.ts';
import type { GraphNode, Neighbours } from '../model/graph.ts';
import type { LaneAnswer, LaneQuestion } from '../model/lane.ts';
import type { PrincipalProfile } from '../model/principal-profile.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { RecordedRadius } from '../policy/radius.ts';
import type { Json } from '../shared/json.ts';
import type { Observable } from '../shared/observable.ts';
import type { OwnCalls } from './event-reader.ts';
import type { EvidenceAnswer, WatchFrom } from './evidence.ts';
import type { SeenValue } from './field-values.ts';
import type { LogGroupSeen } from './log-groups.ts';
import type { MakerOf } from './makers.ts';
import type { NamingEvent } from './named.ts';
import type { RadiusQuestion } from './radius.ts';
import type { RecordAnswer, RecordGroup } from './records.ts';

/** A filtered view of the timeline, evaluated once by the query worker and kept current as events arrive. */
export type ViewId = number;

export interface WindowQuery {
  readonly view: ViewId | 'all';
  readonly from: Position | 'newest' | 'oldest';
  readonly rows: number;
  /** `older` (default): the row at `from` and what is before it. `newer`: the row at `from` and what is after it. */
  readonly direction?: 'older' | 'newer';
}

/** Consecutive rows of a view, oldest first, and how many rows the view has: -1 while its first search is going on. */
export interface EventWindow {
  readonly rows: readonly EventRow[];
  readonly total: number;
  /** How much of the time that the events cover the first search has looked at, from 0 to 1; only while it is going on. */
  readonly searched?: number;
}

/** A resource or principal with how much happened to it, for the list by heat. */
export interface ResourceHeat {
  readonly kind: string;
  readonly arn: string;
  readonly name: string;
  readonly events: number;
  readonly writes: number;
  readonly errors: number;
  readonly lastAt: number;
  /** What makes it hot, a few words each, the strongest first: "3 changes in the last 10 min by alice". Holds names: pass `display` before a screen. */
  readonly why: readonly string[];
  /** First seen after the first tenth of what is loaded. */
  readonly isNew: boolean;
}

/** Questions that may scan; answered by the query worker. */
export interface Questions {
  readonly count: {
    readonly question: { readonly type: 'count'; readonly filter: Predicate };
    readonly answer: number;
  };
  /** Values of a field that were seen and hold what is typed, the most frequent first; for completion. */
  readonly values: {
    readonly question: {
      readonly type: 'values';
      readonly field: FilterField;
      readonly typed: string;
      readonly limit: number;
    };
    readonly answer: { readonly values: readonly SeenValue[] };
  };
  /** What deserves attention first: findings, refusals, changes, newness; a workload's thousands of reads count for little. */
  readonly resources: {
    readonly question: { readonly type: 'resources'; readonly limit: number };
    readonly answer: readonly ResourceHeat[];
  };
  /** Who made each of the resources; in their order. */
  readonly makers: {
    readonly question: { readonly type: 'makers'; readonly resources: readonly ResourceRef[] };
    readonly answer: { readonly makers: readonly (MakerOf | undefined)[] };
  };
  /** Whose credentials made an event, where they came from and what they led to. */
  readonly chain: {
    readonly question: { readonly type: 'chain'; readonly rowId: number };
    readonly answer: CredentialChain;
  };
  /** Records of accepted calls with their parameters, those stored after row `after`. */
  readonly records: {
    readonly question: { readonly type: 'records'; readonly groups: readonly RecordGroup[]; readonly after: number };
    readonly answer: RecordAnswer;
  };
  /** Code on compute and from where it called; whom marks and findings make suspect. */
  readonly callers: {
    readonly question: { readonly type: 'callers' };
    readonly answer: Callers;
  };
  /** Marked events and findings that name one thing. */
  readonly named: {
    readonly question: { readonly type: 'named'; readonly kind: string; readonly name: string };
    readonly answer: { readonly events: readonly NamingEvent[] };
  };
  /** Events that prove or contradict what was contained. */
  readonly evidence: {
    readonly question: { readonly type: 'evidence'; readonly watches: readonly WatchFrom[] };
    readonly answer: EvidenceAnswer;
  };
  /** What of the recorded calls a plan would refuse. */
  readonly radius: {
    readonly question: { readonly type: 'radius' } & RadiusQuestion;
    readonly answer: RecordedRadius;
  };
  /** Every finding, by rule, actor and resource; the gravest first. */
  readonly findings: {
    readonly question: { readonly type: 'findings' };
    readonly answer: { readonly groups: readonly FindingGroup[] };
  };
  /** What happened to resources in the columns of a stretch of time; answered by `LaneIndex`, as far as it has read. */
  readonly lanes: {
    readonly question: { readonly type: 'lanes' } & LaneQuestion;
    readonly answer: LaneAnswer;
  };
  /** The log groups of which lines are loaded, the last heard first. */
  readonly 'log-groups': {
    readonly question: { readonly type: 'log-groups' };
    readonly answer: { readonly groups: readonly LogGroupSeen[] };
  };
  /** Everything the events say of one principal. `who`: an ARN of a session, a user or a role (all its sessions), `type|name`, or a name. */
  readonly profile: {
    readonly question: { readonly type: 'profile'; readonly who: string };
    readonly answer: PrincipalProfile;
  };
  /** Everything around one thing. */
  readonly neighbours: {
    readonly question: { readonly type: 'neighbours'; readonly node: GraphNode; readonly limit: number };
    readonly answer: Neighbours;
  };
}
export type QuestionType = keyof Questions;

export interface EventQueries {
  /** Grows by one when filtered views have new rows or a view's first search goes on; a screen that shows a view draws it again. */
  readonly changes?: Observable<number>;
  /** Synchronous, a millisecond at most: index look-ups only. */
  window(query: WindowQuery): EventWindow;
  /** How many rows of a view lie behind a position, counted up to `limit`; none of them is read. */
  newer(query: { readonly view: ViewId | 'all'; readonly than: Position; readonly limit: number }): number;
  event(rowId: number): TimelineEvent | undefined;
  /** The record's bytes as they came; empty for an unknown row. */
  raw(rowId: number): string;
  /** The same, for records that are no UTF-8. */
  rawBytes?(rowId: number): Uint8Array;
  /** Events in order of arrival, those after `rowId` (0: from the first), at most `limit`; for `watch`. */
  arrived(rowId: number, limit: number): readonly TimelineEvent[];
  /** Events that a rule fired on, in order of their findings, those after finding `after` (0: from the first); for `watch --findings-only`. */
  found?(after: number, limit: number): readonly { readonly finding: number; readonly event: TimelineEvent }[];
  /** Takes notice of what was committed since, for windows and views. */
  refresh(): void;
  /** By what our own calls are told from everybody else's. */
  setOwn(own: OwnCalls): void;
  /** Row by the event's own id, for marks and links: an index look-up, but as long as a first load goes on a look at every event. */
  find(eventId: string): number | undefined;
  /** How far each source was read, by the checkpoint's key: what it said with the last of its records that are stored. */
  checkpoints(): { readonly [route: string]: Json };
  /** Every event of a view in time order, for reports and exports; a page is read at a time. */
  all(filter: Predicate): Iterable<TimelineEvent>;
  /** A newer view replaces an older of the same `slot`; equal filters have one view together. @throws The signal's reason when aborted. */
  view(slot: string, filter: Predicate, signal: AbortSignal): Promise<ViewId>;
  /** A newer question with the same `slot` replaces the older, whose promise rejects with an AbortError. */
  ask<Type extends QuestionType>(
    slot: string,
    question: Questions[Type]['question'],
    signal: AbortSignal,
  ): Promise<Questions[Type]['answer']>;
  close(): Promise<void>;
}
