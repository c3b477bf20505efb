import { isFlag } from './fields.ts';
import { globPieces } from './glob.ts';
import type { Predicate } from './predicate.ts';
import { simplify } from './simplify.ts';

/**
 * A filter as text that `parseFilter` reads back as the same filter. The text is canonical (equal filters in the same order of terms
 * print alike) and safe to show: control and bidirectional characters are spelled out. Times are absolute.
 */
export function printFilter(predicate: Predicate): string {
  const plain = simplify(predicate);
  return plain.type === 'all' ? '' : print(plain);
}

function print(predicate: Predicate): string {
  switch (predicate.type) {
    case 'all':
      return '""';
    case 'or':
      return predicate.terms.map(print).join(' | ');
    case 'and':
      return predicate.terms.map((term) => (term.type === 'or' ? `(${print(term)})` : print(term))).join(' ');
    case 'not': {
      const { term } = predicate;
      const group = term.type === 'or' || term.type === 'and' || (term.type === 'time' && isStretch(term));
      return group ? `!(${print(term)})` : `!${print(term)}`;
    }
    case 'field':
      if (predicate.op === 'like') return `${predicate.field}=${glob(predicate.value)}`;
      // Unquoted, a slash in an address means a network.
      if (predicate.field === 'ip' && predicate.value.includes('/'))
        return `ip${predicate.op === 'is' ? '=' : '~'}"${escaped(predicate.value)}"`;
      return `${predicate.field}${predicate.op === 'is' ? '=' : '~'}${quoted(predicate.value)}`;
    case 'cidr':
      return `ip=${predicate.value}`;
    case 'flag':
      return predicate.flag;
    case 'time':
      return [
        ...(predicate.from === undefined ? [] : [`since=${new Date(predicate.from).toISOString()}`]),
        ...(predicate.to === undefined ? [] : [`until=${new Date(predicate.to).toISOString()}`]),
      ].join(' ');
    case 'text':
      if (predicate.glob) return glob(predicate.value);
      return isFlag(predicate.value.toLowerCase()) ? `"${predicate.value}"` : quoted(predicate.value);
  }
}

const isStretch = (time: { readonly from?: number; readonly to?: number }) =>
  time.from !== undefined && time.to !== undefined;

const glob = (value: string): string =>
  globPieces(value)
    .map((piece) => (piece === '' ? '' : quoted(piece)))
    .join('*');

/** A value as it stands in a filter: in quotes where a character would mean something else. */
export const quoted = (value: string): string => (/^[\w.:/@+,-]+$/.test(value) ? value : `"${escaped(value)}"`);

const escaped = (value: string): string =>
  value
    .replaceAll(/["\\]/g, '\\$&')
    .replaceAll(
      /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}\p{C}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
