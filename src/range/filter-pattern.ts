import { Fault } from './fault.ts';

/** Whether a log line is wanted. */
export type LineFilter = (message: string) => boolean;

const refuse = (why: string): Fault => new Fault('InvalidParameterException', why);

/**
 * Reads a filter pattern of CloudWatch Logs: terms (`a b`, `"a phrase"`, `?either`, `-not`, `%expression%`) or a JSON pattern
 * (`{ ($.eventSource = "iam*") && $.errorCode NOT EXISTS }`). Patterns for columns (`[a, b]`) are not simulated and are refused.
 *
 * @throws Fault `InvalidParameterException`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterPattern(text: string | undefined): LineFilter {
  const pattern = text?.trim() ?? '';
  if (pattern === '' || pattern === '""') return () => true;
  if (pattern.startsWith('{')) return new JsonPattern(pattern).filter;
  if (pattern.startsWith('[')) throw refuse('Space-delimited filter patterns are not simulated');
  return textPattern(pattern);
}

/** A bounded subset, as AWS's: without groups no expression takes exponential time. */
function expression(source: string): RegExp {
  if (/[()]/.test(source)) throw refuse(`Invalid regular expression: ${source}`);
  try {
    return new RegExp(source);
  } catch {
    throw refuse(`Invalid regular expression: ${source}`);
  }
}

function textPattern(pattern: string): LineFilter {
  const all: LineFilter[] = [];
  const any: LineFilter[] = [];
  const none: LineFilter[] = [];
  const token = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|([^\s"]+))/y;
  while (token.lastIndex < pattern.length) {
    const at = token.lastIndex;
    const found = token.exec(pattern);
    if (!found) throw refuse(`Invalid filter pattern at ${pattern.slice(at).trim().slice(0, 40)}`);
    const [, sign, quoted, regular, bare] = found;
    const list = sign === '?' ? any : sign === '-' ? none : all;
    if (regular !== undefined) {
      const wanted = expression(regular);
      list.push((message) => wanted.test(message));
      continue;
    }
    // AWS insists on quotes around whatever is more than letters, digits and underscores.
    if (bare !== undefined && !/^[\p{L}\p{N}_]+$/u.test(bare)) throw refuse(`Invalid character(s) in term '${bare}'`);
    const wanted = bare ?? (quoted ?? '').replace(/\\(.)/g, '$1');
    list.push((message) => message.includes(wanted));
  }
  // Beside other terms AWS ignores the optional ones.
  const either = all.length + none.length > 0 ? [] : any;
  return (message) =>
    all.every((has) => has(message)) &&
    !none.some((has) => has(message)) &&
    (either.length === 0 || either.some((has) => has(message)));
}

type Condition = (value: unknown) => boolean;
type Step = string | number | '*';

/** The values that a selector reaches; several behind `[*]`. */
function reached(value: unknown, path: readonly Step[]): readonly unknown[] {
  let values: readonly unknown[] = [value];
  for (const step of path)
    values = values.flatMap((one) => {
      if (one === null || typeof one !== 'object') return [];
      if (step === '*') return Array.isArray(one) ? one : [];
      return Object.hasOwn(one, step) ? [(one as { readonly [name: string | number]: unknown })[step]] : [];
    });
  return values;
}

const asText = (value: unknown): string | undefined =>
  value === null || typeof value === 'object' || value === undefined ? undefined : String(value);

const numeric: { readonly [operator: string]: (a: number, b: number) => boolean } = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Whether a value with stars covers the text; unlike in policies `?` is a question mark. */
function covers(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** How deep parentheses may be nested; AWS's own limit is on the length. */
const deepest = 50;

/** `||` binds less than `&&`, parentheses most. What a selector does not reach fulfils neither `=` nor `!=`. */
class JsonPattern {
  readonly filter: LineFilter;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#need(/\{/y);
    const holds = this.#either();
    this.#need(/\}$/y);
    this.filter = (message) => {
      // Most lines are no JSON at all.
      if (!message.trimStart().startsWith('{')) return false;
      try {
        return holds(JSON.parse(message));
      } catch {
        return false;
      }
    };
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #need(pattern: RegExp): RegExpExecArray {
    const found = this.#take(pattern);
    if (!found) throw refuse(`Invalid filter pattern at ${this.#text.slice(this.#at, this.#at + 40) || 'its end'}`);
    return found;
  }

  #either(): Condition {
    const parts = [this.#both()];
    while (this.#take(/\|\|/y)) parts.push(this.#both());
    return (value) => parts.some((part) => part(value));
  }

  #both(): Condition {
    const parts = [this.#one()];
    while (this.#take(/&&/y)) parts.push(this.#one());
    return (value) => parts.every((part) => part(value));
  }

  #one(): Condition {
    if (!this.#take(/\(/y)) return this.#comparison();
    this.#depth += 1;
    if (this.#depth > deepest) throw refuse('The filter pattern is nested too deeply');
    const inner = this.#either();
    this.#need(/\)/y);
    this.#depth -= 1;
    return inner;
  }

  #selector(): readonly Step[] {
    this.#need(/\$/y);
    const path: Step[] = [];
    for (;;) {
      const name = this.#take(/\.([\w@-]+)/y)?.[1] ?? this.#take(/\.?\[\s*"([^"]*)"\s*\]/y)?.[1];
      if (name !== undefined) {
        path.push(name);
        continue;
      }
      const index = this.#take(/\[\s*(\d+|\*)\s*\]/y)?.[1];
      if (index === undefined) break;
      path.push(index === '*' ? '*' : Number(index));
    }
    if (path.length === 0) throw refuse(`Invalid selector at ${this.#text.slice(this.#at, this.#at + 40)}`);
    return path;
  }

  #comparison(): Condition {
    const path = this.#selector();
    const test =
      (holds: Condition): Condition =>
      (value) =>
        reached(value, path).some(holds);
    if (this.#take(/NOT\s+EXISTS\b/iy)) return (value) => reached(value, path).length === 0;
    if (this.#take(/EXISTS\b/iy)) return (value) => reached(value, path).length > 0;
    if (this.#take(/IS\s+NULL\b/iy)) return test((one) => one === null);
    if (this.#take(/IS\s+TRUE\b/iy)) return test((one) => one === true);
    if (this.#take(/IS\s+FALSE\b/iy)) return test((one) => one === false);
    const operator = this.#need(/!=|<=|>=|=|<|>/y)[0];
    const regular = this.#take(/%([^%]*)%/y)?.[1];
    if (regular !== undefined) {
      const wanted = expression(regular);
      const fits = (one: unknown) => wanted.test(asText(one) ?? '');
      return this.#equality(operator, test, fits);
    }
    const quoted = this.#take(/"((?:[^"\\]|\\.)*)"/y)?.[1]?.replace(/\\(.)/g, '$1');
    const wanted = quoted ?? this.#need(/[^\s"(){}&|]+/y)[0];
    const compare = numeric[operator];
    if (quoted === undefined && compare && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(wanted))
      return test((one) => typeof one === 'number' && compare(one, Number(wanted)));
    return this.#equality(operator, test, (one) => covers(wanted, asText(one) ?? ''));
  }

  #equality(operator: string, test: (holds: Condition) => Condition, fits: Condition): Condition {
    if (operator === '=') return test((one) => asText(one) !== undefined && fits(one));
    if (operator === '!=') return test((one) => asText(one) !== undefined && !fits(one));
    throw refuse(`The operator ${operator} wants a number`);
  }
}
