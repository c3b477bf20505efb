import { changesSomething } from '../../model/event.ts';
import type { ReportSection } from '../section.ts';
import { counted, utc } from '../time.ts';
import { resourcesOf, type TimelineEntry, timelineEntries } from '../timeline-entry.ts';

/** What still fits a page when it is drawn. */
const ENTRIES = 40;
const WORDS = 80;

const section: ReportSection = {
  id: 'at-a-glance',
  title: 'At a glance',
  order: 60,
  *render(facts) {
    // What we did, then what was called out, then what changed something: when there is no room for all, the last go first.
    const kept: TimelineEntry[][] = [[], [], [], []];
    let total = 0;
    for (const entry of timelineEntries(facts)) {
      total += 1;
      const rank = kept[rankOf(entry)];
      if (rank && rank.length < ENTRIES) rank.push(entry);
    }
    if (total === 0) return;
    const shown = kept
      .flat()
      .slice(0, ENTRIES)
      .sort((a, b) => a.at - b.at);
    if (total > shown.length) yield* [`${counted(shown.length, 'entry', 'entries')} of the ${total} above.`, ''];
    yield* ['```mermaid', 'timeline'];
    let day = '';
    for (const entry of shown) {
      const [date = '', time = ''] = utc(entry.at).split('T');
      if (date !== day) yield `  section ${date}`;
      day = date;
      // A colon would end the time.
      yield `    ${time.slice(0, 8).replaceAll(':', '.')} : ${words(entry)}`;
    }
    yield '```';
  },
};
export default section;

function rankOf(entry: TimelineEntry): number {
  if (entry.kind === 'ours') return 0;
  if (entry.event.marked || entry.event.findings.length > 0) return 1;
  return changesSomething(entry.event) ? 2 : 3;
}

function words(entry: TimelineEntry): string {
  const text =
    entry.kind === 'ours'
      ? `RESPONDER ${operation(entry.what)} ${entry.state} ${entry.target}`
      : `${entry.event.principal?.name ?? ''} ${operation(entry.event.action)} ${resourcesOf(entry.event)[0] ?? ''} ${entry.event.errorCode}`;
  return plain(text);
}

const operation = (action: string): string => action.slice(action.indexOf(':') + 1);

/** Mermaid has no escape that all its diagrams share, so only what is safe in each is let through. */
const plain = (untrusted: string): string =>
  untrusted
    .slice(0, WORDS * 4)
    .replaceAll(/[^A-Za-z0-9 ./_-]/g, '_')
    // Two dashes begin an arrow or a directive in some versions.
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, WORDS) || '_';
