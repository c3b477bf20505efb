import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc } from '../time.ts';

const LISTED = 500;

const section: ReportSection = {
  id: 'resources',
  title: 'Resources',
  order: 70,
  *render(facts) {
    const resources = facts.resources.filter(facts.inTimeline);
    if (resources.length === 0) return;
    yield `What the events of the timeline name, with all ${counted(facts.total, 'event')} counted.`;
    yield '';
    yield* table(
      ['Kind', 'Name', 'ARN', 'Events', 'First (UTC)', 'Last (UTC)', 'First event'],
      resources
        .slice(0, LISTED)
        .map((seen) => [
          code(seen.thing.kind),
          escapeMarkdown(seen.thing.name),
          code(seen.thing.arn, 2_048),
          count(seen.events),
          utc(seen.firstAt),
          utc(seen.lastAt),
          code(seen.firstId),
        ]),
    );
    if (resources.length > LISTED)
      yield* ['', `${counted(resources.length - LISTED, 'resource')} with fewer events left out.`];
  },
};
export default section;
