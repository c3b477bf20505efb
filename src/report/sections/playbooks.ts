import type { PlaybookRun } from '../../containment/playbook.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { utc, utcOr } from '../time.ts';

const section: ReportSection = {
  id: 'playbooks',
  title: 'Playbooks',
  order: 98,
  *render({ view }) {
    for (const [index, run] of view.playbooks.entries()) {
      if (index > 0) yield '';
      yield* stepsOf(run);
    }
  },
};
export default section;

function* stepsOf({
  id,
  title,
  subject,
  order,
  by,
  startedAt,
  steps,
  leftOut,
  unseen,
  ended,
}: PlaybookRun): Iterable<string> {
  yield `### ${escapeMarkdown(id)} · ${escapeMarkdown(title)}`;
  yield '';
  const on = subject.kind === '' ? '' : ` on ${code(subject.kind)} ${escapeMarkdown(subject.name || subject.arn)}`;
  yield `Started ${utc(startedAt)} by ${escapeMarkdown(by)}${on}. Order: ${escapeMarkdown(order.why, 2_000)}${order.eventIds.length > 0 ? ` (${order.eventIds.map((event) => code(event)).join(', ')})` : ''}.`;
  yield '';
  yield* table(
    ['Step', 'Action', 'Target', 'State', 'Entry', 'Decided (UTC)', 'Why, or why not'],
    steps.map((step) => [
      escapeMarkdown(step.id),
      step.actionId === '' ? escapeMarkdown(step.title) : code(step.actionId),
      `${code(step.target.kind)} ${escapeMarkdown(step.target.name || step.target.arn)}`,
      step.state,
      escapeMarkdown(step.containment?.id ?? step.request ?? ''),
      utcOr(step.at),
      escapeMarkdown(step.reason || step.why, 2_000),
    ]),
  );
  if (ended)
    yield* ['', `Given up ${utc(ended.at)} by ${escapeMarkdown(ended.by)}: ${escapeMarkdown(ended.reason, 2_000)}`];
  if (leftOut.length > 0) yield* ['', `Left out: ${leftOut.map((text) => escapeMarkdown(text)).join('; ')}.`];
  if (unseen.length > 0)
    yield* ['', `Not looked at when it was planned: ${unseen.map((text) => escapeMarkdown(text)).join('; ')}.`];
}
