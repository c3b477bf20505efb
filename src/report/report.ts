import type { Predicate } from '../filter/predicate.ts';
import { gather } from './facts.ts';
import type { IncidentView } from './incident-view.ts';
import { sections } from './sections/catalogue.ts';

/**
 * The report as Markdown, a line at a time without line feeds. The same view gives the same lines.
 *
 * @param filter Leaves out of the whole report what does not match.
 */
export function* reportLines(view: IncidentView, filter: Predicate = { type: 'all' }): Iterable<string> {
  const facts = gather(view, filter);
  for (const section of sections.toSorted((a, b) => a.order - b.order)) {
    let empty = true;
    for (const line of section.render(facts)) {
      if (empty && section.title !== '') yield* [`## ${section.title}`, ''];
      empty = false;
      yield line;
    }
    if (!empty) yield '';
  }
}

/** The report as one text. Prefer `reportLines` where it can be written piece by piece. */
export function renderReport(view: IncidentView, filter: Predicate = { type: 'all' }): string {
  return `${[...reportLines(view, filter)].join('\n').trimEnd()}\n`;
}
