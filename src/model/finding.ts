import type { Severity } from './event.ts';
import type { ResourceRef } from './resource.ts';

/** Findings of one rule about one actor and one resource. Names are attacker-controlled: pass `display` before a screen. */
export interface FindingGroup {
  /** Equal for the same rule, actor and resource, in every session of the incident. */
  readonly key: string;
  readonly rule: string;
  readonly severity: Severity;
  /** Name of the principal; empty where the record has none (log lines). */
  readonly actor: string;
  /** What the principal's events can be filtered by. */
  readonly actorArn: string;
  /** `undefined` where the events name no resource. */
  readonly resource: ResourceRef | undefined;
  readonly events: number;
  /** Epoch ms. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Row of the newest event. */
  readonly lastRow: number;
  /** Ids of the newest events, the newest last; at most `mostFindingEvents`. */
  readonly eventIds: readonly string[];
}

export const mostFindingEvents = 50;

/** The key of a group. */
export const findingKey = (rule: string, actor: string, resource: ResourceRef | undefined): string =>
  JSON.stringify([rule, actor, resource?.kind ?? '', resource?.name ?? '']);

/** What the responder decided about a group: nothing yet, seen, no incident, or part of the evidence. */
export type FindingVerdict = 'acknowledged' | 'dismissed' | 'evidence';

/** Decisions about findings, as the journal tells them. */
export interface FindingDecisions {
  /** By the group's key. */
  readonly verdicts: ReadonlyMap<
    string,
    { readonly verdict: FindingVerdict; readonly reason: string; readonly at: number; readonly by: string }
  >;
  /** `mutedKey` of rule and actor. */
  readonly muted: ReadonlySet<string>;
  /** `stepKey` of what was done of the triage. */
  readonly steps: ReadonlySet<string>;
}

export const noDecisions: FindingDecisions = { verdicts: new Map(), muted: new Set(), steps: new Set() };
export const mutedKey = (rule: string, actor: string): string => JSON.stringify([rule, actor]);
export const stepKey = (finding: string, step: string): string => JSON.stringify([finding, step]);

/** Whether nobody has decided about it yet, and it is grave enough to ask. */
export const isOpen = (group: FindingGroup, { verdicts, muted }: FindingDecisions): boolean =>
  group.severity !== 'informational' && !verdicts.has(group.key) && !muted.has(mutedKey(group.rule, group.actor));

/** A decision about a finding, or about a rule and a principal (`muted`), with its reason, as a report tells it. */
export interface FindingDecision {
  readonly rule: string;
  /** Name of the principal; empty where the events have none. */
  readonly principal: string;
  /** Without its ARN: a decision knows kind and name. */
  readonly resource: ResourceRef | undefined;
  readonly verdict: FindingVerdict | 'muted';
  readonly reason: string;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

/** A step of a finding's triage that was done. */
export interface TriageTick extends Pick<FindingDecision, 'rule' | 'principal' | 'resource' | 'by' | 'at'> {
  readonly text: string;
}

/** What a rule is called, and what is to be done about it. */
export interface RuleText {
  readonly id: string;
  readonly title: string;
  readonly level: Severity;
  /** One finding an actor, whatever it was done to. */
  readonly aboutActor: boolean;
  readonly triage: readonly string[];
  /** Empty: none. */
  readonly playbook: string;
}
