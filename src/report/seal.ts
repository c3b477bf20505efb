import { createHash, hash } from 'node:crypto';
import { sha256 } from '../shared/digest.ts';

/** Codes in one line of the block. */
const A_LINE = 16;
const title = '## Verification';
const first = /^firebreak-report 1, (\d+) lines, sha256 ([0-9a-f]{64})$/;

/** What of a line stands in the block: enough that no edit goes unnoticed by chance. */
const codeOf = (line: string): string => hash('sha256', line).slice(0, 8);

/** Codes of lines as they go by: a long report is not held for them. */
export class Seal {
  readonly #codes: string[] = [];
  readonly #hash = createHash('sha256');
  #isFirst = true;

  /** The next lines. Many at a time: a call of the hash a line would cost more than hashing it. @returns They as text, without the last line feed. */
  add(lines: readonly string[]): string {
    for (const line of lines) if (line !== '') this.#codes.push(codeOf(line));
    const text = lines.join('\n');
    if (lines.length === 0) return text;
    if (!this.#isFirst) this.#hash.update('\n');
    this.#isFirst = false;
    this.#hash.update(text);
    return text;
  }

  /**
   * What follows the lines, once: a code for each of them, and the hash of all. It finds what was edited; it is no signature, since whoever
   * edits a line can make a new code.
   */
  *lines(): Iterable<string> {
    const codes = this.#codes;
    yield title;
    yield '';
    yield '`firebreak verify FILE` compares every line above with its code below and names the first that was changed, removed or added. The codes find edits; they prove nothing against somebody who makes new ones: for that keep the journal’s head, or sign the file.';
    yield '';
    yield '```text';
    yield `firebreak-report 1, ${codes.length} lines, sha256 ${this.#hash.digest('hex')}`;
    for (let at = 0; at < codes.length; at += A_LINE) yield codes.slice(at, at + A_LINE).join(' ');
    yield '```';
  }
}

/** The seal of lines that are all there. */
export function sealLines(lines: readonly string[]): Iterable<string> {
  const seal = new Seal();
  seal.add(lines);
  return seal.lines();
}

/** Bytes that a line of a report costs, its line feed and its code included. */
export const costOf = (line: string): number => Buffer.byteLength(line) + 10;

/** Bytes that the block costs besides its codes. */
export const sealCost = 560;

/** Whether the lines of a report are what was written. */
export type SealCheck =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly line: number; readonly problem: string };

/** Holds the lines of a report against their codes. Line ends may have been changed by a viewer, nothing else. */
export function checkSeal(text: string): SealCheck {
  const all = text.replaceAll('\r\n', '\n').split('\n');
  while (all.at(-1) === '') all.pop();
  const begin = all.lastIndexOf(title);
  const seal = begin < 0 ? undefined : all.slice(begin);
  const head = seal?.map((line) => first.exec(line)).find(Boolean);
  if (!seal || !head)
    return {
      ok: false,
      line: all.length,
      problem: 'the codes at its end are missing: it is no report of Firebreak, or was cut off',
    };
  const lines = all.slice(0, begin);
  // Empty lines have no code; where they stand is in the hash of all.
  const told = lines.flatMap((line, index) => (line === '' ? [] : [{ line, number: index + 1 }]));
  const at = seal.findIndex((line) => first.test(line));
  const codes = seal.slice(at + 1, -1).flatMap((line) => line.split(' '));
  const written = [...sealLines(lines)];
  const codeLine = (index: number) => begin + at + 2 + Math.floor(index / A_LINE);
  if (codes.length !== Number(head[1]))
    return {
      ok: false,
      line: codeLine(codes.length),
      problem: `${codes.length} codes where ${head[1]} are told: codes were removed or added`,
    };
  for (const [index, code] of codes.entries()) {
    const here = told[index];
    if (here !== undefined && codeOf(here.line) === code) continue;
    return {
      ok: false,
      line: here?.number ?? lines.length,
      problem: difference(
        told.map(({ line }) => line),
        codes,
        index,
      ),
    };
  }
  const more = told[codes.length];
  if (more) return { ok: false, line: more.number, problem: `was added: ${shown(more.line)}` };
  if (sha256(lines.join('\n')) !== head[2])
    return {
      ok: false,
      line: begin + at + 1,
      problem:
        'the hash of all lines does not match: an empty line was added or removed, or a code or the hash was edited',
    };
  const edited = seal.findIndex((line, index) => line !== written[index]);
  if (edited >= 0 || seal.length !== written.length)
    return { ok: false, line: begin + Math.max(0, edited) + 1, problem: 'the block of codes was edited' };
  return { ok: true, lines };
}

function difference(lines: readonly string[], codes: readonly string[], index: number): string {
  const line = lines[index];
  /** Whether the next line stands where it should: then only this one is another. */
  const isNextInPlace = lines[index + 1] !== undefined && codeOf(lines[index + 1]!) === codes[index + 1];
  if (line === undefined) return 'and what follows it was removed';
  // The line that should stand here stands one further down: something was put in. The one after it stands here already: this one is gone.
  if (lines[index + 1] !== undefined && codeOf(lines[index + 1]!) === codes[index] && !isNextInPlace)
    return `was added: ${shown(line)}`;
  if (codes[index + 1] !== undefined && codeOf(line) === codes[index + 1] && !isNextInPlace)
    return `a line was removed before this one: ${shown(line)}`;
  return `was changed: ${shown(line)}`;
}

const shown = (line = ''): string => (line.length > 160 ? `${line.slice(0, 160)}…` : line);
