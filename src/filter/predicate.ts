/** A member of an event that a filter can ask about. */
export type FilterField =
  | 'principal'
  | 'action'
  | 'kind'
  | 'resource'
  | 'ip'
  | 'account'
  | 'region'
  | 'error'
  | 'agent'
  | 'key'
  | 'session'
  | 'request'
  | 'source'
  | 'rule'
  | 'id';

/** A yes-or-no property of an event. */
export type FilterFlag = 'error' | 'readonly' | 'marked' | 'late';

/**
 * How a field's values are held against the needle. `is`: the whole value, or one of the shorter spellings of `spellingsOf`.
 * `like`: the same with a glob for a needle (`glob.ts`). `contains`: a part of the value.
 */
export type FieldOp = 'is' | 'contains' | 'like';

/** One question about one field. True when any of the event's values of that field matches. */
export interface FieldTerm {
  readonly type: 'field';
  readonly field: FilterField;
  readonly op: FieldOp;
  readonly value: string;
}

/** The source address lies in a network: `198.51.100.0/24`, `2001:db8::/32`. */
export interface CidrTerm {
  readonly type: 'cidr';
  readonly value: string;
}

/** Free text over the values of `textValuesOf`. With `glob` the value is one, and matches anywhere within a value. */
export interface TextTerm {
  readonly type: 'text';
  readonly value: string;
  readonly glob?: true;
}

/** A filter as data, so that it crosses threads and can be kept. Text comparisons ignore case. */
export type Predicate =
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly terms: readonly Predicate[] }
  | { readonly type: 'not'; readonly term: Predicate }
  | FieldTerm
  | CidrTerm
  | { readonly type: 'flag'; readonly flag: FilterFlag }
  /** Epoch ms, inclusive. */
  | { readonly type: 'time'; readonly from?: number; readonly to?: number }
  | TextTerm;
