import { fieldNames, fields, flagNames, flags, isField, times } from './fields.ts';
import type { FilterField } from './predicate.ts';
import { quoted } from './print.ts';

/** One way to go on. Both texts may hold attacker-controlled names: pass `display` before a screen (`insert` has them quoted and escaped). */
export interface Suggestion {
  /** Takes the place of the text between `from` and `to`. */
  readonly insert: string;
  /** What it is: the value itself, or what a field asks. */
  readonly title: string;
}

/** What could stand at the cursor. */
export interface Completion {
  /** The stretch of the text that a suggestion replaces, UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** Best first; empty when nothing fits. */
  readonly suggestions: readonly Suggestion[];
}

/** More than a pop-up shows; keeps a key press cheap when an account has 100,000 addresses. */
const SUGGESTIONS = 50;

const questions: readonly Suggestion[] = [
  ...fieldNames.map((name) => ({ insert: `${name}=`, title: fields[name] })),
  ...flagNames.map((name) => ({ insert: name, title: flags[name] })),
  { insert: 'since=', title: times.since },
  { insert: 'until=', title: times.until },
];

const agoes: readonly Suggestion[] = ['15m', '1h', '2h', '6h', '1d'].map((insert) => ({
  insert,
  title: `${insert} ago`,
}));

/**
 * Completes a filter while it is typed: fields and flags at the start of a word, values that were seen after `field=` or `field~`.
 *
 * @param cursor UTF-16 units from the start of the text.
 * @param values The distinct values of a field, most useful first.
 */
export function complete(text: string, cursor: number, values: (field: FilterField) => readonly string[]): Completion {
  const from = wordStart(text, cursor);
  const word = text.slice(from, cursor);
  const head = /^([A-Za-z]+)!?[=~]/.exec(word);
  const name = head?.[1]?.toLowerCase() ?? '';
  if (!head) return { from, to: cursor, suggestions: word.startsWith('"') ? [] : starting(questions, word) };
  const valueFrom = from + head[0].length;
  const typed = unquoted(word.slice(head[0].length));
  if (isField(name)) return { from: valueFrom, to: cursor, suggestions: fitting(values(name), typed) };
  const suggestions = name === 'since' || name === 'until' ? starting(agoes, typed) : [];
  return { from: valueFrom, to: cursor, suggestions };
}

/** Which field's value is being typed at the cursor, and how much of it; `undefined` where it is none. */
export function valueBeingTyped(
  text: string,
  cursor: number,
): { readonly field: FilterField; readonly typed: string } | undefined {
  const word = text.slice(wordStart(text, cursor), cursor);
  const head = /^([A-Za-z]+)!?[=~]/.exec(word);
  const name = head?.[1]?.toLowerCase() ?? '';
  return head && isField(name) ? { field: name, typed: unquoted(word.slice(head[0].length)) } : undefined;
}

const unquoted = (typed: string): string => typed.replace(/^"/, '').replaceAll(/\\(["\\])/g, '$1');

/** Where the word under the cursor begins: after the last blank, bar, parenthesis or leading `!` that stands outside quotes. */
function wordStart(text: string, cursor: number): number {
  let start = 0;
  let inQuotes = false;
  for (let index = 0; index < cursor; index++) {
    const character = text[index] ?? '';
    if (inQuotes && character === '\\') index += 1;
    else if (character === '"') inQuotes = !inQuotes;
    else if (!inQuotes && (/[\s|()]/.test(character) || (character === '!' && index === start))) start = index + 1;
  }
  return start;
}

const starting = (suggestions: readonly Suggestion[], typed: string): readonly Suggestion[] =>
  suggestions.filter(({ insert }) => insert.startsWith(typed.toLowerCase()) && insert !== typed);

/** Values that start with what was typed before those that only hold it. */
function fitting(values: readonly string[], typed: string): readonly Suggestion[] {
  const wanted = typed.toLowerCase();
  const first: string[] = [];
  const later: string[] = [];
  for (const value of values) {
    const found = value.toLowerCase().indexOf(wanted);
    if (found === 0) first.push(value);
    else if (found > 0 && later.length < SUGGESTIONS) later.push(value);
    if (first.length === SUGGESTIONS) break;
  }
  return [...first, ...later].slice(0, SUGGESTIONS).map((value) => ({ insert: quoted(value), title: value }));
}
