import { type LongText, lineAt, lineCount } from '../src/model/long-text.ts';
import { display } from '../src/shared/display.ts';
import { wrap } from '../src/shared/wrap.ts';

/** A row of a long text on screen: a part of a line, since a row of a table is longer than any screen is wide. */
export interface ReportPlace {
  readonly line: number;
  /** Which of the rows that the line takes at this width. */
  readonly part: number;
}

/** Characters of a line that are shown; what is not ASCII must be measured, each by itself. The file has them all. */
const LINE = 16_384;
const MEASURED = 2_048;
/** Lines whose rows are kept: some screens. */
const KEPT = 600;

let kept:
  | { readonly text: LongText; readonly width: number; readonly rows: Map<number, readonly string[]> }
  | undefined;

/** The rows that a line takes on a screen of `width` cells: safe text, a margin of one cell at each side left free. */
export function rowsOfLine(text: LongText, line: number, width: number): readonly string[] {
  if (kept?.text !== text || kept.width !== width || kept.rows.size > KEPT) kept = { text, width, rows: new Map() };
  const before = kept.rows.get(line);
  if (before) return before;
  const whole = lineAt(text, line);
  const most = /^[\x20-\x7e]*$/.test(whole) ? LINE : MEASURED;
  const shown =
    whole.length > most
      ? `${whole.slice(0, most)}… (${whole.length.toLocaleString('en-US')} characters; w writes the file)`
      : whole;
  const rows = wrap(display(shown), Math.max(8, width - 2), '  ');
  kept.rows.set(line, rows);
  return rows;
}

/** A place that there is at this width: after the screen was resized a line takes fewer rows. */
export function settled(text: LongText, { line, part }: ReportPlace, width: number): ReportPlace {
  const last = Math.max(0, Math.min(lineCount(text) - 1, line));
  return { line: last, part: Math.max(0, Math.min(rowsOfLine(text, last, width).length - 1, part)) };
}

/** The first row of the last screen of `rows` rows. */
export function lastTop(text: LongText, rows: number, width: number): ReportPlace {
  let left = rows;
  for (let line = lineCount(text) - 1; line >= 0; line -= 1) {
    const taken = rowsOfLine(text, line, width).length;
    if (taken >= left) return { line, part: taken - left };
    left -= taken;
  }
  return { line: 0, part: 0 };
}

const isBefore = (one: ReportPlace, other: ReportPlace): boolean =>
  one.line < other.line || (one.line === other.line && one.part < other.part);

/** `by` rows further down or up, never past the last screen. */
export function movedBy(text: LongText, from: ReportPlace, by: number, rows: number, width: number): ReportPlace {
  const last = lastTop(text, rows, width);
  if (by >= lineCount(text) * 4) return last;
  let { line, part } = settled(text, from, width);
  for (let left = by; left > 0; left -= 1) {
    part += 1;
    if (part < rowsOfLine(text, line, width).length) continue;
    if (line >= lineCount(text) - 1) return last;
    line += 1;
    part = 0;
  }
  for (let left = by; left < 0; left += 1) {
    part -= 1;
    if (part >= 0) continue;
    if (line === 0 || -left > lineCount(text) * 4) return { line: 0, part: 0 };
    line -= 1;
    part = rowsOfLine(text, line, width).length - 1;
  }
  return isBefore(last, { line, part }) ? last : { line, part };
}

/** A place that shows a line with some lines above it, what was searched for being easier to read in its midst. */
export function showing(text: LongText, line: number, rows: number, width: number): ReportPlace {
  return movedBy(text, { line, part: 0 }, -Math.floor(rows / 3), rows, width);
}
