import type { Facts } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc } from '../time.ts';
import { resourcesOf, type TimelineEntry, timelineEntries } from '../timeline-entry.ts';

/** More than this an event of one row rarely names; the jsonl export has them all. */
const RESOURCES_A_ROW = 4;

const section: ReportSection = {
  id: 'timeline',
  title: 'Timeline',
  order: 50,
  *render(facts) {
    yield what(facts);
    yield '';
    yield* table(['UTC', 'Event', 'Actor', 'Resource', 'Evidence id'], rows(facts));
  },
};
export default section;

function what({ selection, eligible, timeline, total }: Facts): string {
  const shown = counted(timeline.length, 'event');
  const which = timeline.length < eligible ? `The first ${shown} of ${count(eligible)}` : `The ${shown}`;
  const rest = total - eligible;
  const left = rest > 0 ? ` ${counted(rest, 'other event')} left out.` : '';
  switch (selection) {
    case 'filtered':
      return `${which} that match the filter, and what the responders did.`;
    case 'picked':
      return `${which} that were marked or that a rule fired on, and what the responders did.${left}`;
    case 'changes':
      return `Nothing was marked. ${which} that changed something, failed, or do not say, and what the responders did.${left}`;
    case 'everything':
      return `Nothing was marked. ${which} that were loaded.`;
  }
}

function* rows(facts: Facts): Iterable<readonly string[]> {
  for (const entry of timelineEntries(facts)) yield cells(entry);
}

function cells(entry: TimelineEntry): readonly string[] {
  if (entry.kind === 'ours')
    return [
      utc(entry.at),
      `**responder** ${code(entry.what)} ${escapeMarkdown(entry.state)}`,
      escapeMarkdown(entry.by),
      escapeMarkdown(entry.target),
      [code(entry.containment), entry.requestId && `request ${code(entry.requestId)}`].filter(Boolean).join(' '),
    ];
  const { event } = entry;
  const resources = resourcesOf(event);
  const more = resources.length - RESOURCES_A_ROW;
  return [
    utc(event.at),
    [
      code(event.action),
      event.errorCode && `**${escapeMarkdown(event.errorCode)}**`,
      escapeMarkdown(event.summary),
      ...event.findings.map(({ rule, severity }) => `finding ${code(rule)} (${escapeMarkdown(severity)})`),
      event.late && `late, seen ${utc(event.seenAt)}`,
    ]
      .filter(Boolean)
      .join(' · '),
    [escapeMarkdown(event.principal?.name ?? ''), event.sourceIp && `from ${code(event.sourceIp)}`]
      .filter(Boolean)
      .join(' '),
    resources
      .slice(0, RESOURCES_A_ROW)
      .map((resource) => escapeMarkdown(resource))
      .join(', ') + (more > 0 ? ` and ${count(more)} more` : ''),
    evidence(event.id, event.rawSha256),
  ];
}

const evidence = (id: string, sha256: string): string => `${code(id)} ${code(sha256.slice(0, 12))}`;
