import type { EventFinding, NormalisedEvent } from '../model/event.ts';
import { CorrelationState } from './correlate.ts';
import type { Match } from './detection.ts';
import { classOf, evidenceWords } from './evidence.ts';
import { type FieldReader, fieldReader, valuesOf } from './field.ts';
import { FirstSeen, type FirstUse, freshForMs } from './first-seen.ts';
import { EventRecord, type JsonObject, type News, noNews, type RuleRecord } from './record.ts';
import type { CorrelationRule, EventRule, RuleSet } from './rule-set.ts';

/** What rules said of one event. */
export interface Judged {
  readonly findings: readonly EventFinding[];
  /** What correlations are told once the event is in the store; `undefined` when there is nothing to tell. */
  readonly hits: EventHits | undefined;
}

/** An event that rules of correlations matched. Holds the record until the batch is stored. */
export interface EventHits {
  readonly event: NormalisedEvent;
  readonly record: RuleRecord;
  readonly rules: readonly string[];
  /** What hangs on the event being the first of its kind, which older events may still decide. */
  readonly claims: readonly Claim[];
}

/** Rules that match an event only as long as something about it is new. */
interface Claim {
  readonly use: FirstUse;
  /** It has to be the first use; else one that is not long after it. */
  readonly mustBeFirst: boolean;
  readonly event: NormalisedEvent;
  readonly record: RuleRecord;
  readonly rules: readonly EventRule[];
  /** `undefined` until the event is in the store. */
  row: number | undefined;
  /** As told last. */
  isOn: boolean;
}

/** A finding that came to an event, or left it, after it was stored. */
export interface LaterFinding extends EventFinding {
  /** Row of the event. */
  readonly row: number;
  /** The correlation that named it no longer holds (a count that may not be exceeded was). */
  readonly isLost: boolean;
}

/** How a rule stands: whether anything that it could speak of was there. */
export interface RuleState {
  readonly id: string;
  /** Records that it could have spoken of; 0: not evaluated, which is not "no findings". */
  readonly evaluated: number;
  /** Hits of a correlation that were forgotten for want of room. */
  readonly forgotten: number;
  /** What it needs and is not there, in words; empty when it was evaluated. */
  readonly needs: string;
}

/** A correlation with what it needs to know of an event. */
interface Group {
  readonly rule: CorrelationRule;
  readonly state: CorrelationState;
  /** By the id of the rule that matched. */
  readonly readers: ReadonlyMap<string, readonly FieldReader[]>;
  readonly value: FieldReader | undefined;
  /** Correlations that this one is a rule of. */
  readonly above: Group[];
}

/** Bounds of the tables by name. Ours: AWS has some 400 services and 15,000 calls. */
const mostSources = 2_000;
const mostCalls = 30_000;
/** A list of 10,000 names in the field that is grouped by is one event, not 10,000 groups. */
const mostGroupsOfEvent = 10;
/** Events whose findings hang on what is new. Ours; the oldest stay as they are. */
const mostClaims = 5_000;
const newsFields: ReadonlySet<string> = new Set(['firebreak.firstSeen', 'firebreak.newAddress']);
const none: Judged = { findings: [], hits: undefined };

/**
 * Runs a set of rules over events as they come. Which rules a call can meet at all is asked once for each pair of `eventSource` and
 * `eventName`; most pairs meet none or two.
 */
export class DetectionEngine {
  readonly set: RuleSet;
  readonly #bySource = new Map<
    string,
    { readonly rules: readonly EventRule[]; readonly byName: Map<string, readonly EventRule[]> }
  >();
  readonly #ofKind: { readonly [Kind in RuleRecord['kind']]: readonly EventRule[] };
  readonly #groups: readonly Group[];
  readonly #groupsOf = new Map<string, Group[]>();
  readonly #firstSeen = new FirstSeen();
  readonly #seen = new Map<string, number>();
  /** By the use, the oldest first. */
  readonly #claims = new Map<FirstUse, Claim[]>();
  #claimCount = 0;
  /** Rules that ask what is new. */
  readonly #asking: ReadonlySet<EventRule>;
  #calls = 0;

  constructor(set: RuleSet) {
    this.set = set;
    const ofKind = (kind: RuleRecord['kind']) => set.events.filter(({ kinds }) => kinds.includes(kind));
    this.#ofKind = {
      cloudtrail: ofKind('cloudtrail'),
      'cloudwatch-logs': ofKind('cloudwatch-logs'),
      eventbridge: ofKind('eventbridge'),
    };
    this.#asking = new Set(
      set.events.filter(({ detection }) => detection.fields.some((field) => newsFields.has(field))),
    );
    this.#groups = set.correlations.map(groupOf);
    for (const group of this.#groups)
      for (const id of group.rule.correlation.rules) {
        const groups = this.#groupsOf.get(id) ?? [];
        if (!groups.includes(group)) groups.push(group);
        this.#groupsOf.set(id, groups);
      }
    for (const group of this.#groups) group.above.push(...(this.#groupsOf.get(group.rule.info.id) ?? []));
  }

  /** Asks every rule that the event can meet. @param record What `normalise` gave. @param text The record's text as it came. */
  judge(event: NormalisedEvent, record: JsonObject, text: () => string): Judged {
    const { first, fresh } = this.#firstSeen.see(event);
    const news: News = {
      first: first.filter(({ isNew }) => isNew).map(({ novelty }) => novelty),
      isFresh: fresh?.isNew === true,
    };
    const asked = new EventRecord(event, record, text, news);
    this.#count(asked);
    const candidates = asked.kind === 'cloudtrail' ? this.#candidates(record) : this.#ofKind[asked.kind];
    if (candidates.length === 0) return none;
    let findings: EventFinding[] | undefined;
    let rules: string[] | undefined;
    for (const { info, detection } of candidates) {
      if (!detection.matches(asked)) continue;
      if (!info.silent) {
        findings ??= [];
        findings.push({ rule: info.id, severity: info.level });
      }
      if (this.#groupsOf.has(info.id)) {
        rules ??= [];
        rules.push(info.id);
      }
    }
    const claims = first.length === 0 && !fresh ? [] : this.#claimsOf(first, fresh, candidates, event, record, text);
    if (!findings && !rules && claims.length === 0) return none;
    return {
      findings: findings ?? [],
      hits: rules || claims.length > 0 ? { event, record: asked, rules: rules ?? [], claims } : undefined,
    };
  }

  /** The rules that match only because of what is new, or would if it were. */
  #claimsOf(
    first: readonly FirstUse[],
    fresh: FirstUse | undefined,
    candidates: readonly EventRule[],
    event: NormalisedEvent,
    record: JsonObject,
    text: () => string,
  ): readonly Claim[] {
    const asking = candidates.filter((rule) => this.#asking.has(rule));
    if (asking.length === 0) return [];
    const known = new EventRecord(event, record, text, noNews);
    const claims: Claim[] = [];
    const claim = (use: FirstUse, mustBeFirst: boolean, news: News) => {
      const asNew = new EventRecord(event, record, text, news);
      const rules = asking.filter(({ detection }) => detection.matches(asNew) && !detection.matches(known));
      if (rules.length === 0) return;
      const one: Claim = { use, mustBeFirst, event, record: asNew, rules, row: undefined, isOn: use.isNew };
      claims.push(one);
      this.#keep(one);
    };
    for (const use of first) claim(use, true, { first: [use.novelty], isFresh: false });
    if (fresh) claim(fresh, false, { first: [], isFresh: true });
    return claims;
  }

  #keep(claim: Claim): void {
    const claims = this.#claims.get(claim.use);
    if (claims) claims.push(claim);
    else this.#claims.set(claim.use, [claim]);
    this.#claimCount += 1;
    while (this.#claimCount > mostClaims) {
      const [oldest, gone] = this.#claims.entries().next().value!;
      this.#claims.delete(oldest);
      this.#claimCount -= gone.length;
    }
  }

  /** Tells correlations, and what hangs on later events, of an event that is in the store now. */
  stored({ event, record, rules, claims }: EventHits, row: number): readonly LaterFinding[] {
    for (const claim of claims) claim.row = row;
    return this.#correlate(event, record, rules, row);
  }

  /** What later events changed about what is new; to be asked after each batch, once it is stored. */
  settle(): readonly LaterFinding[] {
    const later: LaterFinding[] = [];
    for (const use of this.#firstSeen.changed())
      for (const claim of this.#claims.get(use) ?? []) {
        const { row, rules, event, record, mustBeFirst } = claim;
        const age = event.at - use.at;
        const isOn = use.isNew && (mustBeFirst ? use.id === event.id : age <= freshForMs);
        if (row === undefined || claim.isOn === isOn) continue;
        claim.isOn = isOn;
        for (const { info } of rules)
          if (!info.silent) later.push({ rule: info.id, severity: info.level, row, isLost: !isOn });
        if (!isOn) continue;
        const together = rules.map(({ info }) => info.id).filter((id) => this.#groupsOf.has(id));
        later.push(...this.#correlate(event, record, together, row));
      }
    return later;
  }

  #correlate(
    event: NormalisedEvent,
    record: RuleRecord,
    rules: readonly string[],
    row: number,
  ): readonly LaterFinding[] {
    const later: LaterFinding[] = [];
    const waiting = rules.flatMap((id) => (this.#groupsOf.get(id) ?? []).map((group) => ({ id, group, at: event.at })));
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { id, group, at } = next;
      const { rule, state, value } = group;
      const finding = { rule: rule.info.id, severity: rule.info.level };
      const counted = value ? textsOf(value(record)).slice(0, mostGroupsOfEvent) : [''];
      let completedAt: number | undefined;
      for (const name of groupNames(group.readers.get(id) ?? [], record))
        for (const one of counted) {
          const hit = { at, rule: rule.correlation.rules.indexOf(id), value: one, id: event.id, row };
          const change = state.add(name, hit);
          if (!rule.info.silent) {
            for (const { row: found } of change.found) later.push({ ...finding, row: found, isLost: false });
            for (const { row: lost } of change.lost) later.push({ ...finding, row: lost, isLost: true });
          }
          if (change.completedAt !== undefined) completedAt = Math.max(completedAt ?? 0, change.completedAt);
        }
      if (completedAt !== undefined)
        waiting.push(...group.above.map((above) => ({ id: rule.info.id, group: above, at: completedAt })));
    }
    return later;
  }

  /** Why a rule about single records matched one; nothing for a correlation. */
  explain(id: string, event: NormalisedEvent, record: JsonObject, text: string): readonly Match[] {
    const rule = this.set.events.find(({ info }) => info.id === id);
    return rule?.detection.explain(new EventRecord(event, record, () => text)) ?? [];
  }

  /** How every rule stands. */
  states(): readonly RuleState[] {
    const evaluated = new Map(
      this.set.events.map(({ info }) => [info.id, this.#evaluated(info.evidence, info.unread)]),
    );
    const forgotten = new Map(this.#groups.map(({ rule, state }) => [rule.info.id, state.forgotten]));
    for (const { info, correlation } of this.set.correlations) {
      const parts = correlation.rules.map((id) => evaluated.get(id) ?? 0);
      // A sequence needs all of its parts, a count any.
      const isTemporal = correlation.type.startsWith('temporal');
      evaluated.set(info.id, isTemporal ? Math.min(...parts) : Math.max(...parts));
    }
    return [...evaluated].map(([id, count]) => ({
      id,
      evaluated: count,
      forgotten: forgotten.get(id) ?? 0,
      needs: count > 0 ? '' : needs(this.set, id).map(evidenceWords).join(' or '),
    }));
  }

  #evaluated(evidence: readonly string[], unread: string | undefined): number {
    if (unread !== undefined) return 0;
    let count = 0;
    for (const [seen, times] of this.#seen)
      if (evidence.some((wanted) => wanted === seen || (wanted.startsWith('logs:') && seen.startsWith(wanted))))
        count += times;
    return count;
  }

  #count(record: RuleRecord): void {
    const seen = classOf(record.kind, record.fields);
    // Names of log groups are the account's: as many as there are, and a few classes besides.
    const key = this.#seen.size < mostSources || this.#seen.has(seen) ? seen : 'other';
    this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
  }

  #candidates({ eventSource, eventName }: JsonObject): readonly EventRule[] {
    const all = this.#ofKind.cloudtrail;
    // A record whose names are no texts is met by whatever asks for something else.
    if (typeof eventSource !== 'string' || typeof eventName !== 'string') return all;
    let of = this.#bySource.get(eventSource);
    if (!of) {
      if (this.#bySource.size >= mostSources || this.#calls >= mostCalls) {
        this.#bySource.clear();
        this.#calls = 0;
      }
      of = {
        rules: all.filter(({ detection }) => detection.foresee(eventSource, undefined) !== false),
        byName: new Map(),
      };
      this.#bySource.set(eventSource, of);
    }
    let rules = of.byName.get(eventName);
    if (!rules) {
      if (this.#calls >= mostCalls) {
        this.#bySource.clear();
        this.#calls = 0;
        return this.#candidates({ eventSource, eventName });
      }
      rules = of.rules.filter(({ detection }) => detection.foresee(eventSource, eventName) !== false);
      of.byName.set(eventName, rules);
      this.#calls += 1;
    }
    return rules;
  }
}

/** The kinds of records that a rule, or the rules of a correlation, speak of. */
function needs({ events, correlations }: RuleSet, id: string): readonly string[] {
  const found = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const correlation = correlations.find(({ info }) => info.id === next);
    if (correlation) waiting.push(...correlation.correlation.rules);
    else for (const evidence of events.find(({ info }) => info.id === next)?.info.evidence ?? []) found.add(evidence);
  }
  return [...found];
}

function groupOf(rule: CorrelationRule): Group {
  const { rules, groupBy, aliases, field } = rule.correlation;
  return {
    rule,
    state: new CorrelationState(rule.correlation),
    readers: new Map(rules.map((id) => [id, groupBy.map((name) => fieldReader(aliases[name]?.[id] ?? name))])),
    value: field === undefined ? undefined : fieldReader(field),
    above: [],
  };
}

/** The groups that an event belongs to; none when a field that is grouped by is not there: events without it have nothing in common. */
function groupNames(readers: readonly FieldReader[], record: RuleRecord): readonly string[] {
  let names: readonly string[] = [''];
  for (const read of readers) {
    const values = textsOf(read(record));
    names = names.flatMap((name) => values.map((value) => `${name}\0${value}`)).slice(0, mostGroupsOfEvent);
  }
  return names;
}

const textsOf = (value: unknown): readonly string[] => [
  ...new Set(
    valuesOf(value).flatMap((one) =>
      one === null ? [] : [typeof one === 'object' ? JSON.stringify(one) : String(one)],
    ),
  ),
];
