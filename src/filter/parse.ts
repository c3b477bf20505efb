import { nearest } from '../shared/nearest.ts';
import { fieldNames, isField, isFlag } from './fields.ts';
import { globOf } from './glob.ts';
import { isCidr } from './matches.ts';
import type { Predicate } from './predicate.ts';
import { simplify } from './simplify.ts';
import { readTime } from './time.ts';

/** A filter that was read, or where and why it could not be. `at` counts UTF-16 units from the start of the text. */
export type ParsedFilter =
  | { readonly ok: true; readonly predicate: Predicate }
  | { readonly ok: false; readonly at: number; readonly problem: string };

/** What a filter's times are relative to. */
export interface ParseOptions {
  /** Epoch ms. */
  readonly now: number;
  /** Evidence is in UTC, so filters are; nothing else is offered. */
  readonly timeZone?: 'utc';
}

/** Bounds what a pasted text can cost. Ours; longer than any filter that a person reads. */
const LENGTH_LIMIT = 20_000;
const DEPTH_LIMIT = 50;

/**
 * Reads the filter language: terms side by side are all wanted, `|` separates alternatives and binds weaker (`a b | c` is
 * `(a b) | c`), `!` negates one term or group, parentheses group. A term is `field=value`, `field~part`, `field!=value`, a flag,
 * `since=`, `until=`, or free text. Quotes take everything literally, `*` outside quotes stands for anything. Empty text matches all.
 */
export function parseFilter(text: string, { now }: ParseOptions): ParsedFilter {
  if (text.length > LENGTH_LIMIT)
    return { ok: false, at: LENGTH_LIMIT, problem: `a filter has at most ${LENGTH_LIMIT} characters` };
  try {
    return { ok: true, predicate: simplify(new Reader(text, now).whole()) };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, at: error.at, problem: error.message };
    throw error;
  }
}

class Unreadable extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

/** A word with its stars: `pieces` are what stands between them. */
interface Word {
  readonly pieces: readonly string[];
  readonly quoted: boolean;
}

class Reader {
  readonly #text: string;
  readonly #now: number;
  /** Ends of a stretch that were written as a time of day. */
  readonly #clockEnds = new WeakSet<Predicate>();
  #at = 0;
  #depth = 0;

  constructor(text: string, now: number) {
    this.#text = text;
    this.#now = now;
  }

  whole(): Predicate {
    this.#blanks();
    if (this.#at === this.#text.length) return { type: 'all' };
    const predicate = this.#alternatives();
    if (this.#at < this.#text.length) throw new Unreadable(this.#at, 'there is no ( for this )');
    return predicate;
  }

  #alternatives(): Predicate {
    const terms = [this.#together()];
    while (this.#text[this.#at] === '|') {
      this.#at += 1;
      this.#blanks();
      terms.push(this.#together());
    }
    return { type: 'or', terms };
  }

  #together(): Predicate {
    const start = this.#at;
    const terms: Predicate[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] ?? '')) {
      terms.push(this.#negatable());
      this.#blanks();
    }
    if (terms.length === 0) throw new Unreadable(start, 'a term is missing here');
    return { type: 'and', terms: this.#settleClocks(terms) };
  }

  #negatable(): Predicate {
    const start = this.#at;
    let negated = false;
    while (this.#text[this.#at] === '!') {
      negated = !negated;
      this.#at += 1;
      this.#blanks();
    }
    if (this.#at === this.#text.length || '|)'.includes(this.#text[this.#at] ?? ''))
      throw new Unreadable(start, 'a term is missing after !');
    const term = this.#text[this.#at] === '(' ? this.#group() : this.#term();
    return negated ? { type: 'not', term } : term;
  }

  #group(): Predicate {
    const start = this.#at;
    this.#depth += 1;
    if (this.#depth > DEPTH_LIMIT) throw new Unreadable(start, `parentheses go at most ${DEPTH_LIMIT} deep`);
    this.#at += 1;
    this.#blanks();
    const inner = this.#alternatives();
    if (this.#text[this.#at] !== ')') throw new Unreadable(start, 'this ( is not closed');
    this.#at += 1;
    this.#depth -= 1;
    return inner;
  }

  #term(): Predicate {
    const start = this.#at;
    const head = /([A-Za-z][A-Za-z-]*)(!?)([=~])/y;
    head.lastIndex = start;
    const [whole, name, not, op] = head.exec(this.#text) ?? [];
    if (whole === undefined || name === undefined) return this.#freeText();
    this.#at += whole.length;
    const valueAt = this.#at;
    const word = this.#word();
    if (!word.quoted && word.pieces.length === 1 && word.pieces[0] === '')
      throw new Unreadable(valueAt, `a value is missing after ${whole}`);
    const term = this.#question(name.toLowerCase(), op === '~' ? '~' : '=', word, start, valueAt);
    return not ? { type: 'not', term } : term;
  }

  #question(name: string, op: '=' | '~', { pieces, quoted }: Word, start: number, valueAt: number): Predicate {
    if (name === 'since' || name === 'until') return this.#time(name, op, pieces.join('*'), start, valueAt);
    if (!isField(name)) {
      if (isFlag(name)) throw new Unreadable(start, `${name} takes no value: write ${name} or !${name}`);
      const meant = nearest(name, [...fieldNames, 'since', 'until']);
      throw new Unreadable(
        start,
        // What helps first: a line of 80 cells ends within the names.
        `${name} is no field${meant === undefined ? '.' : `: did you mean ${meant}?`} Put text that holds = or ~ in quotes. Fields: ${fieldNames.join(' ')} since until`,
      );
    }
    if (op === '~') {
      const trimmed = withoutOuterStars(pieces);
      if (trimmed.length === 1) return { type: 'field', field: name, op: 'contains', value: trimmed[0] ?? '' };
      return {
        type: 'field',
        field: name,
        op: 'like',
        value: globOf(trimmed.length ? ['', ...trimmed, ''] : ['', '']),
      };
    }
    if (pieces.length > 1) return { type: 'field', field: name, op: 'like', value: globOf(pieces) };
    const value = pieces[0] ?? '';
    if (name === 'ip' && !quoted && value.includes('/')) {
      if (isCidr(value)) return { type: 'cidr', value: value.toLowerCase() };
      throw new Unreadable(valueAt, 'this is no network: write 198.51.100.0/24 or 2001:db8::/32');
    }
    return { type: 'field', field: name, op: 'is', value };
  }

  #time(name: 'since' | 'until', op: '=' | '~', text: string, start: number, valueAt: number): Predicate {
    if (op === '~') throw new Unreadable(start, `${name} takes =, as in ${name}=20:30`);
    const time = readTime(text, this.#now, name === 'until');
    if (!time)
      throw new Unreadable(valueAt, 'this is no time: write 20:30, 2h, 2026-11-23 or 2026-11-23T20:30:00Z (all UTC)');
    const term: Predicate = name === 'since' ? { type: 'time', from: time.at } : { type: 'time', to: time.at };
    if (name === 'until' && time.clock) this.#clockEnds.add(term);
    return term;
  }

  /** At 20:10, `since=20:00 until=20:30` means today's 20:30, though the last one was yesterday's. */
  #settleClocks(terms: readonly Predicate[]): readonly Predicate[] {
    const from = Math.max(...terms.map((term) => (term.type === 'time' ? (term.from ?? -Infinity) : -Infinity)));
    return terms.map((term) =>
      term.type === 'time' && term.to !== undefined && term.to < from && this.#clockEnds.has(term)
        ? { type: 'time', to: term.to + Math.ceil((from - term.to) / 86_400_000) * 86_400_000 }
        : term,
    );
  }

  #freeText(): Predicate {
    const { pieces, quoted } = this.#word();
    const flag = pieces[0]?.toLowerCase() ?? '';
    if (!quoted && pieces.length === 1 && isFlag(flag)) return { type: 'flag', flag };
    const trimmed = withoutOuterStars(pieces);
    if (trimmed.length > 1) return { type: 'text', value: globOf(trimmed), glob: true };
    return trimmed[0] ? { type: 'text', value: trimmed[0] } : { type: 'all' };
  }

  #word(): Word {
    const pieces = [''];
    let quoted = false;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? '';
      if (/[\s|)]/.test(character)) break;
      if (character === '(')
        throw new Unreadable(this.#at, 'put a value that holds parentheses in quotes, or a blank before the group');
      if (character === '*') pieces.push('');
      else if (character === '"') {
        quoted = true;
        pieces[pieces.length - 1] += this.#quotation();
      } else pieces[pieces.length - 1] += character;
    }
    const kept = pieces.filter((piece, index) => piece !== '' || index === 0 || index === pieces.length - 1);
    return { pieces: kept, quoted };
  }

  /** Leaves the position on the closing quote. */
  #quotation(): string {
    const start = this.#at;
    const pattern = /"((?:[^"\\]|\\[\s\S])*)"/y;
    pattern.lastIndex = start;
    const found = pattern.exec(this.#text);
    if (!found) throw new Unreadable(start, 'this " is not closed');
    this.#at += found[0].length - 1;
    return (found[1] ?? '').replaceAll(
      /\\(?:u\{([0-9a-f]{1,6})\}|(["\\]))/gi,
      (whole, code?: string, plain?: string) => {
        if (plain !== undefined) return plain;
        const point = Number.parseInt(code ?? '', 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      },
    );
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}

const withoutOuterStars = (pieces: readonly string[]): readonly string[] => pieces.filter((piece) => piece !== '');
