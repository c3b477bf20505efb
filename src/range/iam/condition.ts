import { BlockList, isIP } from 'node:net';
import { matches } from './pattern.ts';
import type { Condition } from './policy.ts';

/** Condition keys of a request; lower-case names, since IAM compares them without case. A missing key is absent. */
export type ConditionContext = ReadonlyMap<string, string>;

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

/** Every operator that can be evaluated, without `IfExists` and the set prefixes. */
export const conditionOperators: ReadonlySet<string> = new Set([
  ...Object.keys(positive),
  ...Object.keys(negative),
  'Null',
]);

/**
 * Whether a condition holds for a request. Keys of the range have one value each, so the set prefixes only decide what a missing key means.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function holds(condition: Condition, context: ConditionContext): boolean {
  const forAll = condition.operator.startsWith('ForAllValues:');
  const ifExists = condition.operator.endsWith('IfExists');
  const operator = condition.operator.replace(/^For(Any|All)Values:/, '').replace(/IfExists$/, '');
  const actual = context.get(condition.key.toLowerCase());
  if (operator === 'Null') return condition.values.includes(String(actual === undefined));
  const opposite = negative[operator];
  if (actual === undefined) return ifExists || forAll || opposite !== undefined;
  const test = positive[opposite ?? operator];
  if (!test) return false;
  const some = condition.values.some((wanted) => test(actual, wanted));
  return opposite ? !some : some;
}
