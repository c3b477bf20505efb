import type { TimelineEvent } from '../../model/event.ts';
import { linkedId } from '../console-link.ts';
import { type Facts, isInHistory } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, localTime, utc } from '../time.ts';
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
    const { zone } = facts.options;
    yield* table(
      ['UTC', ...(zone ? [escapeMarkdown(`Local (${zone})`)] : []), 'Event', 'Actor', 'Resource', 'Evidence id'],
      rows(facts),
    );
  },
};
export default section;

function what({ selection, eligible, timeline, total, options }: Facts): string {
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
      return options.everything
        ? `${which} that are there, and what the responders did.`
        : `Nothing was marked. ${which} that were loaded.`;
  }
}

function* rows(facts: Facts): Iterable<readonly string[]> {
  const { zone } = facts.options;
  const local = zone === undefined ? undefined : localTime(zone);
  const tags = new Map<string, string[]>();
  for (const { eventId, tag } of facts.view.tags) tags.set(eventId, [...(tags.get(eventId) ?? []), tag]);
  const isSaved = facts.view.mode === 'saved';
  const idOf = idsOf(facts);
  for (const entry of timelineEntries(facts))
    yield [
      utc(entry.at),
      ...(local ? [local(entry.at)] : []),
      ...(entry.kind === 'ours'
        ? ourCells(entry)
        : eventCells(entry.event, idOf(entry.event), tags.get(entry.event.id) ?? [], isSaved)),
    ];
}

/** Ids lead to the console of AWS, but for those of accounts that are not there, those that are pseudonyms, and where every byte counts. */
function idsOf({ view, options }: Facts): (event: TimelineEvent) => string {
  const isLinked =
    view.mode !== 'drill' && view.endpointNote === '' && view.redaction !== 'public' && options.maxBytes === undefined;
  return (event) => (isLinked && isInHistory(event) ? linkedId(event) : code(event.id));
}

type Ours = Extract<TimelineEntry, { kind: 'ours' }>;

const ourCells = (entry: Ours): readonly string[] => [
  `**responder** ${code(entry.what)} ${escapeMarkdown(entry.state)}`,
  escapeMarkdown(entry.by),
  escapeMarkdown(entry.target),
  [code(entry.containment), entry.requestId && `request ${code(entry.requestId)}`].filter(Boolean).join(' '),
];

/** Later than CloudTrail usually is. Saved logs were not waited for. */
const seenLate = ({ late, seenAt, at }: TimelineEvent, isSaved: boolean): boolean =>
  !isSaved && (late || seenAt - at > 15 * 60_000);

function eventCells(event: TimelineEvent, id: string, tags: readonly string[], isSaved: boolean): readonly string[] {
  const resources = resourcesOf(event);
  const more = resources.length - RESOURCES_A_ROW;
  return [
    [
      code(event.action),
      event.errorCode && `**${escapeMarkdown(event.errorCode)}**`,
      escapeMarkdown(event.summary),
      ...event.findings.map(({ rule, severity }) => `finding ${code(rule)} (${escapeMarkdown(severity)})`),
      ...tags.map((tag) => `tag ${code(tag)}`),
      event.responder && (event.responder === 'own' ? 'a call of ours' : 'says it is Firebreak, which anybody can say'),
      seenLate(event, isSaved) && `${event.late ? 'late, ' : ''}seen ${utc(event.seenAt)}`,
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
    `${id} ${code(event.rawSha256.slice(0, 12))}`,
  ];
}
