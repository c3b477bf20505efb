import { printFilter } from '../../filter/print.ts';
import { coverageInWords } from '../coverage.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import { redactionWords } from '../redaction/words.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc, utcOr } from '../time.ts';

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
        ['Has the con', view.con ? `${escapeMarkdown(view.con.who)}, since ${utc(view.con.since)}` : 'nobody said'],
        ['Opened', utcOr(view.openedAt)],
        ['As of', escapeMarkdown(view.asOf)],
        ['Tool', `Firebreak ${escapeMarkdown(view.toolVersion)}`],
        ['First and last event', firstAt === undefined ? '' : `${utc(firstAt)} to ${utcOr(lastAt)}`],
        ['Received to', utcOr(view.receivedTo, 'no event yet')],
        [
          'Settled to',
          utcOr(
            view.settledTo,
            view.mode === 'saved'
              ? 'does not apply: what was given was read to its end'
              : 'not known: later events may still arrive',
          ),
        ],
        ['Coverage', coverageInWords(view)],
        ['Events stored', count(view.totalEvents)],
        ['Records rejected', count(view.rejected)],
        ...(filter.type === 'all'
          ? []
          : [
              [
                'Filter',
                view.redaction === 'none'
                  ? code(printFilter(filter), 2_000)
                  : 'one that is not shown, since it may hold names',
              ],
            ]),
        ...view.inputs.map((input) => ['Input', code(input)]),
        ['Redaction', redactionWords[view.redaction]],
        [
          'Journal head (SHA-256)',
          view.journalHead === ''
            ? 'no journal: saved logs that were opened for this export alone'
            : `${code(view.journalHead)} after ${counted(view.journalLines, 'line')}`,
        ],
      ],
    );
  },
};
export default section;
