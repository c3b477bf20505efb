import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc, utcOr } from '../time.ts';

const LISTED = 20;

const section: ReportSection = {
  id: 'summary',
  title: 'Summary',
  order: 30,
  *render(facts) {
    const { view, total, failed, late, marked, withFindings, firstAt, lastAt, principals, actions } = facts;
    yield firstAt === undefined
      ? 'No events.'
      : `${counted(total, 'event')} from ${utc(firstAt)} to ${utcOr(lastAt)}, of which ${count(failed)} failed, ${count(marked)} marked, ${count(withFindings)} with findings, ${count(late)} late. ${counted(principals.length, 'principal')}, ${counted(actions.length, 'kind')} of call.`;
    if (view.containments.length > 0) {
      yield '';
      for (const { id, plan, state, verdict } of view.containments)
        yield `- ${code(id)} ${code(plan.action)} on ${escapeMarkdown(plan.target.name || plan.target.arn)} · ${state}, effect ${verdict.effect}`;
    }
    if (principals.length === 0) return;
    yield '';
    yield* table(
      ['Principal', 'Events', 'Failed', 'First (UTC)', 'Last (UTC)', 'First event'],
      principals
        .slice(0, LISTED)
        .map((seen) => [
          escapeMarkdown(seen.thing.name || seen.thing.arn),
          count(seen.events),
          count(seen.failed),
          utc(seen.firstAt),
          utc(seen.lastAt),
          code(seen.firstId),
        ]),
    );
    if (principals.length > LISTED)
      yield* ['', `${counted(principals.length - LISTED, 'principal')} with fewer events not listed here.`];
  },
};
export default section;
