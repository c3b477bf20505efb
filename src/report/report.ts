import { gather } from './facts.ts';
import { fitTo } from './fit-to.ts';
import type { IncidentView } from './incident-view.ts';
import { type ReportOptions, wholeReport } from './options.ts';
import { sealLines } from './seal.ts';
import { sections } from './sections/catalogue.ts';

/** A section as it was written: its heading first, an empty line last. */
export interface WrittenSection {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * The report as Markdown, a line at a time without line feeds, and after it a code for each line by which `verify` finds one that was edited.
 * The same view gives the same lines.
 *
 * @throws FailedError `TooSmall` when it cannot be cut to `maxBytes`.
 */
export function* reportLines(view: IncidentView, options: Partial<ReportOptions> = {}): Iterable<string> {
  const whole = { ...wholeReport, ...options };
  const facts = gather(view, whole);
  let written: WrittenSection[] = [];
  for (const section of sections.toSorted((a, b) => a.order - b.order)) {
    const lines = [...section.render(facts)];
    if (lines.length === 0) continue;
    const heading = section.title === '' ? [] : [`## ${section.title}`, ''];
    written.push({ id: section.id, title: section.title, lines: [...heading, ...lines, ''] });
  }
  if (whole.maxBytes !== undefined) written = fitTo(written, whole.maxBytes);
  const lines = written.flatMap((section) => section.lines);
  yield* lines;
  yield* sealLines(lines);
}

/** The report as one text. Prefer `reportLines` where it can be written piece by piece. */
export function renderReport(view: IncidentView, options: Partial<ReportOptions> = {}): string {
  return `${[...reportLines(view, options)].join('\n')}\n`;
}
