import { display } from '../shared/display.ts';
import { remembered } from '../shared/remembered.ts';
import { mask } from './mask.ts';

/** Longest piece of foreign text in one place of a report, UTF-16 units. Long enough for every ARN. */
const TEXT_LIMIT = 500;

/** Texts whose Markdown is kept; ids and sentences, which do not repeat, pass through. */
const MOST_KEPT = 4_000;

/** GitHub links these wherever they stand as text, escaped or not, and writes maths between dollars: only code stops it. */
const comesAlive = /:\/\/|www\.|mailto:|xmpp:|[@$]|#\d|\bGH-\d|:(?:[\w+-]*[a-z][\w+-]*|100|1234):/i;

/**
 * Untrusted text as inline Markdown that shows exactly that text: in a paragraph, a heading, a list item or a table cell. No markup, HTML,
 * link, mention, issue reference, table border or line break comes out of it; secrets are masked, invisible characters spelled out,
 * and what is longer than `limit` is cut, with the length said.
 */
export function escapeMarkdown(untrusted: string, limit = TEXT_LIMIT): string {
  return limit === TEXT_LIMIT ? asText(untrusted) : textOf(untrusted, limit);
}

/** The values of an incident repeat by the thousand. */
const asText = remembered((untrusted) => textOf(untrusted, TEXT_LIMIT), MOST_KEPT);

function textOf(untrusted: string, limit: number): string {
  const { shown, note } = readable(untrusted, limit);
  const words = shown.split(' ').filter((word) => word !== '');
  // Nothing that comes alive holds a blank, and in most sentences there is none of it.
  const text = comesAlive.test(shown)
    ? words.map((word) => (comesAlive.test(word) ? wordInCode(word) : escaped(word))).join(' ')
    : escaped(words.join(' '));
  // What begins a list, a heading underline or a numbered list only does so at the start of a line.
  return text.replace(/^([-+=:])/, '\\$1').replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2') + note;
}

/** A word as code, without the punctuation of the sentence that it stands in: that would be copied with an ARN or an address. */
function wordInCode(word: string): string {
  const [end = ''] = /[:;,.]*$/.exec(word) ?? [];
  const rest = word.slice(0, word.length - end.length);
  return rest === '' ? inCode(word) : inCode(rest) + end;
}

/** Untrusted text as inline code, the same in a paragraph and in a table cell. Empty text is empty. */
export function code(untrusted: string, limit = TEXT_LIMIT): string {
  // Ids and hashes, three a row: nothing in them has to be looked for, and none comes twice.
  if (/^[0-9a-f-]{12,64}$/.test(untrusted)) return `\`${untrusted}\``;
  return limit === TEXT_LIMIT ? asCode(untrusted) : codeOf(untrusted, limit);
}

const asCode = remembered((untrusted) => codeOf(untrusted, TEXT_LIMIT), MOST_KEPT);

function codeOf(untrusted: string, limit: number): string {
  const { shown, note } = readable(untrusted, limit);
  return shown === '' ? '' : inCode(shown) + note;
}

/** Lines of untrusted text as a code block that they cannot leave. Not cut. */
export function codeBlock(language: string, untrusted: string): string[] {
  const lines = mask(untrusted).split('\n').map(display);
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(lines.join('\n'))));
  return [fence + language, ...lines, fence];
}

/** One cell of a table, or a whole line: Markdown, not foreign text. */
export type Cells = readonly string[];

/** A GFM table, line by line. Rows hold Markdown, as `escapeMarkdown` and `code` give it. @throws When a row has another number of cells. */
export function* table(head: Cells, rows: Iterable<Cells>): Iterable<string> {
  yield row(head);
  yield `|${' --- |'.repeat(head.length)}`;
  for (const cells of rows) {
    if (cells.length !== head.length) throw new Error(`a row of ${cells.length} cells in a table of ${head.length}`);
    yield row(cells);
  }
}

const row = (cells: Cells): string => `| ${cells.map((cell) => cell || '–').join(' | ')} |`;

/** Masked before it is cut, so that no half of a secret escapes the patterns. */
function readable(untrusted: string, limit: number): { readonly shown: string; readonly note: string } {
  const whole = mask(untrusted);
  if (whole.length <= limit) return { shown: display(whole), note: '' };
  return {
    shown: display(whole.slice(0, limit).replace(/[\ud800-\udbff]$/, '')),
    note: `… (cut; ${untrusted.length.toLocaleString('en')} characters)`,
  };
}

const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' };

// Parsers disagree about `\\|` in a table, so a bar is never written as one.
const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]#~!^]/g, '\\$&').replaceAll(/[&<>|]/g, (character) => entities[character] ?? '');

function inCode(shown: string): string {
  // Code knows no entities: a bar is spelled out like the other characters that must not stand there.
  const text = shown.replaceAll('|', '\\u{7c}');
  const fence = '`'.repeat(1 + longestRun(text));
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
