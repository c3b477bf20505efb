import { BlockList, isIP } from 'node:net';
import { remembered } from '../shared/remembered.ts';
import { globMatches } from './glob.ts';
import type { RequestKeys } from './request.ts';
import type { Condition } from './statement.ts';
import { every, not, some, type Truth } from './truth.ts';

type Test = (actual: string, wanted: string) => boolean;

const blocks = new Map<string, BlockList | undefined>();
/** Ranges kept ready; a policy names a few. */
const mostBlocks = 1_000;

function blockOf(range: string): BlockList | undefined {
  if (blocks.has(range)) return blocks.get(range);
  const [network = '', bits] = range.split('/');
  const family = isIP(network);
  const length = bits === undefined ? (family === 6 ? 128 : 32) : Number(bits);
  let block: BlockList | undefined;
  if (family !== 0 && Number.isInteger(length) && length >= 0 && length <= (family === 6 ? 128 : 32)) {
    block = new BlockList();
    block.addSubnet(network, length, family === 6 ? 'ipv6' : 'ipv4');
  }
  if (blocks.size >= mostBlocks) blocks.clear();
  blocks.set(range, block);
  return block;
}

const inRange: Test = (address, range) => {
  const family = isIP(address);
  return family !== 0 && (blockOf(range)?.check(address, family === 6 ? 'ipv6' : 'ipv4') ?? false);
};

/** ISO 8601, or seconds since 1970. */
const moment = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text));

const partsOf = remembered((arn): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}, 1_000);

/** Part by part: a `*` does not reach across a colon of the first five parts. */
const arnMatches: Test = (actual, wanted) => {
  const parts = partsOf(actual);
  return wanted === '*' || partsOf(wanted).every((part, index) => globMatches(part, parts[index] ?? ''));
};

const compared = (value: (text: string) => number, holds: (actual: number, wanted: number) => boolean): Test => {
  return (actual, wanted) => holds(value(actual), value(wanted));
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const tests: { readonly [operator: string]: Test } = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => globMatches(wanted, actual),
  ArnEquals: arnMatches,
  ArnLike: arnMatches,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  IpAddress: inRange,
  DateEquals: compared(moment, (actual, wanted) => actual === wanted),
  DateLessThan: compared(moment, (actual, wanted) => actual < wanted),
  DateLessThanEquals: compared(moment, (actual, wanted) => actual <= wanted),
  DateGreaterThan: compared(moment, (actual, wanted) => actual > wanted),
  DateGreaterThanEquals: compared(moment, (actual, wanted) => actual >= wanted),
  NumericEquals: compared(Number, (actual, wanted) => actual === wanted),
  NumericLessThan: compared(Number, (actual, wanted) => actual < wanted),
  NumericLessThanEquals: compared(Number, (actual, wanted) => actual <= wanted),
  NumericGreaterThan: compared(Number, (actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: compared(Number, (actual, wanted) => actual >= wanted),
};

/** Each holds when its counterpart holds for none of the wanted values, and when the key is absent. */
const negations: { readonly [operator: string]: string } = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  DateNotEquals: 'DateEquals',
  NumericNotEquals: 'NumericEquals',
};

interface Operator {
  readonly set: 'All' | 'Any' | undefined;
  readonly ifExists: boolean;
  /** Without prefix and `IfExists`, in positive form; `undefined`: not known here. */
  readonly test: Test | undefined;
  readonly isNegated: boolean;
  readonly isNull: boolean;
}

function operatorOf(text: string): Operator {
  const [, set, rest = text] = /^For(All|Any)Values?:(.*)$/s.exec(text) ?? [];
  const plain = rest.replace(/IfExists$/, '');
  const positive = negations[plain];
  return {
    set: set as Operator['set'],
    ifExists: rest.endsWith('IfExists'),
    test: tests[positive ?? plain],
    isNegated: positive !== undefined,
    isNull: plain === 'Null',
  };
}

/**
 * A value with its policy variables filled in. `undefined`: the request's value is not known, or the text is more than we read; `absent`: the
 * request has none, and the value matches nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function expanded(text: string, keys: RequestKeys): string | 'absent' | undefined {
  if (!text.includes('${')) return text;
  let isKnown = true;
  let isThere = true;
  const filled = text.replaceAll(/\$\{([^}]*)\}/g, (_all, name: string) => {
    const [key = '', fallback] = name.split(/\s*,\s*/);
    const value = /^[*?$]$/.test(name) ? 'unknown' : keys(key.trim().toLowerCase());
    if (value === 'absent' && fallback !== undefined) return fallback.replaceAll(/^'|'$/g, '');
    if (value === 'absent') isThere = false;
    else if (value === 'unknown' || value.length !== 1) isKnown = false;
    else return value[0] ?? '';
    return '';
  });
  if (!isThere) return 'absent';
  return isKnown ? filled : undefined;
}

/** Whether a condition holds for a request; `variables`: its policy knows them. `undefined` when records do not hold what it asks for. */
export function holds({ operator, key, values }: Condition, keys: RequestKeys, variables = false): Truth {
  const { set, ifExists, test, isNegated, isNull } = operatorOf(operator);
  const actual = keys(key.toLowerCase());
  if (actual === 'unknown') return undefined;
  if (isNull) return values.some((value) => value.toLowerCase() === String(actual === 'absent'));
  if (!test) return undefined;
  if (actual === 'absent' || actual.length === 0) return ifExists || set === 'All' || (set === undefined && isNegated);
  // A key that has several values is compared by a set operator only.
  if (set === undefined && actual.length > 1) return false;
  const fits = (one: string): Truth => {
    const hit = some(values, (value) => {
      const wanted = variables ? expanded(value, keys) : value;
      return wanted === undefined ? undefined : wanted !== 'absent' && test(one, wanted);
    });
    return isNegated ? not(hit) : hit;
  };
  return set === 'All' ? every(actual, fits) : some(actual, fits);
}
