import { isIP } from 'node:net';
import type { NormalisedEvent } from '../model/event.ts';
import { isCompute } from '../model/principal.ts';
import { type Known, knownOf } from './detection.ts';
import { type JsonObject, noNews } from './record.ts';
import type { EventRule } from './rule-set.ts';

/** A set of rules by their places: 32 a word. */
type Bits = Int32Array;

/** Something of a record that few values make up: what it says alone rules out most rules that ask about it. */
interface Facet {
  readonly fields: readonly string[];
  /** What tells its values apart; `undefined` where the record has none, `null` where it is not of the usual form: then it says nothing. */
  readonly keyOf: (event: NormalisedEvent, record: JsonObject) => string | undefined | null;
  /** What of a record is known by the key. */
  readonly knownBy: (key: string | undefined) => { readonly fields: JsonObject; readonly own?: JsonObject };
}

const textOrNone = (value: unknown): string | undefined | null =>
  typeof value === 'string' || value === undefined ? value : null;

const member = (name: string): Facet => ({
  fields: [name],
  keyOf: (_, record) => textOrNone(record[name]),
  knownBy: (key) => ({ fields: key === undefined ? {} : { [name]: key } }),
});

const identityMember = (name: string): Facet => ({
  fields: [`userIdentity.${name}`],
  keyOf: (_, { userIdentity }) => {
    if (typeof userIdentity !== 'object' || userIdentity === null || Array.isArray(userIdentity)) return null;
    const value = (userIdentity as JsonObject)[name];
    // A member that is not there may still stand at the top of the record, under a name with a dot.
    return typeof value === 'string' ? value : null;
  },
  knownBy: (key) => ({ fields: { userIdentity: { [name]: key } } }),
});

const facets: readonly Facet[] = [
  member('userAgent'),
  member('errorCode'),
  member('eventType'),
  identityMember('type'),
  identityMember('arn'),
  {
    fields: ['sourceIPAddress', 'firebreak.outside'],
    keyOf: ({ sourceIp }, { sourceIPAddress }) => (sourceIPAddress === sourceIp ? sourceIp : null),
    knownBy: (key = '') => ({ fields: { sourceIPAddress: key }, own: { outside: isIP(key) !== 0 } }),
  },
  {
    // Nearly every call is made from the account that it is made in.
    fields: ['userIdentity.accountId', 'recipientAccountId'],
    keyOf: (_, { userIdentity, recipientAccountId }) =>
      typeof recipientAccountId === 'string' &&
      typeof userIdentity === 'object' &&
      (userIdentity as JsonObject | null)?.accountId === recipientAccountId
        ? recipientAccountId
        : null,
    knownBy: (key) => ({ fields: { userIdentity: { accountId: key }, recipientAccountId: key } }),
  },
  {
    fields: ['firebreak.compute'],
    keyOf: ({ principal }) => (principal !== undefined && isCompute(principal) ? 'yes' : undefined),
    knownBy: (key) => ({ fields: {}, own: { compute: key !== undefined } }),
  },
];
const ownField = (name: string, value: unknown): Facet => ({
  fields: [`firebreak.${name}`],
  keyOf: () => undefined,
  knownBy: () => ({ fields: {}, own: { [name]: value } }),
});

/** Bounds of the tables. Ours: AWS has some 400 services and 15,000 calls; a forged log may hold any number of names and agents. */
const mostSources = 2_000;
const mostCalls = 30_000;
const mostValues = 5_000;

const none: readonly EventRule[] = [];

interface Source {
  readonly bits: Bits;
  readonly byName: Map<string, Bits>;
}

/**
 * The rules that a CloudTrail record can meet. Asked once for each pair of `eventSource` and `eventName`, and once for each value of what
 * else repeats from record to record; what remains of all these is what has to be evaluated: for most records no rule, or two.
 */
export class Candidates {
  readonly #rules: readonly EventRule[];
  readonly #all: Bits;
  readonly #bySource = new Map<string, Source>();
  readonly #facets: readonly FacetTable[];
  /** Where an event is the first of nothing, and where its address is not new. */
  readonly #notFirst: Bits;
  readonly #notFresh: Bits;
  readonly #left: Bits;
  #calls = 0;

  constructor(rules: readonly EventRule[]) {
    this.#rules = rules;
    this.#all = new Int32Array(Math.ceil(rules.length / 32));
    for (let place = 0; place < rules.length; place += 1) this.#all[place >> 5]! |= 1 << (place & 31);
    this.#left = new Int32Array(this.#all.length);
    const table = (facet: Facet) => new FacetTable(facet, rules, this.#all);
    this.#notFirst = table(ownField('firstSeen', noNews.first)).bitsOf(undefined);
    this.#notFresh = table(ownField('newAddress', noNews.isFresh)).bitsOf(undefined);
    this.#facets = facets.map(table).filter(({ isAsked }) => isAsked);
  }

  /**
   * @param mayBeFirst The event is the first of something, or may turn out to be. @param mayBeFresh Its address is new, or may turn out to be.
   * @returns In the order of the rules.
   */
  of(event: NormalisedEvent, record: JsonObject, mayBeFirst: boolean, mayBeFresh: boolean): readonly EventRule[] {
    const left = this.#left;
    const ofCall = this.#ofCall(record);
    for (let word = 0; word < left.length; word += 1) left[word] = ofCall[word]!;
    if (!mayBeFirst) narrow(left, this.#notFirst);
    if (!mayBeFresh) narrow(left, this.#notFresh);
    for (const table of this.#facets) {
      const key = table.keyOf(event, record);
      if (key === null) continue;
      const bits = table.bitsOf(key);
      if (bits !== this.#all) narrow(left, bits);
    }
    let count = 0;
    for (let word = 0; word < left.length; word += 1)
      for (let bits = left[word]!; bits !== 0; bits &= bits - 1) count += 1;
    if (count === 0) return none;
    // As long as it has to be: a list that grows has room for seventeen.
    const found: EventRule[] = new Array(count);
    let place = 0;
    for (let word = 0; word < left.length; word += 1)
      for (let bits = left[word]!; bits !== 0; bits &= bits - 1)
        found[place++] = this.#rules[word * 32 + 31 - Math.clz32(bits & -bits)]!;
    return found;
  }

  #ofCall(record: JsonObject): Bits {
    const { eventSource, eventName } = record;
    // A record whose names are no texts is met by whatever asks for something else.
    if (typeof eventSource !== 'string' || typeof eventName !== 'string') return this.#all;
    let source = this.#bySource.get(eventSource);
    const isKnown = source?.byName.get(eventName);
    if (isKnown) return isKnown;
    if (this.#calls >= mostCalls || (!source && this.#bySource.size >= mostSources)) {
      this.#bySource.clear();
      this.#calls = 0;
      source = undefined;
    }
    if (!source) {
      const known = knownOf(['eventSource'], { eventSource });
      source = { bits: possible(this.#rules, this.#all, known), byName: new Map() };
      this.#bySource.set(eventSource, source);
    }
    const bits = possible(this.#rules, source.bits, knownOf(['eventSource', 'eventName'], { eventSource, eventName }));
    source.byName.set(eventName, bits);
    this.#calls += 1;
    return bits;
  }
}

/** By value of a facet, the rules that it leaves. */
class FacetTable {
  readonly keyOf: Facet['keyOf'];
  readonly #facet: Facet;
  readonly #rules: readonly EventRule[];
  readonly #all: Bits;
  /** Rules that ask about it. */
  readonly #asking: Bits;
  readonly #byKey = new Map<string | undefined, Bits>();
  #lastKey: string | undefined;
  #last: Bits | undefined;

  constructor(facet: Facet, rules: readonly EventRule[], all: Bits) {
    this.keyOf = facet.keyOf;
    this.#facet = facet;
    this.#rules = rules;
    this.#all = all;
    this.#asking = new Int32Array(all.length);
    for (const [place, { detection }] of rules.entries())
      if (facet.fields.some((field) => detection.fields.includes(field)))
        this.#asking[place >> 5]! |= 1 << (place & 31);
  }

  get isAsked(): boolean {
    return this.#asking.some((word) => word !== 0);
  }

  bitsOf(key: string | undefined): Bits {
    // Neighbours are often equal, and comparing is cheaper than hashing.
    if (this.#last && key === this.#lastKey) return this.#last;
    const bits = this.#byKey.get(key) ?? this.#newBits(key);
    this.#lastKey = key;
    this.#last = bits;
    return bits;
  }

  /** By itself: where functions use what is around them, memory is taken for that at every call, also where a look at the table is enough. */
  #newBits(key: string | undefined): Bits {
    const { fields, own } = this.#facet.knownBy(key);
    const left = possible(this.#rules, this.#asking, knownOf(this.#facet.fields, fields, own));
    const isAll = left.every((word, at) => word === this.#asking[at]);
    // Whoever does not ask is not ruled out.
    const bits = isAll ? this.#all : this.#all.map((word, at) => (word & ~this.#asking[at]!) | left[at]!);
    if (this.#byKey.size >= mostValues) this.#byKey.clear();
    this.#byKey.set(key, bits);
    return bits;
  }
}

function narrow(left: Bits, to: Bits): void {
  for (let word = 0; word < left.length; word += 1) left[word]! &= to[word]!;
}

/** Those of `among` that what is known does not rule out. */
function possible(rules: readonly EventRule[], among: Bits, known: Known): Bits {
  const left = among.slice();
  for (const [place, { detection }] of rules.entries()) {
    const bit = 1 << (place & 31);
    if ((left[place >> 5]! & bit) !== 0 && detection.foresee(known) === false) left[place >> 5]! &= ~bit;
  }
  return left;
}
