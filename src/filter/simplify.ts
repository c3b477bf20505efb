import { globOf, globPieces } from './glob.ts';
import type { Predicate } from './predicate.ts';

const all: Predicate = { type: 'all' };

/**
 * The same filter in its plainest form: no `and` in an `and`, no `or` in an `or`, none with fewer than two terms, no double `not`,
 * and `all` only as the whole filter or right below one `not` (which matches nothing).
 */
export function simplify(predicate: Predicate): Predicate {
  switch (predicate.type) {
    case 'not': {
      const term = simplify(predicate.term);
      return term.type === 'not' ? term.term : { type: 'not', term };
    }
    case 'and':
    case 'or': {
      const { type } = predicate;
      const terms = predicate.terms.map(simplify).flatMap((term) => (term.type === type ? term.terms : [term]));
      const everything = terms.some((term) => term.type === 'all');
      const nothing = terms.some(isNothing);
      if (type === 'and' && nothing) return { type: 'not', term: all };
      if (type === 'or' && everything) return all;
      const rest = terms.filter((term) => term.type !== 'all' && !isNothing(term));
      if (rest.length > 1) return { type, terms: rest };
      return rest[0] ?? (type === 'and' ? all : { type: 'not', term: all });
    }
    case 'time':
      return predicate.from === undefined && predicate.to === undefined ? all : predicate;
    case 'text': {
      if (!predicate.glob) return predicate.value === '' ? all : predicate;
      // It matches anywhere, so stars at its ends say nothing.
      const pieces = globPieces(predicate.value).filter((piece) => piece !== '');
      if (pieces.length > 1) return { type: 'text', value: globOf(pieces), glob: true };
      return pieces[0] === undefined ? all : { type: 'text', value: pieces[0] };
    }
    case 'field': {
      if (predicate.op !== 'like') return predicate;
      const pieces = globPieces(predicate.value);
      const inner = pieces.filter((piece, index) => piece !== '' || index === 0 || index === pieces.length - 1);
      if (inner.length === 1) return { ...predicate, op: 'is', value: inner[0] ?? '' };
      if (inner.length === 3 && inner[0] === '' && inner[2] === '')
        return { ...predicate, op: 'contains', value: inner[1] ?? '' };
      return { ...predicate, value: globOf(inner) };
    }
    default:
      return predicate;
  }
}

const isNothing = (predicate: Predicate): boolean => predicate.type === 'not' && predicate.term.type === 'all';
