import { askedOfOthers } from '../asked.ts';
import { effectWords } from '../effect.ts';
import type { ExportFormat } from '../export-format.ts';
import { actorKey, gather } from '../facts.ts';
import type { IncidentView } from '../incident-view.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import { openOnes } from '../open.ts';
import type { ReportOptions } from '../options.ts';
import { count, counted, utc } from '../time.ts';
import { resourcesOf } from '../timeline-entry.ts';

const EVENTS = 200;

const format: ExportFormat = {
  id: 'changes',
  title: 'hand-over: what changed since the last session was closed, or --since',
  extension: 'md',
  *write(view, options) {
    for (const line of changeLines(view, options)) yield `${line}\n`;
  },
};
export default format;

/** What the next shift reads first. */
function* changeLines(view: IncidentView, options: ReportOptions): Iterable<string> {
  const since = options.since ?? view.handedOverAt ?? view.openedAt ?? 0;
  const facts = gather(view, options);
  yield `# ${escapeMarkdown(view.name)}: what changed since ${utc(since)}`;
  yield '';
  const why =
    options.since !== undefined
      ? 'The time was asked for.'
      : view.handedOverAt === undefined
        ? 'There was no session before this one: it is everything.'
        : 'That is when the session before the last one was closed.';
  yield `As of ${escapeMarkdown(view.asOf)}. ${why} ${view.con ? `${escapeMarkdown(view.con.who)} has the con since ${utc(view.con.since)}.` : 'Nobody has taken the con.'}`;
  yield '';

  let arrived = 0;
  const found: (readonly string[])[] = [];
  const marks = new Map(view.marks.filter(({ at }) => at >= since).map((mark) => [mark.eventId, mark]));
  let more = 0;
  for (const event of view.events(options.filter)) {
    const isNew = event.seenAt >= since;
    if (isNew) arrived += 1;
    const mark = marks.get(event.id);
    if (!mark && !(isNew && event.findings.length > 0)) continue;
    if (found.length >= EVENTS) {
      more += 1;
      continue;
    }
    found.push([
      utc(event.at),
      [code(event.action), event.errorCode && `**${escapeMarkdown(event.errorCode)}**`, escapeMarkdown(event.summary)]
        .filter(Boolean)
        .join(' · '),
      resourcesOf(event)
        .slice(0, 3)
        .map((one) => escapeMarkdown(one))
        .join(', '),
      [
        mark && `marked by ${escapeMarkdown(mark.by)} ${utc(mark.at)}`,
        ...event.findings.map(({ rule, severity }) => `found ${code(rule)} (${escapeMarkdown(severity)})`),
      ]
        .filter(Boolean)
        .join(' · '),
      code(event.id),
    ]);
  }
  yield `## Events: ${count(arrived)} new, ${count(found.length + more)} of weight`;
  yield '';
  if (found.length > 0) yield* [...table(['UTC', 'Event', 'Resource', 'Why', 'Evidence id'], found), ''];
  if (more > 0) yield* [`${counted(more, 'later one')} left out: the report has them.`, ''];
  const newcomers = facts.principals.filter(
    ({ thing, firstAt }) => firstAt >= since && facts.suspects.has(actorKey(thing)),
  );
  if (newcomers.length > 0)
    yield* [
      `New in the timeline: ${newcomers
        .slice(0, 10)
        .map(({ thing }) => escapeMarkdown(thing.name || thing.arn))
        .join(', ')}${newcomers.length > 10 ? ` and ${count(newcomers.length - 10)} more` : ''}.`,
      '',
    ];

  const touched = view.containments.filter(
    ({ approvedAt, undo, steps, verdict }) =>
      approvedAt >= since ||
      (undo?.approvedAt ?? 0) >= since ||
      steps.some(({ startedAt = 0, endedAt = 0 }) => Math.max(startedAt, endedAt) >= since) ||
      verdict.checks.some(({ at }) => at >= since),
  );
  yield `## Containments: ${count(touched.length)} new or moved`;
  yield '';
  if (touched.length > 0)
    yield* [
      ...table(
        ['Entry', 'Action', 'On', 'Approved (UTC)', 'By', 'State', 'Effect', 'Proof'],
        touched.map((containment) => {
          const { id, plan, approvedAt, by, state } = containment;
          const { effect, proof, eventId } = effectWords(containment);
          return [
            code(id),
            code(plan.action),
            escapeMarkdown(plan.target.name || plan.target.arn),
            utc(approvedAt),
            escapeMarkdown(by),
            state,
            effect,
            [proof, code(eventId)].filter(Boolean).join(' '),
          ];
        }),
      ),
      '',
    ];

  const asked = view.handOffs.filter(({ requestedAt, seen }) => Math.max(requestedAt, seen?.at ?? 0) >= since);
  if (asked.length > 0)
    yield* [`## Asked of others: ${count(asked.length)} new or moved`, '', ...askedOfOthers(asked), ''];

  const open = openOnes(facts).filter(({ suspect }) => suspect);
  yield `## Still open: ${count(open.length)}`;
  yield '';
  for (const { what, until, closeWith } of open)
    yield `- ${escapeMarkdown(what)}; ${until === undefined ? 'until somebody closes it' : `until ${utc(until)}`}${closeWith ? `; close with ${code(closeWith)}` : ''}`;
  for (const sentence of view.doors?.unknown ?? []) yield `- not known: ${escapeMarkdown(sentence)}`;
  if (open.length === 0 && (view.doors?.unknown ?? []).length === 0) yield 'Nothing that is known.';
  yield '';

  const notes = view.notes.filter(({ at }) => at >= since);
  const files = view.attachments.filter(({ at }) => at >= since);
  yield `## Notes and attachments: ${count(notes.length + files.length)}`;
  yield '';
  for (const { at, by, text, eventId } of notes)
    yield `- ${utc(at)} ${escapeMarkdown(by)} · ${escapeMarkdown(text, 2_000)}${eventId ? ` · ${code(eventId)}` : ''}`;
  for (const { at, by, file, note } of files)
    yield `- ${utc(at)} ${escapeMarkdown(by)} · attached ${code(file)} ${escapeMarkdown(note)}`.trimEnd();
  if (notes.length + files.length === 0) yield 'None.';
}
