import { code, escapeMarkdown, table } from '../markdown.ts';
import { relationsOf } from '../relations.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc } from '../time.ts';

const LISTED = 500;
const RELATIONS = 200;

const section: ReportSection = {
  id: 'resources',
  title: 'Resources and relations',
  order: 90,
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
    const relations = relationsOf(facts.timeline);
    if (relations.length === 0) return;
    yield '';
    yield* table(
      ['From', 'Relation', 'To', 'Known from'],
      relations
        .slice(0, RELATIONS)
        .map(({ from, how, to, eventId }) => [escapeMarkdown(from), how, escapeMarkdown(to), code(eventId)]),
    );
    if (relations.length > RELATIONS)
      yield* ['', `${counted(relations.length - RELATIONS, 'later relation')} left out.`];
  },
};
export default section;
