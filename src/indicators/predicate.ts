import type { FilterField, Predicate } from '../filter/predicate.ts';
import type { IndicatorRef } from '../model/indicator.ts';

const is = (field: FilterField, value: string): Predicate => ({ type: 'field', field, op: 'is', value });

/** Events that hold an indicator, whether a rule fired on them or not. `undefined`: hashes stand in no event, only in what was made of records. */
export function predicateOf({ kind, value }: IndicatorRef): Predicate | undefined {
  switch (kind) {
    case 'address':
      return is('ip', value);
    case 'network':
      return { type: 'cidr', value };
    case 'access-key':
      return { type: 'or', terms: [is('key', value), is('resource', value)] };
    case 'user-agent':
      // S3 writes it in brackets.
      return { type: 'or', terms: [is('agent', value), is('agent', `[${value}]`)] };
    case 'arn':
      return { type: 'or', terms: [is('principal', value), is('resource', value)] };
    case 'bucket':
    case 'image':
      return is('resource', value);
    case 'digest':
    case 'script':
      return undefined;
  }
}

/** Events that a rule fired on, or that somebody marked: what indicators are collected from. */
export const collectedFrom: Predicate = {
  type: 'or',
  terms: [
    { type: 'flag', flag: 'marked' },
    { type: 'field', field: 'rule', op: 'like', value: '*' },
  ],
};
