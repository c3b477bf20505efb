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
  | 'source'
  | 'id';

/** A filter as data, so that it crosses threads and can be kept. Text comparisons ignore case. */
export type Predicate =
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly terms: readonly Predicate[] }
  | { readonly type: 'not'; readonly term: Predicate }
  /** `is`: the whole value, or for `principal` and `resource` the ARN or any part of the name between slashes; `contains`: a part of it. */
  | { readonly type: 'field'; readonly field: FilterField; readonly op: 'is' | 'contains'; readonly value: string }
  | { readonly type: 'cidr'; readonly value: string }
  | { readonly type: 'flag'; readonly flag: 'error' | 'readonly' | 'marked' | 'late' }
  /** Epoch ms, inclusive. */
  | { readonly type: 'time'; readonly from?: number; readonly to?: number }
  /** Free text over the values that are shown: summary, action, principal, resources, address, error, agent. */
  | { readonly type: 'text'; readonly value: string };
