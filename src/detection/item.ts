import { cidrMatches, isCidr } from '../filter/matches.ts';
import { type FieldReader, fieldReader, valuesOf } from './field.ts';
import { recordField } from './field-names.ts';
import { around, type PatternPart, patternTest, plainText, readPattern, withAnyDash } from './pattern.ts';
import type { RuleRecord } from './record.ts';
import { type RegexFlag, regexTest } from './regex.ts';
import { RuleError } from './rule-error.ts';

/** One wanted value of a field: the test of one value that a record has, and how to say it. */
interface Wanted {
  /** `undefined`: the field is not there. */
  readonly test: (value: unknown, record: RuleRecord) => boolean;
  readonly said: string;
  /** It asks about the field as a whole, not about each element of an array. */
  readonly whole?: true;
}

/** Why an item matched: `eventName is StopLogging`. The value is attacker-controlled. */
export interface Reason {
  readonly field: string;
  /** What the rule asks of the field: `contains 'x'`. */
  readonly wanted: string;
  /** The value that met it; `undefined` where the field is not there. */
  readonly value: string | undefined;
}

/** `field|modifier: values` of a selection, compiled. */
export interface Item {
  readonly field: string;
  readonly test: (record: RuleRecord) => boolean;
  /** Other fields that what it says depends on. */
  readonly others: readonly string[];
  /** What it asks, in words. */
  readonly said: string;
  /** The wanted values that are plain texts, without modifiers. */
  readonly texts: readonly string[];
  /** What met it, for a record that matched. */
  reasons(record: RuleRecord): readonly Reason[];
}

/** Every modifier of the specification: what it does, and with which it cannot stand. */
const stringPlaces = ['contains', 'startswith', 'endswith'] as const;
const comparisons = ['lt', 'lte', 'gt', 'gte'] as const;
const encodings = ['base64', 'base64offset', 'wide', 'utf16', 'utf16le', 'utf16be'] as const;
const timeParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
const regexFlags: { readonly [name: string]: RegexFlag } = {
  i: 'i',
  ignorecase: 'i',
  m: 'm',
  multiline: 'm',
  s: 's',
  dotall: 's',
};
const known: ReadonlySet<string> = new Set([
  ...stringPlaces,
  ...comparisons,
  ...encodings,
  ...timeParts,
  'all',
  're',
  ...Object.keys(regexFlags),
  'cidr',
  'exists',
  'fieldref',
  'cased',
  'windash',
  'neq',
]);
const mostValues = 10_000;
/** Values that are named where it is said what is asked. */
const mostSaid = 3;

type Path = readonly (string | number)[];

/**
 * Compiles `field|modifiers: values`. Values of a list are alternatives, with `all` each is wanted; of a field that has several values any
 * element may meet them. `neq` turns the answer round, so a field that is not there is different too.
 *
 * @param key As it stands in the rule. An empty field name means the whole record.
 * @throws RuleError
 */
export function compileItem(key: string, value: unknown, path: Path): Item {
  const [said = '', ...modifiers] = key.split('|').map((part) => part.trim());
  const field = recordField(said);
  check(modifiers, path);
  const has = (name: string) => modifiers.includes(name);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new RuleError(path, 'the list of values is empty');
  if (list.length > mostValues)
    throw new RuleError(path, `has ${list.length} values, more than ${mostValues.toLocaleString('en')}`);
  const wanted = list.map((one, index) =>
    compileValue(one, modifiers, field, Array.isArray(value) ? [...path, index] : path),
  );
  const read = fieldReader(field);
  const needsAll = has('all');
  const negated = has('neq');
  const [only] = wanted;
  const test =
    only && wanted.length === 1
      ? (record: RuleRecord): boolean => (metBy(only, read(record), record) !== unmet) !== negated
      : (record: RuleRecord): boolean => {
          const found = read(record);
          for (const one of wanted) if ((metBy(one, found, record) !== unmet) !== needsAll) return needsAll === negated;
          return needsAll !== negated;
        };
  const texts = field === '' ? [] : plainTexts(list, modifiers);
  const exact =
    texts.length === list.length && texts.length > 1 ? new Set(texts.map((text) => text.toLowerCase())) : undefined;
  const isSlow = (has('cidr') || has('re')) && !has('fieldref');
  const first = wanted.slice(0, mostSaid).map((one) => one.said);
  const more = wanted.length - first.length;
  return {
    field,
    said: `${field === '' ? 'the record' : said} ${negated ? 'not ' : ''}${first.join(needsAll ? ' and ' : ' or ')}${more > 0 ? ` and ${more} more` : ''}`,
    texts,
    test: exact ? exactTest(read, exact, test) : isSlow ? rememberedTest(read, test) : test,
    others: has('fieldref') ? list.map((one) => recordField(String(one))) : [],
    reasons: (record) => {
      const found = read(record);
      if (negated)
        return [{ field, wanted: `is not ${wanted.map(({ said }) => said).join(' or ')}`, value: shown(found) }];
      return wanted.flatMap((one): readonly Reason[] => {
        const met = metBy(one, found, record);
        return met === unmet
          ? []
          : [{ field: field === '' ? 'the record' : field, wanted: one.said, value: shown(met) }];
      });
    },
  };
}

const unmet = Symbol('unmet');

/** The value that met it: the field's, or one of its elements. */
function metBy({ test, whole }: Wanted, found: unknown, record: RuleRecord): unknown {
  if (whole || !Array.isArray(found)) return test(found, record) ? found : unmet;
  for (const element of valuesOf(found)) if (test(element, record)) return element;
  return unmet;
}

const shown = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);

const plainTexts = (list: readonly unknown[], modifiers: readonly string[]): readonly string[] =>
  modifiers.length > 0
    ? []
    : list.flatMap((one) => {
        const text = typeof one === 'string' ? plainText(readPattern(one)) : undefined;
        return text === undefined ? [] : [text];
      });

/** Lists of plain texts are looked up instead of compared one by one: some rules hold hundreds. */
const exactTest =
  (read: FieldReader, exact: ReadonlySet<string>, otherwise: (record: RuleRecord) => boolean) =>
  (record: RuleRecord): boolean => {
    const found = read(record);
    if (typeof found === 'string') return exact.has(found.toLowerCase());
    if (Array.isArray(found) && found.every((one) => typeof one === 'string'))
      return found.some((one) => exact.has((one as string).toLowerCase()));
    return otherwise(record);
  };

/** Bounds of what a test remembers. Ours. */
const longestRemembered = 200;
const mostRemembered = 1_000;

/** Networks and expressions are tried once for each value: addresses and names come again and again. */
function rememberedTest(read: FieldReader, test: (record: RuleRecord) => boolean): (record: RuleRecord) => boolean {
  const answers = new Map<string, boolean>();
  return (record) => {
    const found = read(record);
    if (typeof found !== 'string' || found.length > longestRemembered) return test(record);
    let answer = answers.get(found);
    if (answer === undefined) {
      answer = test(record);
      if (answers.size >= mostRemembered) answers.clear();
      answers.set(found, answer);
    }
    return answer;
  };
}

function check(modifiers: readonly string[], path: Path): void {
  for (const [at, modifier] of modifiers.entries()) {
    if (modifier === 'expand')
      throw new RuleError(
        path,
        'the modifier expand asks for placeholders, which this program has no values for; write the values into the rule',
      );
    if (!known.has(modifier))
      throw new RuleError(
        path,
        `there is no modifier ${modifier === '' ? 'without a name' : modifier}; known are ${[...known].join(', ')}`,
      );
    if (modifiers.indexOf(modifier) !== at) throw new RuleError(path, `the modifier ${modifier} stands twice`);
  }
  const one = (names: readonly string[]) => names.filter((name) => modifiers.includes(name));
  const kinds = [
    ...one(['re', 'cidr', 'exists']),
    ...one(comparisons),
    ...(one(stringPlaces).length > 0 ? [one(stringPlaces).join('|')] : []),
  ];
  if (kinds.length > 1) throw new RuleError(path, `the modifiers ${kinds.join(' and ')} contradict each other`);
  if (one(stringPlaces).length > 1)
    throw new RuleError(path, `the modifiers ${one(stringPlaces).join(' and ')} contradict each other`);
  const flags = one(Object.keys(regexFlags));
  if (flags.length > 0 && !modifiers.includes('re'))
    throw new RuleError(path, `the modifier ${flags[0]} belongs to re`);
  if (one(['re', 'cidr', 'exists', ...comparisons]).length > 0 && one([...encodings, 'windash']).length > 0)
    throw new RuleError(path, `the modifier ${kinds[0]} takes no encoded text`);
  if (
    modifiers.includes('fieldref') &&
    one(['re', 'cidr', 'exists', 'windash', ...comparisons, ...encodings]).length > 0
  )
    throw new RuleError(
      path,
      'the modifier fieldref stands with contains, startswith, endswith, cased, all and neq only',
    );
}

/** @throws RuleError */
function compileValue(value: unknown, modifiers: readonly string[], field: string, path: Path): Wanted {
  const has = (name: string) => modifiers.includes(name);
  if (typeof value === 'object' && value !== null)
    throw new RuleError(path, 'a value is a text, a number, true, false or null, or a list of these');
  if (has('exists')) {
    const wanted = booleanOf(value);
    if (wanted === undefined) throw new RuleError(path, 'exists wants true or false');
    return {
      test: (found) => (found !== undefined) === wanted,
      said: wanted ? 'is there' : 'is not there',
      whole: true,
    };
  }
  const part = timeParts.find(has);
  if (part) return timeWanted(part, value, modifiers, path);
  const comparison = comparisons.find(has);
  if (comparison) return numberWanted(comparison, value, path);
  if (value === null) {
    if (modifiers.some((name) => name !== 'neq' && name !== 'all' && name !== 'cased'))
      throw new RuleError(path, `null takes no modifier ${modifiers.join('|')}`);
    return { test: (found) => found === undefined || found === null, said: 'null' };
  }
  if (has('re')) return regexWanted(String(value), modifiers, path);
  if (has('cidr')) return cidrWanted(String(value), path);
  if (has('fieldref')) return fieldrefWanted(value, modifiers, path);
  return textWanted(String(value), modifiers, field, path);
}

/** YAML 1.1, by which most rules were written, also knows these words. */
const booleanOf = (value: unknown): boolean | undefined =>
  typeof value === 'boolean'
    ? value
    : /^(?:true|yes|on)$/i.test(String(value))
      ? true
      : /^(?:false|no|off)$/i.test(String(value))
        ? false
        : undefined;

function regexWanted(expression: string, modifiers: readonly string[], path: Path): Wanted {
  try {
    const flags = Object.keys(regexFlags).flatMap((name) => (modifiers.includes(name) ? [regexFlags[name]!] : []));
    const test = regexTest(expression, flags);
    return { test: (found) => textsOf(found).some(test), said: `matches /${expression}/${flags.join('')}` };
  } catch (error) {
    throw new RuleError(path, (error as Error).message);
  }
}

function cidrWanted(text: string, path: Path): Wanted {
  const network = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
  if (!isCidr(network)) throw new RuleError(path, `${text} is no network: an address, a slash and a length`);
  const test = cidrMatches(network);
  return { test: (found) => typeof found === 'string' && test(found), said: `is in ${network}` };
}

function numberWanted(comparison: (typeof comparisons)[number], value: unknown, path: Path): Wanted {
  const limit = numberOf(value);
  if (limit === undefined) throw new RuleError(path, `${comparison} wants a number`);
  const compare = compareTo[comparison];
  return {
    test: (found) => {
      const number = numberOf(found);
      return number !== undefined && compare(number, limit);
    },
    said: `${comparison} ${limit}`,
  };
}

const compareTo = {
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
};

const numberOf = (value: unknown): number | undefined => {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
};

/** A part of a time, in UTC, as a number: equal to the value, or compared with it. */
function timeWanted(
  part: (typeof timeParts)[number],
  value: unknown,
  modifiers: readonly string[],
  path: Path,
): Wanted {
  const limit = numberOf(value);
  if (limit === undefined) throw new RuleError(path, `${part} wants a number`);
  const comparison = comparisons.find((name) => modifiers.includes(name));
  const compare = comparison ? compareTo[comparison] : (a: number, b: number) => a === b;
  return {
    test: (found) => {
      const at = typeof found === 'string' ? Date.parse(found) : Number.NaN;
      return !Number.isNaN(at) && compare(partOf(new Date(at), part), limit);
    },
    said: `${part} ${comparison ?? 'is'} ${limit}`,
  };
}

const dayMs = 86_400_000;

function partOf(time: Date, part: (typeof timeParts)[number]): number {
  switch (part) {
    case 'minute':
      return time.getUTCMinutes();
    case 'hour':
      return time.getUTCHours();
    case 'day':
      return time.getUTCDate();
    case 'month':
      return time.getUTCMonth() + 1;
    case 'year':
      return time.getUTCFullYear();
    case 'week': {
      // ISO 8601: the week of a day is that of its Thursday.
      const thursday = Date.UTC(
        time.getUTCFullYear(),
        time.getUTCMonth(),
        time.getUTCDate() + 4 - (time.getUTCDay() || 7),
      );
      return Math.floor((thursday - Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1)) / dayMs / 7) + 1;
    }
  }
}

/** Another field of the same record: any of its values. */
function fieldrefWanted(value: unknown, modifiers: readonly string[], path: Path): Wanted {
  if (typeof value !== 'string' || value === '') throw new RuleError(path, 'fieldref wants the name of a field');
  const read = fieldReader(recordField(value));
  const place = stringPlaces.find((name) => modifiers.includes(name));
  const fold = modifiers.includes('cased') ? (text: string) => text : (text: string) => text.toLowerCase();
  const compare = {
    contains: (a: string, b: string) => a.includes(b),
    startswith: (a: string, b: string) => a.startsWith(b),
    endswith: (a: string, b: string) => a.endsWith(b),
    is: (a: string, b: string) => a === b,
  }[place ?? 'is'];
  return {
    test: (found, record) => {
      const mine = scalar(found);
      if (mine === undefined) return false;
      return valuesOf(read(record)).some((other) => {
        const theirs = scalar(other);
        return theirs !== undefined && compare(fold(mine), fold(theirs));
      });
    },
    said: `${place ?? 'is'} the field ${value}`,
  };
}

const scalar = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** A value as texts: an object is its JSON, also as it reads where JSON stands inside of it as a text (policies). */
function textsOf(value: unknown): readonly string[] {
  const text = scalar(value);
  if (text !== undefined) return [text];
  if (typeof value !== 'object' || value === null) return [];
  if (value !== lastObject) {
    const json = JSON.stringify(value);
    lastTexts = json.includes('\\"') ? [json, json.replaceAll('\\"', '"')] : [json];
    lastObject = value;
  }
  return lastTexts;
}

/** Rule after rule asks about the same request. */
let lastObject: object | undefined;
let lastTexts: readonly string[] = [];

function textWanted(text: string, modifiers: readonly string[], field: string, path: Path): Wanted {
  const patterns = encoded(text, modifiers, path);
  const cased = modifiers.includes('cased');
  const place = stringPlaces.find((name) => modifiers.includes(name)) ?? (field === '' ? 'contains' : undefined);
  const tests = patterns.map((parts) => patternTest(place ? around(parts, place) : parts, cased));
  const [first] = tests;
  // What is true or false has two texts: known before anybody asks.
  const isTrue = tests.some((each) => each('true'));
  const isFalse = tests.some((each) => each('false'));
  const test =
    tests.length === 1 && first
      ? (found: unknown) => {
          if (typeof found === 'string')
            return first(found) || (field === '' && found.includes('\\') && first(unescaped(found)));
          if (typeof found === 'boolean') return found ? isTrue : isFalse;
          const text = scalar(found);
          return text === undefined ? textsOf(found).some(first) : first(text);
        }
      : (found: unknown) => textsOf(found).some((one) => tests.some((each) => each(one)));
  const how = modifiers.filter((name) => encodings.some((encoding) => encoding === name) || name === 'windash');
  return { test, said: `${place ?? 'is'} '${text}'${how.length > 0 ? ` (${how.join(', ')})` : ''}` };
}

/** A record's JSON as its texts read: quotes and backslashes inside of them as they are. */
const unescaped = (json: string): string => json.replaceAll(/\\(["\\/])/g, '$1');

/** The patterns that a value stands for after its encodings, applied in the order in which they are written. */
function encoded(text: string, modifiers: readonly string[], path: Path): readonly (readonly PatternPart[])[] {
  let parts = readPattern(text);
  let bytes: Buffer | undefined;
  let variants: readonly string[] | undefined;
  for (const modifier of modifiers) {
    if (modifier === 'windash') {
      if (bytes || variants) throw new RuleError(path, 'windash stands before an encoding');
      parts = withAnyDash(parts);
      continue;
    }
    if (!encodings.some((encoding) => encoding === modifier)) continue;
    if (variants) throw new RuleError(path, `${modifier} stands before base64`);
    const plain = plainText(parts);
    if (plain === undefined) throw new RuleError(path, `${modifier} takes no wildcards; escape them or leave them out`);
    switch (modifier) {
      case 'wide':
      case 'utf16le':
        bytes = Buffer.from(plain, 'utf16le');
        break;
      case 'utf16':
        bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(plain, 'utf16le')]);
        break;
      case 'utf16be':
        bytes = Buffer.from(plain, 'utf16le').swap16();
        break;
      case 'base64':
        variants = [(bytes ?? Buffer.from(plain)).toString('base64')];
        break;
      case 'base64offset':
        variants = base64AtOffsets(bytes ?? Buffer.from(plain));
        break;
    }
  }
  if (variants) return variants.map((variant) => [variant]);
  return [bytes ? [bytes.toString('latin1')] : parts];
}

/** What of a text's base64 is the same whatever stands before and after it, for each of the three positions. */
function base64AtOffsets(bytes: Buffer): readonly string[] {
  const starts = [0, 2, 3];
  const ends = [0, -3, -2];
  return [0, 1, 2]
    .map((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset, 0x20), bytes]).toString('base64');
      const end = ends[(bytes.length + offset) % 3]!;
      return text.slice(starts[offset], end === 0 ? undefined : end);
    })
    .filter((text) => text !== '');
}
