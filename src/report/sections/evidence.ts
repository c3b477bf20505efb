import type { Facts } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { utc } from '../time.ts';

const section: ReportSection = {
  id: 'evidence',
  title: 'Evidence register',
  order: 100,
  *render(facts) {
    if (facts.timeline.length === 0) return;
    yield 'The records behind the timeline, as they came. They stay in the incident’s folder; the hash is over their bytes.';
    yield '';
    yield* table(['Event id', 'UTC', 'Seen (UTC)', 'Came by', 'SHA-256 of the record'], rows(facts));
  },
};
export default section;

function* rows({ timeline }: Facts): Iterable<readonly string[]> {
  for (const event of timeline)
    yield [
      code(event.id),
      utc(event.at),
      utc(event.seenAt),
      event.routes.map((route) => escapeMarkdown(route)).join(', '),
      code(event.rawSha256),
    ];
}
