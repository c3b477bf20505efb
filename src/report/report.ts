import { type Facts, gather } from './facts.ts';
import { fitTo, sizeOfReport } from './fit-to.ts';
import type { IncidentView } from './incident-view.ts';
import { type ReportOptions, wholeReport } from './options.ts';
import { Seal } from './seal.ts';
import type { ReportSection } from './section.ts';
import { sections } from './sections/catalogue.ts';

/** A section as it is written: its heading first, an empty line last. */
interface SectionLines {
  readonly id: string;
  readonly title: string;
  readonly lines: Iterable<string>;
}

/** A section as it was written. */
export interface WrittenSection extends SectionLines {
  readonly lines: readonly string[];
}

/** Those that have something to say. */
const held = (all: Iterable<SectionLines>): readonly WrittenSection[] =>
  [...all].map((one) => ({ ...one, lines: [...one.lines] })).filter(({ lines }) => lines.length > 0);

/** Length of a piece, UTF-16 units: a hash or a write a line would cost more than the lines. */
const PIECE = 65_536;

/**
 * The report as Markdown, piece by piece, each of whole lines, and after it a code for each line by which `verify` finds one that was edited.
 * The same view gives the same pieces.
 *
 * @throws FailedError `TooSmall` when it cannot be cut to `maxBytes`.
 */
export function* reportPieces(view: IncidentView, options: Partial<ReportOptions> = {}): Iterable<string> {
  const whole = { ...wholeReport, ...options };
  const { maxBytes } = whole;
  const facts = gather(view, whole);
  const seal = new Seal();
  let waiting: string[] = [];
  let length = 0;
  for (const { lines } of maxBytes === undefined ? sectionsOf(facts) : fitted(facts, maxBytes))
    for (const line of lines) {
      waiting.push(line);
      length += line.length;
      if (length < PIECE) continue;
      yield `${seal.add(waiting)}\n`;
      waiting = [];
      length = 0;
    }
  if (waiting.length > 0) yield `${seal.add(waiting)}\n`;
  for (const line of seal.lines()) yield `${line}\n`;
}

/** Links go before anything else does. */
function fitted(facts: Facts, maxBytes: number): readonly WrittenSection[] {
  const whole = held(sectionsOf({ ...facts, options: { ...facts.options, maxBytes: undefined } }));
  return sizeOfReport(whole) <= maxBytes ? whole : fitTo(held(sectionsOf(facts)), maxBytes);
}

/** Sections in their order, each written as it is read; without a line those that have nothing to say. */
function* sectionsOf(facts: Facts): Iterable<SectionLines> {
  for (const section of sections.toSorted((a, b) => a.order - b.order)) {
    const { id, title } = section;
    yield { id, title, lines: linesOf(section, facts) };
  }
}

function* linesOf({ title, render }: ReportSection, facts: Facts): Iterable<string> {
  let isFirst = true;
  for (const line of render(facts)) {
    if (isFirst && title !== '') yield* [`## ${title}`, ''];
    isFirst = false;
    yield line;
  }
  if (!isFirst) yield '';
}

/** The report as one text. Prefer `reportPieces` where it can be written piece by piece. */
export function renderReport(view: IncidentView, options: Partial<ReportOptions> = {}): string {
  return [...reportPieces(view, options)].join('');
}
