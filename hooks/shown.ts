import type { Predicate } from '../src/filter/predicate.ts';
import type { Snapshot } from '../src/session/snapshot.ts';

/** What the timeline shows behind every filter: what was done in the account, or all that was recorded. */
export type Shown = 'actions' | 'all';

/**
 * What `actions` leaves out: plain lines of log groups, which come by the hundred, and our own reads. A read is ours by our user agent *and*
 * our identity: the user agent alone is what anybody can write.
 */
export function leftOut({ identity, incident }: Pick<Snapshot, 'identity' | 'incident'>): Predicate {
  const lines: Predicate = { type: 'field', field: 'source', op: 'is', value: 'cloudwatch-logs' };
  if (!identity) return lines;
  const mark = `firebreak-${incident.name.replaceAll(/[^\w.-]+/g, '-')}`;
  return {
    type: 'or',
    terms: [
      lines,
      {
        type: 'and',
        terms: [
          { type: 'flag', flag: 'readonly' },
          { type: 'field', field: 'agent', op: 'contains', value: mark },
          { type: 'field', field: 'principal', op: 'is', value: identity.arn },
        ],
      },
    ],
  };
}

/** Whether a filter says itself which kinds of records it wants. */
export function asksForSource(filter: Predicate): boolean {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.terms.some(asksForSource);
    case 'not':
      return asksForSource(filter.term);
    case 'field':
      return filter.field === 'source';
    default:
      return false;
  }
}

/** The operator's filter and what is left out, as one. */
export function shownPredicate(
  shown: Shown,
  filter: Predicate,
  snapshot: Pick<Snapshot, 'identity' | 'incident'>,
): Predicate {
  if (shown === 'all' || asksForSource(filter)) return filter;
  const rest: Predicate = { type: 'not', term: leftOut(snapshot) };
  return filter.type === 'all' ? rest : { type: 'and', terms: [filter, rest] };
}
