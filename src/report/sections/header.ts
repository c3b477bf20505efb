import { printFilter } from '../../filter/print.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, utc, utcOr } from '../time.ts';

const modes = { live: 'live', drill: 'drill on a simulated account', saved: 'saved logs' } as const;

const section: ReportSection = {
  id: 'header',
  title: '',
  order: 10,
  *render({ view, filter, firstAt, lastAt }) {
    yield `# Incident ${escapeMarkdown(view.name)}`;
    yield '';
    if (view.endpointNote) yield* [`**${escapeMarkdown(view.endpointNote)}**`, ''];
    const account = [code(view.account), escapeMarkdown(view.alias)].filter(Boolean).join(' ');
    yield* table(
      ['Fact', 'Value'],
      [
        ['Mode', modes[view.mode]],
        ['Account', account],
        ['Regions', view.regions.map((region) => code(region)).join(', ')],
        ['Responder', code(view.identityArn)],
        ['Opened', utcOr(view.openedAt)],
        ['Written', escapeMarkdown(view.generatedAt)],
        ['Tool', `Firebreak ${escapeMarkdown(view.toolVersion)}`],
        ['First and last event', firstAt === undefined ? '' : `${utc(firstAt)} to ${utcOr(lastAt)}`],
        ['Received to', utcOr(view.receivedTo, 'no event yet')],
        ['Settled to', utcOr(view.settledTo, 'not known: later events may still arrive')],
        ['Events stored', count(view.totalEvents)],
        ['Records rejected', count(view.rejected)],
        ...(filter.type === 'all' ? [] : [['Filter', code(printFilter(filter), 2_000)]]),
        ...view.inputs.map((input) => ['Input', code(input)]),
        ['Journal head (SHA-256)', code(view.journalHead)],
      ],
    );
  },
};
export default section;
