import {
  type CoverageDialog,
  type CoveragePart,
  type CoverageRow,
  coverageRows,
  selectedCoverageIndex,
} from '../../hooks/coverage-screen.ts';
import type { Findings } from '../../src/session/findings.ts';
import { fit } from '../../src/shared/cells.ts';
import { stateLooks } from '../components/source-state.ts';
import { cell, cellRight, count, plural, safe } from '../components/text.ts';
import { clock, day, instant, moment, span } from '../components/time.ts';
import { paragraph } from '../detail/event-lines.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, headingAbove, type Sheet } from '../dialogs/sheet.ts';
import type { Meaning } from '../theme/theme.ts';
import { CLOCK_SKEW_MS, digestText, provedText, skewText, sourceLines, whereText } from './coverage-text.ts';

const partTitles: { readonly [Part in CoveragePart]: string } = {
  sources: 'read',
  gaps: 'gaps: not read, or not recorded',
  blind: 'recorded by nobody here',
  'not-evaluated': 'rules that could not be evaluated: their silence means nothing',
  digests: 'CloudTrail’s digest files',
};

interface Columns {
  readonly title: number;
  readonly where: number;
  readonly state: number;
  readonly covered: number;
  readonly lag: number;
  readonly records: number;
  /** What is loaded and what is not. */
  readonly progress: number;
}

function columnsFor(width: number): Columns {
  const wide = width >= 110;
  const fixed = {
    where: wide ? 16 : 12,
    state: 11,
    covered: wide ? 17 : 8,
    lag: 8,
    records: wide ? 9 : 0,
  };
  const used = Object.values(fixed).reduce((sum, cells) => sum + (cells > 0 ? cells + 1 : 0), 4);
  const title = Math.min(wide ? 28 : width, Math.max(8, width - used));
  return { ...fixed, title, progress: wide ? Math.max(0, width - used - title - 1) : 0 };
}

/** The first of two texts that fits; the second where none does. */
const fitting = (width: number, long: string, short: string): string => (long.length <= width ? long : short);

type Drawn = { readonly text: string; readonly meaning: Meaning };

function sourceText(
  { source }: Extract<CoverageRow, { type: 'source' }>,
  columns: Columns,
  context: DialogContext,
): Drawn {
  const { theme, utc, now, snapshot } = context;
  const look = stateLooks[source.state];
  const { coveredTo, lag, lagMs, gaps } = source;
  const age = coveredTo === undefined ? '' : ` ${span(Math.max(0, now - coveredTo))}`;
  const covered =
    coveredTo === undefined
      ? '-'
      : columns.covered > 8
        ? fitting(columns.covered, `${moment(coveredTo, now, utc)}${age}`, `${day(coveredTo, utc)}${age}`)
        : // A time of day alone says today.
          day(coveredTo, utc) === day(now, utc)
          ? clock(coveredTo, utc)
          : day(coveredTo, utc).slice(2);
  const parts = [
    cell(source.title, columns.title),
    cell(whereText(source, snapshot), columns.where),
    fit(source.state, columns.state),
    fit(covered, columns.covered),
    cellRight(lag ? span(lag.p95Ms) : lagMs > 0 ? `~${span(lagMs)}` : '-', columns.lag),
    ...(columns.records ? [cellRight(count(source.records), columns.records)] : []),
    ...(columns.progress > 10
      ? [
          cell(
            [
              gaps.length > 0 ? plural(gaps.length, 'gap') : '',
              source.permission ? `needs ${source.permission}` : source.why || source.progress,
            ]
              .filter(Boolean)
              .join(', '),
            columns.progress,
          ),
        ]
      : []),
  ];
  return {
    text: `${theme.glyphs[look.glyph]} ${parts.join(' ')}`,
    meaning: look.meaning === 'good' && gaps.length > 0 ? 'finding' : look.meaning,
  };
}

function rowText(row: CoverageRow, columns: Columns, context: DialogContext): Drawn {
  const { theme, utc, snapshot, width } = context;
  const { glyphs } = theme;
  switch (row.type) {
    case 'part':
      return {
        text: `${glyphs.rule.repeat(2)} ${partTitles[row.part]} ${glyphs.dot} ${count(row.count)} ${glyphs.rule.repeat(2)}`,
        meaning: 'dim',
      };
    case 'source':
      return sourceText(row, columns, context);
    case 'gap': {
      const { from, to, why } = row.gap;
      const where = width >= 110 ? ` ${cell(`${row.source.id} ${row.source.region}`, 34)}` : '';
      return {
        text: `${glyphs.finding} ${width >= 110 ? `${day(from, utc)} ` : ''}${clock(from, utc)} to ${clock(to, utc)}${where} ${safe(why, 300)}`,
        meaning: 'finding',
      };
    }
    case 'blind':
      return { text: `${glyphs.dot} ${safe(row.spot, 400)}`, meaning: 'plain' };
    case 'rule':
      return {
        text: `${glyphs.pending} ${cell(row.title, Math.max(20, Math.floor(width / 2) - 6))} ${safe(row.needs, 200)}`,
        meaning: 'plain',
      };
    case 'digests': {
      const { digests } = snapshot;
      const bad = digests && digests.problemsTotal > 0;
      return {
        text: `${bad ? glyphs.failed : glyphs.done} ${bad ? plural(digests.problemsTotal, 'problem') : 'all that the digest files name holds'} ${glyphs.dot} ${digests ? digestText(digests) : ''}`,
        meaning: bad ? 'problem' : 'good',
      };
    }
    case 'digest-problem':
      return {
        text: `${glyphs.failed} ${safe(row.problem.file, 300)}: ${safe(row.problem.problem, 300)}`,
        meaning: 'problem',
      };
    case 'proved': {
      const stretch = snapshot.digests?.proved[row.index];
      return {
        text: `${glyphs.done} ${stretch ? safe(provedText(stretch, utc), 400) : ''}`,
        meaning: stretch?.signed ? 'good' : 'plain',
      };
    }
  }
}

/** The selected row in full. */
function fullText(row: CoverageRow | undefined, context: DialogContext): readonly string[] {
  const { theme, width, utc, snapshot } = context;
  switch (row?.type) {
    case 'source':
      // Its first line is blank: the rule stands there.
      return sourceLines(row.source, whereText(row.source, snapshot), context).slice(1);
    case 'gap':
      return [
        ...paragraph(
          `${row.source.title} (${row.source.id}) ${whereText(row.source, snapshot)}`,
          width,
          theme,
          'title',
        ),
        ...paragraph(
          `${instant(row.gap.from, utc)} to ${instant(row.gap.to, utc)}, ${span(row.gap.to - row.gap.from)}: what happened then may be missing from every screen and from the report`,
          width,
          theme,
        ),
        ...paragraph(row.gap.why, width, theme, 'finding'),
      ];
    case 'blind':
      return [
        ...paragraph(row.spot, width, theme, 'title').slice(0, 5),
        ...paragraph(
          `so ${row.sources.length === 1 ? 'says' : 'say'} ${row.sources.join(', ')}: another source may show it`,
          width,
          theme,
          'dim',
        ),
      ];
    case 'rule':
      return [
        ...paragraph(row.title, width, theme, 'title'),
        ...paragraph(`not evaluated: ${row.needs}. That it found nothing is not that there was nothing`, width, theme),
        ...paragraph(row.key.slice('rule '.length), width, theme, 'dim'),
      ];
    case 'digests':
      return snapshot.digests ? paragraph(digestText(snapshot.digests), width, theme) : [];
    case 'digest-problem':
      return [
        ...paragraph(row.problem.file, width, theme, 'title'),
        ...paragraph(row.problem.problem, width, theme, 'problem'),
      ];
    case 'proved': {
      const stretch = snapshot.digests?.proved[row.index];
      return stretch ? paragraph(provedText(stretch, utc), width, theme) : [];
    }
    default:
      return [];
  }
}

/** What is read, how far and how late, and everything of which nothing is known. */
export function coverageView(
  dialog: Pick<CoverageDialog, 'selected'>,
  findings: Pick<Findings, 'rules' | 'states'>,
  context: DialogContext,
): Sheet {
  const { theme, width, utc, now, snapshot } = context;
  const { sources, mode, receivedTo, settledTo, rejected, clockSkewMs, tails, chargedMetricRequests, digests } =
    snapshot;
  const rows = coverageRows(snapshot, findings);
  const index = selectedCoverageIndex(rows, dialog.selected);
  const columns = columnsFor(width);
  const gaps = sources.reduce((sum, source) => sum + source.gaps.length, 0);
  const rules = rows.filter(({ type }) => type === 'rule').length;
  const dot = ` ${theme.glyphs.dot} `;
  const skewed = Math.abs(clockSkewMs) > CLOCK_SKEW_MS;
  const state = [
    skewed ? `${skewText(clockSkewMs)}: times of what is seen or done here are wrong` : '',
    receivedTo === undefined ? 'nothing received yet' : `received to ${moment(receivedTo, now, utc)}`,
    settledTo === undefined
      ? mode === 'saved'
        ? ''
        : 'settled: not known yet'
      : `settled to ${moment(settledTo, now, utc)}`,
    rejected > 0 ? `${plural(rejected, 'record')} could not be read` : '',
    tails.minutes > 0 ? `Live Tail ${count(tails.minutes)} min billed` : '',
    chargedMetricRequests > 0 ? `${plural(chargedMetricRequests, 'metric request')} charged` : '',
  ];
  const headings = [
    fit('source', columns.title),
    fit('where', columns.where),
    fit('state', columns.state),
    fit('read to', columns.covered),
    cellRight('lag p95', columns.lag),
    ...(columns.records ? [cellRight('records', columns.records)] : []),
    ...(columns.progress > 10 ? [fit('loaded, and what is not', columns.progress)] : []),
  ];
  const empty =
    sources.length > 0
      ? []
      : paragraph(
          mode === 'saved'
            ? 'saved logs: no source is read; what the files hold is all there is'
            : 'no source has started yet: nothing was read, so nothing here means that nothing happened',
          width,
          theme,
          'dim',
        );
  const room = Math.min(14, Math.max(7, Math.floor(width / 10)));
  const full = fullText(rows[index], context).slice(0, room);
  return {
    title: 'Coverage',
    more: [
      plural(sources.length, 'source'),
      ...(gaps > 0 ? [plural(gaps, 'gap')] : []),
      ...(rules > 0 ? [`${plural(rules, 'rule')} not evaluated`] : []),
      ...(digests
        ? [digests.problemsTotal > 0 ? `${plural(digests.problemsTotal, 'digest problem')}` : 'digests hold']
        : []),
    ],
    right: plural(rows.filter(({ type }) => type !== 'part').length, 'row'),
    whole: true,
    head: [
      theme.paint(skewed ? 'problem' : 'plain', fit(` ${state.filter(Boolean).join(dot)}`, width)),
      theme.paint('dim', fit(`    ${headings.join(' ')}`, width)),
    ],
    lines: drawnRows(empty.length + rows.length, (at) => {
      const row = rows[at - empty.length];
      if (!row) return empty[at] ?? fit('', width);
      const { text, meaning } = rowText(row, columns, context);
      const selected = at - empty.length === index;
      const painted = theme.paint(meaning, fit(`${selected ? theme.glyphs.pointer : ' '} ${text}`, width));
      return selected ? theme.paint('selected', painted) : painted;
    }),
    footer: [
      theme.paint('dim', theme.glyphs.rule.repeat(width)),
      ...full,
      ...Array.from({ length: room - full.length }, () => fit('', width)),
    ],
    selectedLine: Math.max(0, index) + empty.length,
    under: headingAbove(rows, index, (row) => (row.type === 'part' ? partTitles[row.part] : undefined)),
  };
}
