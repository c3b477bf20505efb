import type { Predicate } from '../src/filter/predicate.ts';
import type { Snapshot } from '../src/session/snapshot.ts';

/** What the timeline shows behind every filter: what was done in the account, or all that was recorded. */
export type Shown = 'actions' | 'all';

/** Who we are, in each account that AWS has told us of. */
export const ownIdentities = ({ accounts, identity }: Pick<Snapshot, 'accounts' | 'identity'>): readonly string[] => [
  ...new Set([...(identity ? [identity.arn] : []), ...accounts.map(({ arn }) => arn)]),
];

/**
 * What `actions` leaves out: plain lines of log groups, which come by the hundred, and our own reads. A read is ours by our user agent *and*
 * our identity: the user agent alone is what anybody can write.
 */
export function leftOut(snapshot: Pick<Snapshot, 'accounts' | 'identity' | 'incident'>): Predicate {
  const { incident } = snapshot;
  const lines: Predicate = { type: 'field', field: 'source', op: 'is', value: 'cloudwatch-logs' };
  const own = ownIdentities(snapshot);
  if (own.length === 0) return lines;
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
          { type: 'or', terms: own.map((value) => ({ type: 'field', field: 'principal', op: 'is', value })) },
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
  snapshot: Pick<Snapshot, 'accounts' | 'identity' | 'incident'>,
): Predicate {
  if (shown === 'all' || asksForSource(filter)) return filter;
  const rest: Predicate = { type: 'not', term: leftOut(snapshot) };
  return filter.type === 'all' ? rest : { type: 'and', terms: [filter, rest] };
}
