import { BlockList, isIP } from 'node:net';
import { matches } from './pattern.ts';
import type { Condition } from './policy.ts';

/** Condition keys of a request; lower-case names, since IAM compares them without case. A missing key is absent; a list is a multivalued key. */
export type ConditionContext = ReadonlyMap<string, string | readonly string[]>;

type Test = (actual: string, wanted: string) => boolean;

function inRange(address: string, cidr: string): boolean {
  const family = isIP(address);
  const [network = '', bits] = cidr.split('/');
  if (family === 0 || isIP(network) !== family) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, bits === undefined ? (family === 6 ? 128 : 32) : Number(bits), type);
  return block.check(address, type);
}

const moment = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

/** ARNs are compared part by part, so that a `*` does not reach across a colon. */
function arnMatches(actual: string, wanted: string): boolean {
  const split = (arn: string) => {
    const parts = arn.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const actualParts = split(actual);
  return wanted === '*' || split(wanted).every((part, index) => matches(part, actualParts[index] ?? ''));
}

const positive: { readonly [operator: string]: Test } = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matches(wanted, actual),
  ArnEquals: arnMatches,
  ArnLike: arnMatches,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  IpAddress: inRange,
  DateEquals: (actual, wanted) => moment(actual) === moment(wanted),
  DateLessThan: (actual, wanted) => moment(actual) < moment(wanted),
  DateLessThanEquals: (actual, wanted) => moment(actual) <= moment(wanted),
  DateGreaterThan: (actual, wanted) => moment(actual) > moment(wanted),
  DateGreaterThanEquals: (actual, wanted) => moment(actual) >= moment(wanted),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
};

/** Each holds when its positive counterpart holds for none of the values; a missing key fulfils it. */
const negative: { readonly [operator: string]: string } = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  DateNotEquals: 'DateEquals',
  NumericNotEquals: 'NumericEquals',
};

const setPrefix = /^For(Any|All)Values?:/;
/** An operator without `IfExists` and the set prefixes. */
export const plainOperator = (operator: string): string => operator.replace(setPrefix, '').replace(/IfExists$/, '');

/** Every operator that can be evaluated, without `IfExists` and the set prefixes. */
export const conditionOperators: ReadonlySet<string> = new Set([
  ...Object.keys(positive),
  ...Object.keys(negative),
  'Null',
]);

/**
 * Policy variables filled in: `${aws:username}`. A literal `${*}` stands for its character, which names cannot hold anyway.
 * @returns `undefined` when the request has no such key, or several values: then the element matches nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function expanded(text: string, context: ConditionContext): string | undefined {
  if (!text.includes('${')) return text;
  let known = true;
  const filled = text.replaceAll(/\$\{([^}]*)\}/g, (_all, name: string) => {
    if (/^[*?$]$/.test(name)) return name;
    const [key = '', fallback] = name.split(/\s*,\s*/);
    const value = context.get(key.trim().toLowerCase());
    if (typeof value === 'string') return value;
    if (fallback !== undefined) return fallback.replaceAll(/^'|'$/g, '');
    known = false;
    return '';
  });
  return known ? filled : undefined;
}

/**
 * Whether a condition holds for a request. `variables`: the policy's version knows them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function holds(condition: Condition, context: ConditionContext, variables = false): boolean {
  const set = setPrefix.exec(condition.operator)?.[1];
  const ifExists = condition.operator.endsWith('IfExists');
  const operator = plainOperator(condition.operator);
  const value = context.get(condition.key.toLowerCase());
  const actual = value === undefined || typeof value === 'string' ? value : value.length === 0 ? undefined : value;
  if (operator === 'Null') return condition.values.some((one) => one.toLowerCase() === String(actual === undefined));
  const opposite = negative[operator];
  if (actual === undefined) return ifExists || set === 'All' || (set === undefined && opposite !== undefined);
  const test = positive[opposite ?? operator];
  // A key that may have several values is compared by a set operator only.
  if (!test || (set === undefined && typeof actual !== 'string')) return false;
  const wanted = condition.values.flatMap((text) => {
    const filled = variables ? expanded(text, context) : text;
    return filled === undefined ? [] : [filled];
  });
  const fits = (one: string) => wanted.some((text) => test(one, text)) === (opposite === undefined);
  const values = typeof actual === 'string' ? [actual] : actual;
  return set === 'All' ? values.every(fits) : values.some(fits);
}
