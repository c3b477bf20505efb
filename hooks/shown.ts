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

/**
 * Whether a filter says itself which records it wants: by their source, or because it wants what a rule found, what was marked, or one event.
 * What is left out of it would be missed: a miner's output is nothing but log lines.
 */
export function asksForRecords(filter: Predicate, isNegated = false): boolean {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.terms.some((term) => asksForRecords(term, isNegated));
    case 'not':
      return asksForRecords(filter.term, !isNegated);
    case 'field':
      return filter.field === 'source' || (!isNegated && (filter.field === 'rule' || filter.field === 'id'));
    case 'flag':
      return !isNegated && filter.flag === 'marked';
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
  if (shown === 'all' || asksForRecords(filter)) return filter;
  const rest: Predicate = { type: 'not', term: leftOut(snapshot) };
  return filter.type === 'all' ? rest : { type: 'and', terms: [filter, rest] };
}
