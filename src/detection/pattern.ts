/**
 * A Sigma string: literal text with `*` (any number of characters), `?` (exactly one) and sets of characters of which one stands there
 * (`windash`). https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md
 */
export type PatternPart = string | { readonly wild: 'many' | 'one' } | { readonly oneOf: string };

const many: PatternPart = { wild: 'many' };
const one: PatternPart = { wild: 'one' };

/**
 * Reads wildcards and escapes as the specification words them: a backslash makes a following `*`, `?` or `\` literal, and before anything
 * else is a plain backslash itself.
 */
export function readPattern(text: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let literal = '';
  const end = () => {
    if (literal !== '') parts.push(literal);
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    const next = text[at + 1];
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      at += 1;
    } else if (character === '*' || character === '?') {
      end();
      parts.push(character === '*' ? many : one);
    } else literal += character;
  }
  end();
  return parts;
}

/** The text of a pattern without wildcards; `undefined` when it has some. */
export function plainText(parts: readonly PatternPart[]): string | undefined {
  if (parts.length === 0) return '';
  return parts.length === 1 && typeof parts[0] === 'string' ? parts[0] : undefined;
}

/** The pattern anywhere (`contains`), at the beginning or at the end of a value. */
export function around(
  parts: readonly PatternPart[],
  where: 'contains' | 'startswith' | 'endswith',
): readonly PatternPart[] {
  return [...(where === 'startswith' ? [] : [many]), ...parts, ...(where === 'endswith' ? [] : [many])];
}

/** What command lines take for each other (`windash`). */
const dashes = '-/–—―';

/** Every dash and slash stands for each of the five: as a set, since five to the power of their number would be too many patterns. */
export function withAnyDash(parts: readonly PatternPart[]): readonly PatternPart[] {
  return parts.flatMap((part): readonly PatternPart[] => {
    if (typeof part !== 'string') return [part];
    return part
      .split(/([-/–—―])/)
      .filter((piece) => piece !== '')
      .map((piece) => (dashes.includes(piece) ? { oneOf: dashes } : piece));
  });
}

/** What stands between two `*`; as text where it is nothing else, which is nearly always. */
type Segment = string | readonly (string | { readonly wild: 'one' } | { readonly oneOf: string })[];

/**
 * Compiles a pattern into a test of a value. Segments between stars are looked for from left to right, so the time is at most the product
 * of the two lengths, whatever the pattern.
 *
 * @param cased Without it, case never matters.
 */
export function patternTest(parts: readonly PatternPart[], cased: boolean): (value: string) => boolean {
  const folded = cased ? parts : parts.map((part) => (typeof part === 'string' ? part.toLowerCase() : part));
  const fold = cased ? (value: string) => value : lowerCase;
  const segments = segmentsOf(folded);
  if (segments.length === 1) {
    const [only] = segments as [Segment];
    if (typeof only === 'string') return (value) => fold(value) === only;
    return (value) => {
      const text = fold(value);
      return endOf(only, text, 0).includes(text.length);
    };
  }
  const first = segments[0]!;
  const last = segments.at(-1)!;
  const middle = segments.slice(1, -1).filter((segment) => segment.length > 0);
  if (typeof first === 'string' && typeof last === 'string') {
    const [only] = middle;
    if (middle.length === 1 && first === '' && last === '' && typeof only === 'string')
      return (value) => fold(value).includes(only);
    if (middle.length === 0 && last === '') return (value) => fold(value).startsWith(first);
    if (middle.length === 0 && first === '') return (value) => fold(value).endsWith(last);
  }
  return (value) => {
    const text = fold(value);
    let [at = -1] = endOf(first, text, 0);
    if (at < 0) return false;
    for (const segment of middle) {
      at = find(segment, text, at);
      if (at < 0) return false;
    }
    return endsWith(last, text, at);
  };
}

let lastText = '';
let lastLower = '';

/** Rule after rule asks about the same value: the user agent, the error. */
function lowerCase(text: string): string {
  if (text !== lastText) {
    lastLower = text.toLowerCase();
    lastText = text;
  }
  return lastLower;
}

function segmentsOf(parts: readonly PatternPart[]): readonly Segment[] {
  const segments: Exclude<PatternPart, { wild: 'many' }>[][] = [[]];
  for (const part of parts) {
    if (typeof part === 'object' && 'wild' in part && part.wild === 'many') segments.push([]);
    else segments.at(-1)!.push(part as Exclude<PatternPart, { wild: 'many' }>);
  }
  return segments.map((elements) =>
    elements.every((element) => typeof element === 'string')
      ? elements.join('')
      : (elements as Exclude<Segment, string>),
  );
}

/** Where a segment that begins at `from` ends: nowhere, or in one place. */
function endOf(segment: Segment, text: string, from: number): readonly number[] {
  if (typeof segment === 'string') return text.startsWith(segment, from) ? [from + segment.length] : [];
  let at = from;
  for (const element of segment) {
    if (typeof element === 'string') {
      if (!text.startsWith(element, at)) return [];
      at += element.length;
      continue;
    }
    const code = text.codePointAt(at);
    if (code === undefined) return [];
    if ('oneOf' in element && !element.oneOf.includes(String.fromCodePoint(code))) return [];
    at += code > 0xffff ? 2 : 1;
  }
  return [at];
}

/** Where the leftmost occurrence from `from` on ends; -1 when there is none. */
function find(segment: Segment, text: string, from: number): number {
  if (typeof segment === 'string') {
    const at = text.indexOf(segment, from);
    return at < 0 ? -1 : at + segment.length;
  }
  for (let at = from; at <= text.length; at += 1) {
    const [end] = endOf(segment, text, at);
    if (end !== undefined) return end;
  }
  return -1;
}

/** Whether a segment ends the text and begins at `from` or later. */
function endsWith(segment: Segment, text: string, from: number): boolean {
  if (typeof segment === 'string') return text.length - segment.length >= from && text.endsWith(segment);
  for (let at = text.length; at >= from; at -= 1) if (endOf(segment, text, at)[0] === text.length) return true;
  return false;
}
