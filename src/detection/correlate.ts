import { type Bound, type Correlation, isWithin } from './correlation-rule.ts';

/** One event that one of a correlation's rules matched. */
export interface Hit {
  /** Epoch ms. */
  readonly at: number;
  /** Place in `correlation.rules`, by the rule that matched. */
  readonly rule: number;
  /** What is counted by `value_count`, and the number of `value_sum` and `value_avg`; empty otherwise. */
  readonly value: string;
  /** Where the event is in the store: told of again, it is the same hit. */
  readonly row: number;
}

/** What a hit changed: events that belong to the finding now, and events that no longer do. */
export interface Change {
  readonly found: readonly Hit[];
  readonly lost: readonly Hit[];
  /** Epoch ms of the last event of those together with the new one; `undefined` when the new one is not among them. */
  readonly completedAt: number | undefined;
}

/** A hit that is kept. */
export interface Kept extends Hit {
  /** It belongs to a finding. */
  isFound: boolean;
}

interface Group {
  readonly name: string;
  /** By time, then as they came. */
  readonly hits: Kept[];
  /** How many hits have each value that is counted; `undefined` where events are: then there are no more of them than hits. */
  readonly keys: Map<string | number, number> | undefined;
  /** Neighbours by their last hit: the one touched just before, and just after. */
  older: Group | undefined;
  newer: Group | undefined;
}

/** Bounds of the memory of one correlation. Ours. What is forgotten is counted and told. */
const fewestHitsOfGroup = 250;
const mostHitsOfGroup = 20_000;
const mostHits = 100_000;
const mostGroups = 20_000;
/** Beyond that many hits within two timespans only one sequence of each kind is looked for: all of them would take their square. */
const mostForAllSequences = 200;
/** Hits of a group whose numbers are added up or averaged: all that are near are looked at for each. */
const mostMeasured = 2_000;

const unchanged: Change = { found: [], lost: [], completedAt: undefined };

/**
 * The state of one correlation. Events may come in any order: a hit is put where its time says, and only what lies within the timespan of it
 * is judged again. A count belongs to the fullest stretch of the timespan's length around an event, wherever it begins, so the answer is
 * the same for every order of arrival. Events of the same second (CloudTrail knows no finer time) count as in order either way.
 */
export class CorrelationState {
  readonly #correlation: Correlation;
  readonly #groups = new Map<string, Group>();
  /** Ends of the chain by last hit: the longest untouched, and the one touched last. */
  #oldest: Group | undefined;
  #newest: Group | undefined;
  /** Twice what has to come together, so that it can. */
  readonly #hitsOfGroup: number;
  readonly #key: (hit: Hit) => string | number;
  /** Fewer different keys cannot be enough; `undefined` where the bounds also have an upper end. */
  readonly #enough: number | undefined;
  #hits = 0;
  #forgotten = 0;

  constructor(correlation: Correlation) {
    this.#correlation = correlation;
    const { bounds, type } = correlation;
    const wanted = 2 * Math.max(...bounds.map(({ count }) => count));
    const isMeasure = type === 'value_sum' || type === 'value_avg';
    this.#hitsOfGroup = isMeasure ? mostMeasured : Math.min(mostHitsOfGroup, Math.max(fewestHitsOfGroup, wanted));
    this.#key = keyOf[type];
    this.#enough = isMeasure
      ? undefined
      : type === 'temporal_ordered'
        ? new Set(correlation.rules).size
        : thresholdOf(bounds);
  }

  /** Hits that were forgotten because there were too many: what they would have completed is not found. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** @param hit Is kept: an object for each of a million hits is enough. */
  add(group: string, hit: Kept): Change {
    const { timespanMs: span, type } = this.#correlation;
    const enough = this.#enough;
    const state = this.#touch(group);
    const { hits } = state;
    let place = hits.length;
    while (place > 0 && hits[place - 1]!.at > hit.at) place -= 1;
    for (let before = place - 1; before >= 0 && hits[before]!.at === hit.at; before -= 1)
      if (hits[before]!.row === hit.row && (countsEvents(type) || hits[before]!.rule === hit.rule)) return unchanged;
    if (hits.length >= this.#hitsOfGroup) {
      this.#forgetFirst(state);
      place = Math.max(0, place - 1);
    }
    if (place === hits.length) hits.push(hit);
    else hits.splice(place, 0, hit);
    this.#hits += 1;
    const { keys } = state;
    if (keys) {
      const key = this.#key(hit);
      keys.set(key, (keys.get(key) ?? 0) + 1);
    }
    const different = keys ? keys.size : hits.length;
    if (type === 'temporal_ordered') {
      if (different < enough! || !this.#completesSequence(hits, place)) return unchanged;
    } else {
      if (enough !== undefined && different < enough) return unchanged;
      // Nearly all events come in the order of time, or all of a page in the opposite one: then all neighbours are on one side.
      if (enough !== undefined && (place === 0 || place === hits.length - 1))
        return joined(hits, place, span, enough, this.#key);
    }
    return this.#judge(hits, hit);
  }

  /** Judges anew whatever the new hit may have changed: all within a timespan of it, by what lies within two. */
  #judge(hits: readonly Kept[], added: Kept): Change {
    const { timespanMs: span, type, bounds, rules } = this.#correlation;
    const around = hits.slice(firstFrom(hits, added.at - 2 * span), firstFrom(hits, added.at + 2 * span + 1));
    const isFound =
      type === 'temporal_ordered'
        ? inOrder(around, added, rules, span)
        : type === 'value_sum' || type === 'value_avg'
          ? measured(around, span, bounds, type)
          : counted(around, span, bounds, keyOf[type]);
    const found: Hit[] = [];
    const lost: Hit[] = [];
    for (const [index, one] of around.entries()) {
      // Beyond the timespan the neighbours that would be needed were not looked at.
      if (Math.abs(one.at - added.at) > span || one.isFound === isFound[index]) continue;
      // What once stood in a sequence still does: hits are only added.
      if (type === 'temporal_ordered' && one.isFound) continue;
      one.isFound = isFound[index]!;
      (one.isFound ? found : lost).push(one);
    }
    return { found, lost, completedAt: added.isFound ? lastWith(around, added.at, span) : undefined };
  }

  /** Whether the tightest sequence around a hit has all rules. */
  #completesSequence(hits: readonly Kept[], place: number): boolean {
    const { rules, timespanMs: span } = this.#correlation;
    const own = rules[hits[place]!.rule];
    return rules.some((rule, step) => rule === own && sequenceAround(hits, place, step, rules, span) !== undefined);
  }

  #touch(name: string): Group {
    let group = this.#groups.get(name);
    if (group && group === this.#newest) return group;
    if (group) this.#unchain(group);
    else {
      const keys = countsEvents(this.#correlation.type) ? undefined : new Map();
      group = { name, hits: [], keys, older: undefined, newer: undefined };
      this.#groups.set(name, group);
    }
    group.older = this.#newest;
    if (this.#newest) this.#newest.newer = group;
    else this.#oldest = group;
    this.#newest = group;
    while (this.#groups.size > mostGroups || this.#hits > mostHits) {
      const oldest = this.#oldest!;
      if (oldest === group) break;
      this.#unchain(oldest);
      this.#groups.delete(oldest.name);
      this.#hits -= oldest.hits.length;
      this.#forgotten += oldest.hits.length;
    }
    return group;
  }

  #unchain(group: Group): void {
    const { older, newer } = group;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    group.older = undefined;
    group.newer = undefined;
  }

  /** The oldest goes: a flood of hits has long made its finding. */
  #forgetFirst({ hits, keys }: Group): void {
    const first = hits.shift()!;
    if (keys) {
      const key = this.#key(first);
      const left = (keys.get(key) ?? 1) - 1;
      if (left === 0) keys.delete(key);
      else keys.set(key, left);
    }
    this.#hits -= 1;
    this.#forgotten += 1;
  }
}

/** What is counted: events, values, or which of the rules matched. */
const keyOf: { readonly [Type in Correlation['type']]: (hit: Hit) => string | number } = {
  event_count: ({ row }) => row,
  value_count: ({ value }) => value,
  value_sum: ({ row }) => row,
  value_avg: ({ row }) => row,
  temporal: ({ rule }) => rule,
  temporal_ordered: ({ rule }) => rule,
};

/** An event counts once, however many of the rules it matched. */
const countsEvents = (type: Correlation['type']): boolean =>
  type === 'event_count' || type === 'value_sum' || type === 'value_avg';

function firstFrom(hits: readonly Hit[], at: number): number {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hits[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** For each hit, whether the fullest stretch around it holds a count that the bounds allow. */
function counted(
  hits: readonly Hit[],
  span: number,
  bounds: readonly Bound[],
  key: (hit: Hit) => string | number,
): readonly boolean[] {
  const fullest = new Array<number>(hits.length).fill(0);
  const inside = new Map<string | number, number>();
  let end = 0;
  // The stretch that begins with each hit; no fuller one begins between two.
  const best: number[] = [];
  for (const first of hits) {
    while (end < hits.length && hits[end]!.at - first.at <= span) {
      const one = key(hits[end]!);
      inside.set(one, (inside.get(one) ?? 0) + 1);
      end += 1;
    }
    best.push(inside.size);
    const gone = key(first);
    const left = inside.get(gone)! - 1;
    if (left === 0) inside.delete(gone);
    else inside.set(gone, left);
  }
  // A hit belongs to the stretches that begin at most a timespan before it: the highest of a sliding window.
  const queue: number[] = [];
  let head = 0;
  for (const [index, { at }] of hits.entries()) {
    while (queue.length > head && best[queue.at(-1)!]! <= best[index]!) queue.pop();
    queue.push(index);
    while (at - hits[queue[head]!]!.at > span) head += 1;
    fullest[index] = best[queue[head]!]!;
  }
  return fullest.map((count) => isWithin(count, bounds));
}

/** For each hit, whether a stretch that begins with a hit and holds it has a sum, or an average, that the bounds allow. */
function measured(
  hits: readonly Hit[],
  span: number,
  bounds: readonly Bound[],
  type: 'value_sum' | 'value_avg',
): readonly boolean[] {
  const isFound = new Array<boolean>(hits.length).fill(false);
  let sum = 0;
  let end = 0;
  let foundTo = 0;
  for (const [index, first] of hits.entries()) {
    for (; end < hits.length && hits[end]!.at - first.at <= span; end += 1) sum += Number(hits[end]!.value);
    // What is of the same time is in no order: none of it is left out.
    const isFirst = hits[index - 1]?.at !== first.at;
    if (isFirst && isWithin(type === 'value_sum' ? sum : sum / (end - index), bounds)) {
      isFound.fill(true, Math.max(index, foundTo), end);
      foundTo = end;
    }
    sum -= Number(first.value);
  }
  return isFound;
}

/** The count from which on more is never wrong; `undefined` where the bounds also have an upper end. */
const thresholdOf = (bounds: readonly Bound[]): number | undefined =>
  bounds.every(({ op }) => op === 'gt' || op === 'gte')
    ? Math.max(...bounds.map(({ op, count }) => (op === 'gt' ? count + 1 : count)))
    : undefined;

/** The change by a hit that is the first or the last of all, for a count that may only be too low. */
function joined(
  hits: readonly Kept[],
  place: number,
  span: number,
  enough: number,
  key: (hit: Hit) => string | number,
): Change {
  const added = hits[place]!;
  const step = place === 0 ? 1 : -1;
  const within = (index: number) => index >= 0 && index < hits.length && Math.abs(hits[index]!.at - added.at) <= span;
  const seen = new Set<string | number>();
  for (let index = place; within(index) && seen.size < enough; index += step) seen.add(key(hits[index]!));
  if (seen.size < enough) return unchanged;
  const found: Hit[] = [];
  for (let index = place; within(index); index += step) {
    const one = hits[index]!;
    if (one.isFound) continue;
    one.isFound = true;
    found.push(one);
  }
  return { found, lost: [], completedAt: lastWith(hits, added.at, span) };
}

/** The time of the last found hit within the timespan. */
function lastWith(hits: readonly Kept[], at: number, span: number): number {
  let latest = at;
  for (let index = hits.length - 1; index >= 0; index -= 1) {
    const one = hits[index]!;
    if (one.at <= at) break;
    if (one.isFound && one.at - at <= span) latest = Math.max(latest, one.at);
  }
  return latest;
}

/** Places of the tightest sequence in which the hit is the one of this step; `undefined` when there is none within the timespan. */
function sequenceAround(
  hits: readonly Hit[],
  place: number,
  step: number,
  rules: readonly string[],
  span: number,
): readonly number[] | undefined {
  const taken = [place];
  const { at } = hits[place]!;
  const isOf = (wanted: number) => (hit: Hit) => rules[hit.rule] === rules[wanted];
  let current = place;
  for (let back = step - 1; back >= 0; back -= 1) {
    const next = nextOf(hits, current, taken, at, false, span, isOf(back));
    if (next === undefined) return undefined;
    taken.push(next);
    current = next;
  }
  const first = hits[current]!.at;
  current = place;
  for (let on = step + 1; on < rules.length; on += 1) {
    const next = nextOf(hits, current, taken, Math.min(first, at), true, span, isOf(on));
    if (next === undefined) return undefined;
    taken.push(next);
    current = next;
  }
  return hits[current]!.at - first <= span ? taken : undefined;
}

/** For each hit, whether it stands in a sequence of the rules in their order within the timespan. */
function inOrder(hits: readonly Hit[], added: Hit, rules: readonly string[], span: number): readonly boolean[] {
  const isFound = new Array<boolean>(hits.length).fill(false);
  for (const [place, hit] of hits.entries()) {
    if (hits.length > mostForAllSequences && hit !== added) continue;
    for (const [step, rule] of rules.entries()) {
      if (rule !== rules[hit.rule]) continue;
      for (const one of sequenceAround(hits, place, step, rules, span) ?? []) isFound[one] = true;
    }
  }
  return isFound;
}

/** The next hit in time that is wanted; one of the same second may stand on either side. */
function nextOf(
  hits: readonly Hit[],
  current: number,
  taken: readonly number[],
  from: number,
  forward: boolean,
  span: number,
  isWanted: (hit: Hit) => boolean,
): number | undefined {
  const { at } = hits[current]!;
  let index = current;
  if (forward) while (index > 0 && hits[index - 1]!.at === at) index -= 1;
  else while (index < hits.length - 1 && hits[index + 1]!.at === at) index += 1;
  for (; index >= 0 && index < hits.length; index += forward ? 1 : -1) {
    const hit = hits[index]!;
    if (Math.abs(hit.at - from) > span) return undefined;
    if (isWanted(hit) && !taken.some((one) => hits[one]!.row === hit.row)) return index;
  }
  return undefined;
}
