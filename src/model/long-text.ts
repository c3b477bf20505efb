import { roomOf } from '../shared/own-pages.ts';

/** A heading of a Markdown text. Untrusted. */
export interface Heading {
  readonly line: number;
  /** Without its `#`. */
  readonly title: string;
}

/**
 * A text of many lines as it crosses threads: its bytes in shared memory, so that a report of two hundred thousand lines is handed over without
 * being copied, and nobody makes one string of it to show forty lines.
 */
export interface LongText {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** Where each line begins, and one more for the end. */
  readonly starts: Uint32Array;
  /** Of the first and second level, in order; those inside code blocks are none. */
  readonly headings: readonly Heading[];
}

/** Lines around the old place that are looked at for the one that stood there. */
const NEAR = 5_000;
const lineFeed = 10;

/** Puts a text together; its lines end with a line feed. */
export function longText(pieces: Iterable<string>): LongText {
  const parts = Array.from(pieces, (piece) => Buffer.from(piece));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(size, roomOf(size)), 0, size);
  let used = 0;
  for (const part of parts) {
    bytes.set(part, used);
    used += part.length;
  }
  const starts: number[] = [];
  for (let at = 0; at < size; ) {
    starts.push(at);
    const end = bytes.indexOf(lineFeed, at);
    at = end < 0 ? size : end + 1;
  }
  const startBytes = (starts.length + 1) * Uint32Array.BYTES_PER_ELEMENT;
  const shared = new Uint32Array(new SharedArrayBuffer(startBytes, roomOf(startBytes)), 0, starts.length + 1);
  shared.set(starts);
  shared[starts.length] = size;
  return { bytes, starts: shared, headings: headingsOf({ bytes, starts: shared, headings: [] }) };
}

function headingsOf(text: LongText): readonly Heading[] {
  const headings: Heading[] = [];
  let fence = '';
  for (let line = 0; line < lineCount(text); line += 1) {
    const first = text.bytes[text.starts[line] ?? 0];
    // `#` and the grave accent: most lines begin with neither, and are not decoded.
    if (first !== 35 && first !== 96) continue;
    const content = lineAt(text, line);
    const run = /^`{3,}/.exec(content)?.[0] ?? '';
    if (fence !== '') {
      if (run.length >= fence.length && run === content) fence = '';
    } else if (run !== '') fence = run;
    else {
      const title = /^##? (.*)$/.exec(content)?.[1];
      if (title !== undefined) headings.push({ line, title });
    }
  }
  return headings;
}

/** How many lines it has. */
export const lineCount = ({ starts }: LongText): number => starts.length - 1;

const bufferOf = ({ bytes }: LongText): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A line without its line feed; empty beyond the end. Untrusted. */
export function lineAt(text: LongText, line: number): string {
  const [from, to] = bounds(text, line);
  return bufferOf(text).toString('utf8', from, to);
}

function bounds({ bytes, starts }: LongText, line: number): readonly [from: number, to: number] {
  const from = starts[line] ?? bytes.length;
  const next = starts[line + 1] ?? from;
  return [from, next > from && bytes[next - 1] === lineFeed ? next - 1 : next];
}

/** Index of the heading that a line stands under; -1 above the first. */
export const headingOf = ({ headings }: LongText, line: number): number =>
  headings.findLastIndex((heading) => heading.line <= line);

/**
 * Where somebody who read line `line` of a text goes on reading in the text that has taken its place: at the same line, wherever it is now near
 * its old place under the same heading, else as far below that heading as before.
 */
export function placeIn(next: LongText, before: LongText, line: number): number {
  if (line <= 0) return 0;
  const heading = before.headings[headingOf(before, line)];
  const at = heading ? next.headings.findIndex(({ title }) => title === heading.title) : -1;
  const begin = next.headings[at]?.line ?? 0;
  const end = next.headings[at + 1]?.line ?? lineCount(next);
  const guess = Math.max(begin, Math.min(end - 1, begin + line - (at < 0 ? 0 : (heading?.line ?? 0))));
  const [from, to] = bounds(before, line);
  const wanted = bufferOf(before).subarray(from, to);
  const bytes = bufferOf(next);
  const isSame = (candidate: number): boolean => {
    if (candidate < begin || candidate >= end) return false;
    const [start, stop] = bounds(next, candidate);
    return stop - start === wanted.length && bytes.subarray(start, stop).equals(wanted);
  };
  for (let off = 0; off <= NEAR; off += 1) {
    if (isSame(guess + off)) return guess + off;
    if (isSame(guess - off)) return guess - off;
  }
  return guess;
}

/** The first line from `from` on (inclusive), upwards or downwards, that holds `wanted` whatever its case, among `most` lines; -1: none of them. */
export function findLine(text: LongText, wanted: string, from: number, by: 1 | -1, most: number): number {
  const low = wanted.toLowerCase();
  const total = lineCount(text);
  for (let line = from, left = most; left > 0 && line >= 0 && line < total; line += by, left -= 1)
    if (lineAt(text, line).toLowerCase().includes(low)) return line;
  return -1;
}
