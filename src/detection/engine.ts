import type { EventFinding, NormalisedEvent } from '../model/event.ts';
import { Candidates } from './candidates.ts';
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

/** What correlations need to know of an event that their rules matched, and no more of it: a batch holds thousands until it is stored. */
export interface EventHits {
  readonly at: number;
  readonly rules: readonly string[];
  /** The fields that they ask for, as places of readers, and what stands there: one text nearly always. */
  readonly asked: readonly number[];
  readonly told: readonly (string | readonly string[])[];
  /** What hangs on the event being the first of its kind, which older events may still decide. */
  readonly claims: readonly Claim[];
}

/** Rules that match an event only as long as something about it is new. */
interface Claim {
  /** Of the event. */
  readonly id: string;
  readonly use: FirstUse;
  /** It has to be the first use; else one that is not long after it. */
  readonly mustBeFirst: boolean;
  readonly rules: readonly EventRule[];
  /** Of those of the rules that correlations ask about. */
  readonly hit: EventHits;
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

/** Whether what a claim hangs on is so, by all that was judged. */
const holds = ({ id, use, mustBeFirst, hit }: Claim): boolean =>
  use.isNew && (mustBeFirst ? use.id === id : hit.at - use.at <= freshForMs);

/** A correlation with what it needs to know of an event. */
interface Group {
  readonly rule: CorrelationRule;
  readonly state: CorrelationState;
  /** By the id of the rule that matched: its place, and the fields that are grouped by, as places of readers. */
  readonly members: ReadonlyMap<string, Member>;
  /** The fields whose values are counted, as places of readers. */
  readonly values: readonly number[];
  /** The values are numbers, to be added up or averaged. */
  readonly isMeasure: boolean;
  /** Correlations that this one is a rule of. */
  readonly above: Group[];
}

interface Member {
  readonly place: number;
  readonly groupBy: readonly number[];
}

/** What is said of an event that one rule matched, as nearly all that are matched are: made once, not for each of a million. */
interface Said {
  readonly findings: readonly EventFinding[];
  /** The rule, where correlations ask about it. */
  readonly rules: readonly string[];
}

/** What correlations say of one hit: nothing nearly always. */
interface SaidOfCorrelations {
  later: LaterFinding[] | undefined;
  /** Correlations of correlations that have something to look at; they are told in turn, and may add to it. */
  waiting: { readonly id: string; readonly groups: readonly Group[]; readonly at: number }[] | undefined;
}

/** Bounds of the table of classes. Ours: AWS has some 400 services, and an account as many log groups as it likes. */
const mostClasses = 2_000;
/** A list of 10,000 names in the field that is grouped by is one event, not 10,000 groups. */
const mostGroupsOfEvent = 10;
/** Events whose findings hang on what is new. Ours; the oldest stay as they are. */
const mostClaims = 5_000;
/** What is said of most events, and of those that no rule is asked about. */
export const unjudged: Judged = { findings: [], hits: undefined };
const noClaims: readonly Claim[] = [];
const noRules: readonly string[] = [];
const nothing: readonly LaterFinding[] = [];

/**
 * Runs a set of rules over events as they come. Which rules a record can meet at all is mostly known by its call and by who made it
 * (`Candidates`); most records meet none or two.
 */
export class DetectionEngine {
  readonly set: RuleSet;
  readonly #candidates: Candidates;
  readonly #ofKind: { readonly [Kind in RuleRecord['kind']]: readonly EventRule[] };
  readonly #groups: readonly Group[];
  readonly #groupsOf = new Map<string, Group[]>();
  readonly #said: ReadonlyMap<EventRule, Said>;
  /** Fields that correlations ask for. */
  readonly #readers: FieldReader[] = [];
  /** By the id of a rule, the places of the fields that any correlation asks for once it matched, however far above. */
  readonly #asked: ReadonlyMap<string, readonly number[]>;
  readonly #firstSeen = new FirstSeen();
  /** How many records of each class there were. */
  readonly #seen = new Map<string, { times: number }>();
  /** By the use, the oldest first. */
  readonly #claims = new Map<FirstUse, Claim[]>();
  #claimCount = 0;
  /** What changed about events before they were stored. */
  readonly #overtaken: FirstUse[] = [];
  /** Rules that ask what is new, and whether an address is. */
  readonly #asking: { readonly [Field in 'firstSeen' | 'newAddress']: ReadonlySet<EventRule> };

  constructor(set: RuleSet) {
    this.set = set;
    const ofKind = (kind: RuleRecord['kind']) => set.events.filter(({ kinds }) => kinds.includes(kind));
    this.#ofKind = {
      cloudtrail: ofKind('cloudtrail'),
      'cloudwatch-logs': ofKind('cloudwatch-logs'),
      eventbridge: ofKind('eventbridge'),
    };
    this.#candidates = new Candidates(this.#ofKind.cloudtrail);
    const asking = (field: string) =>
      new Set(set.events.filter(({ detection }) => detection.fields.includes(`firebreak.${field}`)));
    this.#asking = { firstSeen: asking('firstSeen'), newAddress: asking('newAddress') };
    const places = new Map<string, number>();
    const placeOf = (path: string): number => {
      const place = places.get(path) ?? this.#readers.push(fieldReader(path)) - 1;
      places.set(path, place);
      return place;
    };
    this.#groups = set.correlations.map((rule) => groupOf(rule, placeOf));
    for (const group of this.#groups)
      for (const id of new Set(group.rule.correlation.rules)) {
        const groups = this.#groupsOf.get(id) ?? [];
        groups.push(group);
        this.#groupsOf.set(id, groups);
      }
    const said = (rule: EventRule): Said => {
      const { id, level, silent } = rule.info;
      return {
        findings: silent ? unjudged.findings : [{ rule: id, severity: level }],
        rules: this.#groupsOf.has(id) ? [id] : noRules,
      };
    };
    this.#said = new Map(set.events.map((rule) => [rule, said(rule)]));
    for (const group of this.#groups) group.above.push(...(this.#groupsOf.get(group.rule.info.id) ?? []));
    const asked = new Map<string, ReadonlySet<number>>();
    // Correlations come after those that they refer to: from the last to the first, what is above is known.
    const idsUpwards = [...set.correlations.toReversed(), ...set.events].map(({ info }) => info.id);
    for (const id of idsUpwards) {
      const groups = this.#groupsOf.get(id);
      if (!groups) continue;
      const fields = groups.flatMap(({ rule, members, values }) => [
        ...members.get(id)!.groupBy,
        ...values,
        ...(asked.get(rule.info.id) ?? []),
      ]);
      asked.set(id, new Set(fields));
    }
    this.#asked = new Map([...asked].map(([id, fields]) => [id, [...fields]]));
  }

  /** Asks every rule that the event can meet. @param record What `normalise` gave. @param text The record's text as it came. */
  judge(event: NormalisedEvent, record: JsonObject, text: string): Judged {
    const { first, fresh } = this.#firstSeen.see(event);
    const mayBeFirst = first.length > 0;
    const mayBeFresh = fresh !== undefined;
    const kind = event.origin === 'responder' ? 'cloudtrail' : event.origin;
    this.#count(kind, record);
    const candidates =
      kind === 'cloudtrail' ? this.#candidates.of(event, record, mayBeFirst, mayBeFresh) : this.#ofKind[kind];
    if (candidates.length === 0) return unjudged;
    const news: News = {
      first: mayBeFirst ? first.filter(({ isNew }) => isNew).map(({ novelty }) => novelty) : noNews.first,
      isFresh: fresh?.isNew === true,
    };
    const asked = new EventRecord(event, record, text, news);
    let { findings } = unjudged;
    let rules = noRules;
    for (const rule of candidates) {
      if (!rule.detection.matches(asked)) continue;
      const said = this.#said.get(rule)!;
      findings = joined(findings, said.findings);
      rules = joined(rules, said.rules);
    }
    const claims = mayBeFirst || mayBeFresh ? this.#claimsOf(first, fresh, candidates, asked) : noClaims;
    const isAsked = rules.length > 0 || claims.length > 0;
    if (findings.length === 0 && !isAsked) return unjudged;
    return { findings, hits: isAsked ? this.#hitOf(event, asked, rules, claims) : undefined };
  }

  /** The rules that match only because of what is new, or would if it were. */
  #claimsOf(
    first: readonly FirstUse[],
    fresh: FirstUse | undefined,
    candidates: readonly EventRule[],
    asked: EventRecord,
  ): readonly Claim[] {
    let claims: Claim[] | undefined;
    let known: EventRecord | undefined;
    const claim = (use: FirstUse, mustBeFirst: boolean, asking: ReadonlySet<EventRule>, news: News) => {
      let asNew: EventRecord | undefined;
      let rules: EventRule[] | undefined;
      for (const rule of candidates) {
        if (!asking.has(rule)) continue;
        asNew ??= asked.with(news);
        known ??= asked.with(noNews);
        if (!rule.detection.matches(asNew) || rule.detection.matches(known)) continue;
        rules ??= [];
        rules.push(rule);
      }
      if (!asNew || !rules) return;
      const together = rules.map(({ info }) => info.id).filter((id) => this.#groupsOf.has(id));
      const hit = this.#hitOf(asked.event, asNew, together, noClaims);
      const one: Claim = { id: asked.event.id, use, mustBeFirst, rules, hit, row: undefined, isOn: use.isNew };
      claims ??= [];
      claims.push(one);
      this.#keep(one);
    };
    for (const use of first) claim(use, true, this.#asking.firstSeen, { first: [use.novelty], isFresh: false });
    if (fresh) claim(fresh, false, this.#asking.newAddress, { first: [], isFresh: true });
    return claims ?? noClaims;
  }

  #hitOf({ at }: NormalisedEvent, record: RuleRecord, rules: readonly string[], claims: readonly Claim[]): EventHits {
    const asked =
      rules.length === 1 ? this.#asked.get(rules[0]!)! : [...new Set(rules.flatMap((rule) => this.#asked.get(rule)!))];
    const told: EventHits['told'][number][] = new Array(asked.length);
    for (let field = 0; field < asked.length; field += 1) told[field] = textsOf(this.#readers[asked[field]!]!(record));
    return { at, rules, asked, told, claims };
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
  stored(hit: EventHits, row: number): readonly LaterFinding[] {
    if (hit.claims.length === 0) return this.#correlate(hit, row);
    for (const claim of hit.claims) {
      claim.row = row;
      // Events that were judged before this one was stored may have changed what is new.
      if (claim.isOn !== holds(claim)) this.#overtaken.push(claim.use);
    }
    return this.#correlate(hit, row);
  }

  /** What later events changed about what is new; to be asked after each batch, once it is stored. */
  settle(): readonly LaterFinding[] {
    const later: LaterFinding[] = [];
    const uses = [...this.#firstSeen.changed(), ...this.#overtaken.splice(0)];
    for (const use of uses)
      for (const claim of this.#claims.get(use) ?? []) {
        const { row, rules, hit } = claim;
        const isOn = holds(claim);
        if (row === undefined || claim.isOn === isOn) continue;
        claim.isOn = isOn;
        for (const { info } of rules)
          if (!info.silent) later.push({ rule: info.id, severity: info.level, row, isLost: !isOn });
        if (isOn) later.push(...this.#correlate(hit, row));
      }
    return later;
  }

  #correlate(hit: EventHits, row: number): readonly LaterFinding[] {
    const { rules } = hit;
    if (rules.length === 0) return nothing;
    const said: SaidOfCorrelations = { later: undefined, waiting: undefined };
    for (const id of rules) this.#tellAll(id, this.#groupsOf.get(id)!, hit.at, hit, row, said);
    if (said.waiting) for (const { id, groups, at } of said.waiting) this.#tellAll(id, groups, at, hit, row, said);
    return said.later ?? nothing;
  }

  #tellAll(
    id: string,
    groups: readonly Group[],
    at: number,
    hit: EventHits,
    row: number,
    said: SaidOfCorrelations,
  ): void {
    for (const group of groups) {
      const completedAt = this.#tell(group, id, at, hit, row, said);
      if (completedAt === undefined) continue;
      said.waiting ??= [];
      said.waiting.push({ id: group.rule.info.id, groups: group.above, at: completedAt });
    }
  }

  /** Tells one correlation. @param said Is added to. @returns When what it looks for was complete, if it was. */
  #tell(
    group: Group,
    id: string,
    at: number,
    hit: EventHits,
    row: number,
    said: SaidOfCorrelations,
  ): number | undefined {
    const { rule, state, values, isMeasure } = group;
    const { place, groupBy } = group.members.get(id)!;
    const counted = isMeasure ? toldOf(hit, values[0]!).filter(isNumber).slice(0, 1) : groupNames(values, hit);
    let completedAt: number | undefined;
    for (const name of groupNames(groupBy, hit))
      for (let one = 0; one < counted.length && one < mostGroupsOfEvent; one += 1) {
        const change = state.add(name, { at, rule: place, value: counted[one]!, row, isFound: false });
        if (!rule.info.silent && change.found.length + change.lost.length > 0) {
          const finding = { rule: rule.info.id, severity: rule.info.level };
          said.later ??= [];
          for (const { row: found } of change.found) said.later.push({ ...finding, row: found, isLost: false });
          for (const { row: lost } of change.lost) said.later.push({ ...finding, row: lost, isLost: true });
        }
        if (change.completedAt !== undefined) completedAt = Math.max(completedAt ?? 0, change.completedAt);
      }
    return completedAt;
  }

  /** Why a rule about single records matched one; nothing for a correlation. */
  explain(id: string, event: NormalisedEvent, record: JsonObject, text: string): readonly Match[] {
    const rule = this.set.events.find(({ info }) => info.id === id);
    return rule?.detection.explain(new EventRecord(event, record, text)) ?? [];
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
    for (const [seen, { times }] of this.#seen)
      if (evidence.some((wanted) => wanted === seen || (wanted.startsWith('logs:') && seen.startsWith(wanted))))
        count += times;
    return count;
  }

  #count(kind: RuleRecord['kind'], record: JsonObject): void {
    const seen = classOf(kind, record);
    let count = this.#seen.get(seen);
    if (!count) {
      // Names of log groups are the account's: as many as there are, and a few classes besides.
      const key = this.#seen.size < mostClasses ? seen : 'other';
      count = this.#seen.get(key) ?? { times: 0 };
      this.#seen.set(key, count);
    }
    count.times += 1;
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

function groupOf(rule: CorrelationRule, placeOf: (path: string) => number): Group {
  const { rules, groupBy, aliases, fields, type } = rule.correlation;
  return {
    rule,
    state: new CorrelationState(rule.correlation),
    members: new Map(
      rules.map((id) => [
        id,
        { place: rules.indexOf(id), groupBy: groupBy.map((name) => placeOf(aliases[name]?.[id] ?? name)) },
      ]),
    ),
    values: fields.map(placeOf),
    isMeasure: type === 'value_sum' || type === 'value_avg',
    above: [],
  };
}

function toldOf({ asked, told }: EventHits, place: number): readonly string[] {
  const texts = told[asked.indexOf(place)]!;
  return typeof texts === 'string' ? [texts] : texts;
}

const oneForAll: readonly string[] = [''];

/** The groups that an event belongs to (and the values of several fields together); none when a field that is grouped by is not there: events without it have nothing in common. */
function groupNames(groupBy: readonly number[], hit: EventHits): readonly string[] {
  if (groupBy.length === 0) return oneForAll;
  let names = toldOf(hit, groupBy[0]!);
  if (names.length > mostGroupsOfEvent) names = names.slice(0, mostGroupsOfEvent);
  for (let next = 1; next < groupBy.length; next += 1) {
    const values = toldOf(hit, groupBy[next]!);
    names =
      names.length === 1 && values.length === 1
        ? [`${names[0]}\0${values[0]}`]
        : names.flatMap((name) => values.map((value) => `${name}\0${value}`)).slice(0, mostGroupsOfEvent);
  }
  return names;
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** The lists together: none of them is changed. */
const joined = <One>(before: readonly One[], more: readonly One[]): readonly One[] =>
  before.length === 0 ? more : more.length === 0 ? before : [...before, ...more];

const textsOf = (value: unknown): string | readonly string[] => {
  if (typeof value === 'string') return value;
  return [
    ...new Set(
      valuesOf(value).flatMap((one) =>
        one === null ? [] : [typeof one === 'object' ? JSON.stringify(one) : String(one)],
      ),
    ),
  ];
};
