import { recordField } from './field-names.ts';
import type { JsonObject } from './record.ts';
import { RuleError } from './rule-error.ts';

/** How findings of several rules come together. https://github.com/SigmaHQ/sigma-specification (correlation rules) */
export interface Correlation {
  readonly type: 'event_count' | 'value_count' | 'value_sum' | 'value_avg' | 'temporal' | 'temporal_ordered';
  /** Ids or names, as written; a rule set replaces them by ids. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** By alias, the field for each rule. */
  readonly aliases: { readonly [alias: string]: { readonly [rule: string]: string } };
  /** What the count has to be. */
  readonly bounds: readonly Bound[];
  /** The fields whose distinct values, taken together, are counted (`value_count`); the one whose numbers are added up or averaged. Else empty. */
  readonly fields: readonly string[];
  /** The rules that it refers to make findings of their own too. */
  readonly generate: boolean;
}

export interface Bound {
  readonly op: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
  readonly count: number;
}

const types: readonly string[] = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'temporal',
  'temporal_ordered',
];
/** Of the specification, and not here. */
const unsupported: { readonly [type: string]: string } = {
  value_percentile: 'of which values it asks is left open by the specification',
  value_median: 'use value_avg',
  temporal_extended: 'write a correlation for each alternative',
};
const members: readonly string[] = ['type', 'rules', 'group-by', 'timespan', 'aliases', 'condition', 'generate'];
/** A month is 30 days, a year 365: Sigma leaves open which. */
const units: { readonly [unit: string]: number } = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
};
/** More than that is not kept. Ours. */
const longestMs = 366 * 86_400_000;
const mostRules = 100;

type Path = readonly (string | number)[];

const compare: { readonly [Op in Bound['op']]: (count: number, limit: number) => boolean } = {
  gt: (count, limit) => count > limit,
  gte: (count, limit) => count >= limit,
  lt: (count, limit) => count < limit,
  lte: (count, limit) => count <= limit,
  eq: (count, limit) => count === limit,
  neq: (count, limit) => count !== limit,
};

/** Whether a count is what the condition asks. */
export const isWithin = (count: number, bounds: readonly Bound[]): boolean =>
  bounds.every(({ op, count: limit }) => compare[op](count, limit));

/** @throws RuleError */
export function readCorrelation(value: unknown, path: Path): Correlation {
  const map = mapOf(value, path, 'a correlation is a map: type, rules, group-by, timespan, condition');
  for (const name of Object.keys(map))
    if (!members.includes(name))
      throw new RuleError([...path, name], `a correlation has no ${name}; it has ${members.join(', ')}`);
  const { type } = map;
  const why = typeof type === 'string' && Object.hasOwn(unsupported, type) ? unsupported[type] : undefined;
  if (why !== undefined) throw new RuleError([...path, 'type'], `${String(type)} is not supported: ${why}`);
  if (typeof type !== 'string' || !types.includes(type))
    throw new RuleError(
      [...path, 'type'],
      `there is no correlation type ${String(type)}; there are ${types.join(', ')}`,
    );
  const rules = textsOf(map.rules, [...path, 'rules'], 'rules names at least one rule by id or name');
  if (rules.length > mostRules) throw new RuleError([...path, 'rules'], `names more than ${mostRules} rules`);
  const generate = map.generate ?? false;
  if (typeof generate !== 'boolean') throw new RuleError([...path, 'generate'], 'generate is true or false');
  const aliases = readAliases(map.aliases, [...path, 'aliases']);
  const { bounds, fields } = readBounds(map.condition, type, rules.length, [...path, 'condition']);
  return {
    type: type as Correlation['type'],
    rules,
    groupBy: (map['group-by'] === undefined || map['group-by'] === null
      ? []
      : textsOf(map['group-by'], [...path, 'group-by'], 'group-by names fields')
    ).map((name) => (Object.hasOwn(aliases, name) ? name : recordField(name))),
    timespanMs: readTimespan(map.timespan, [...path, 'timespan']),
    aliases,
    bounds,
    fields,
    generate,
  };
}

/** @param name What the member is called, for messages. @throws RuleError */
export function readTimespan(value: unknown, path: Path, name = 'timespan'): number {
  const [, number, unit] = /^(\d+)([smhdwMy])$/.exec(String(value)) ?? [];
  const ms = Number(number) * (units[unit ?? ''] ?? Number.NaN);
  if (!(ms > 0))
    throw new RuleError(path, `${name} is a number and s, m, h, d, w, M or y, as in 15m; it is ${String(value)}`);
  if (ms > longestMs) throw new RuleError(path, `${name} is at most 366d`);
  return ms;
}

function readBounds(
  value: unknown,
  type: string,
  rules: number,
  path: Path,
): { readonly bounds: readonly Bound[]; readonly fields: readonly string[] } {
  const isTemporal = type.startsWith('temporal');
  if ((value === undefined || value === null) && isTemporal)
    return { bounds: [{ op: 'gte', count: rules }], fields: [] };
  const map = mapOf(value, path, `${type} needs a condition that is a map, such as gte: 10`);
  const isMeasure = type === 'value_sum' || type === 'value_avg';
  const bounds: Bound[] = [];
  for (const [name, limit] of Object.entries(map)) {
    if (name === 'field') continue;
    if (!Object.hasOwn(compare, name))
      throw new RuleError([...path, name], `a condition has no ${name}; it has ${Object.keys(compare).join(', ')}`);
    if (typeof limit !== 'number' || (!isMeasure && (!Number.isInteger(limit) || limit < 0)))
      throw new RuleError([...path, name], `${name} wants a ${isMeasure ? '' : 'whole '}number`);
    bounds.push({ op: name as Bound['op'], count: limit });
  }
  if (bounds.length === 0) throw new RuleError(path, 'the condition says no number');
  const fields = type.startsWith('value')
    ? textsOf(map.field, [...path, 'field'], `${type} needs the field whose values are counted`)
    : [];
  if (isMeasure && fields.length > 1) throw new RuleError([...path, 'field'], `${type} takes one field`);
  if (type === 'temporal_ordered' && !(isWithin(rules, bounds) && !isWithin(rules - 1, bounds)))
    throw new RuleError(path, 'temporal_ordered asks for all of its rules; leave the condition out');
  return { bounds, fields: fields.map(recordField) };
}

function readAliases(value: unknown, path: Path): Correlation['aliases'] {
  if (value === undefined || value === null) return {};
  const aliases: { [alias: string]: { [rule: string]: string } } = {};
  for (const [alias, fields] of Object.entries(mapOf(value, path, 'aliases is a map'))) {
    const map = mapOf(fields, [...path, alias], 'an alias is a map of rule and field');
    for (const [rule, field] of Object.entries(map))
      if (typeof field !== 'string' || field === '') throw new RuleError([...path, alias, rule], 'names a field');
    aliases[alias] = Object.fromEntries(Object.entries(map).map(([rule, field]) => [rule, recordField(String(field))]));
  }
  return aliases;
}

function mapOf(value: unknown, path: Path, problem: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RuleError(path, problem);
  return value as JsonObject;
}

function textsOf(value: unknown, path: Path, problem: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((one) => typeof one === 'string' && one !== ''))
    throw new RuleError(path, problem);
  return list as readonly string[];
}
