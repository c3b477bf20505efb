import type { ContainmentPhase } from '../../containment/containment.ts';
import type { Facts } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { utc } from '../time.ts';
import { resourcesOf } from '../timeline-entry.ts';

/** A presigned URL lives 5 minutes, the session it opens 12 hours unless the call asked for less; nothing lists or ends sessions. AWS's limits. */
const SESSION_MS = 12 * 3_600_000 + 5 * 60_000;

/** What a state says about the door that the containment was to close. */
const unfinished: { readonly [Phase in ContainmentPhase]?: string } = {
  'in-progress': 'is still being sent',
  partial: 'was only partly sent',
  failed: 'failed',
  refused: 'was refused',
  unverified: 'may have happened: nobody has looked since',
  written: 'is written, not yet seen to hold',
  undoing: 'is being undone',
  undone: 'was undone',
};

const section: ReportSection = {
  id: 'still-open',
  title: 'Still open',
  order: 40,
  *render(facts) {
    const rows = [...fromContainments(facts), ...fromMints(facts)];
    if (rows.length === 0) {
      yield 'Nothing is recorded as open. That is what this data shows, not proof that nothing is open.';
      return;
    }
    yield* table(['What', 'Until (UTC)', 'Close with', 'Known from'], rows);
  },
};
export default section;

function* fromContainments({ view }: Facts): Iterable<readonly string[]> {
  for (const { id, plan, state, verdict } of view.containments) {
    const why = unfinished[state];
    if (why)
      yield [`${code(plan.action)} on ${escapeMarkdown(plan.target.name || plan.target.arn)} ${why}`, '', '', code(id)];
    if (verdict.effect === 'absent' && !why)
      yield [
        `${code(plan.action)} on ${escapeMarkdown(plan.target.name || plan.target.arn)} no longer holds`,
        '',
        '',
        code(id),
      ];
    for (const open of verdict.stillOpen)
      yield [escapeMarkdown(open.what), escapeMarkdown(open.until ?? ''), code(open.closeWith ?? ''), code(id)];
  }
}

function* fromMints({ view, timeline }: Facts): Iterable<readonly string[]> {
  const now = Date.parse(view.generatedAt);
  for (const event of timeline) {
    const until = event.at + SESSION_MS;
    if (event.errorCode || !(until > now) || !/^sagemaker:Create(?:PartnerApp)?Presigned\w*Url$/.test(event.action))
      continue;
    const who = escapeMarkdown(event.principal?.name ?? 'somebody');
    const where = escapeMarkdown(resourcesOf(event).join(', ') || 'a resource the record does not name');
    yield [`a session of ${who} on ${where}, by presigned URL`, `${utc(until)} at the latest`, '', code(event.id)];
  }
}
