import {
  areLaid,
  type IndicatorRow,
  type IndicatorsDialog,
  indicatorRows,
  selectedIndicatorIndex,
} from '../../hooks/indicators-screen.ts';
import { indicatorWords } from '../../src/model/indicator.ts';
import { fit } from '../../src/shared/cells.ts';
import { count, cutMiddle, plural, safe, wrap } from '../components/text.ts';
import { moment, momentWidth, stretch } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, type Sheet } from '../dialogs/sheet.ts';
import type { Meaning } from '../theme/theme.ts';

/** Rows below the list, whatever is selected. */
const footerRows = 7;

const said = ({ judged, brought }: IndicatorRow): string =>
  [judged && (judged.verdict === 'own' ? 'our own' : 'benign'), brought && 'brought'].filter(Boolean).join(', ');

function meaningOf({ judged, seen, brought }: IndicatorRow): Meaning {
  if (judged) return 'dim';
  return seen && brought ? 'finding' : seen ? 'plain' : 'dim';
}

interface Columns {
  readonly value: number;
  /** One moment. */
  readonly time: number;
  readonly times: number;
}

function columnsFor({ collected }: Pick<IndicatorsDialog, 'collected'>, { width, now, utc }: DialogContext): Columns {
  const oldest = (collected?.list ?? []).reduce((least, { firstAt }) => Math.min(least, firstAt), now);
  const time = momentWidth(oldest, now, utc);
  const times = width >= 100 ? 2 * time + 1 : 16;
  return { time, times, value: Math.max(10, width - times - 37) };
}

function line(
  row: IndicatorRow,
  selected: boolean,
  collected: boolean,
  columns: Columns,
  { theme, width, utc, now }: DialogContext,
): string {
  const { ref, seen } = row;
  const times = seen
    ? `${fit(moment(seen.firstAt, now, utc), columns.time)} ${width >= 100 ? moment(seen.lastAt, now, utc) : ''}`
    : collected
      ? 'not in a finding'
      : 'collecting…';
  const parts = [
    fit(ref.kind, 10),
    // ARNs of one account begin alike.
    fit(cutMiddle(safe(ref.value, 2_048), columns.value), columns.value),
    fit(times.trim(), columns.times),
    (seen ? count(seen.events) : '-').padStart(5),
    fit(said(row), 16),
  ];
  const text = fit(`${selected ? theme.glyphs.pointer : ' '} ${parts.join(' ')}`, width);
  const painted = theme.paint(meaningOf(row), text);
  return selected ? theme.paint('selected', painted) : painted;
}

/** How many events of the incident hold it besides those of findings and marks. */
function elsewhereText(row: IndicatorRow, elsewhere: IndicatorsDialog['elsewhere']): string {
  if (row.ref.kind === 'digest' || row.ref.kind === 'script')
    return 'stands inside of records only: no filter finds it';
  if (elsewhere?.key !== row.key) return 'looking for it in the whole incident…';
  const others = Math.max(0, elsewhere.count - (row.seen?.events ?? 0));
  if (elsewhere.count === 0) return 'no event of this incident holds it';
  return `seen elsewhere in this incident: ${others === 0 ? 'no' : count(others)} ${others === 1 ? 'event' : 'events'} besides; Enter shows all ${count(elsewhere.count)}`;
}

function footer(row: IndicatorRow | undefined, dialog: IndicatorsDialog, context: DialogContext): readonly string[] {
  const { theme, width, utc } = context;
  const text = (words: string, meaning: Meaning = 'plain') => theme.paint(meaning, fit(` ${words}`, width));
  const lines = row
    ? [
        ...wrap(safe(indicatorWords(row.ref), 600), width - 2)
          .slice(0, 2)
          .map((words) => text(words, 'title')),
        text(
          row.seen
            ? `${plural(row.seen.events, 'event')} of findings and marks, ${stretch(row.seen.firstAt, row.seen.lastAt, utc)}; first ${safe(row.seen.eventIds[0] ?? '', 60)}`
            : dialog.collected
              ? 'in no event of a finding or a mark'
              : 'collecting from findings and marks…',
        ),
        text(elsewhereText(row, dialog.elsewhere)),
        ...(row.seen && row.seen.rules.length > 0
          ? [text(`rules: ${safe(row.seen.rules.join(', '), 400)}`, 'dim')]
          : []),
        ...(row.judged
          ? [
              text(
                `${row.judged.verdict === 'own' ? 'our own' : 'benign'} by ${safe(row.judged.by, 80)}: ${safe(row.judged.reason, 300)}`,
                'good',
              ),
            ]
          : []),
        ...(row.brought
          ? [
              text(
                `brought in ${safe(row.brought.file, 120)}${row.brought.note ? `: ${safe(row.brought.note, 300)}` : ''}`,
              ),
            ]
          : []),
      ].slice(0, footerRows)
    : [];
  return [
    theme.paint('dim', theme.glyphs.rule.repeat(width)),
    ...lines,
    ...Array.from({ length: footerRows - lines.length }, () => text('')),
  ];
}

/** What to look for elsewhere: of findings and marks, and what others brought. */
export function indicatorsView(dialog: IndicatorsDialog, context: DialogContext): Sheet {
  const { theme, width, snapshot } = context;
  const rows = indicatorRows(dialog.collected, snapshot, dialog);
  const index = selectedIndicatorIndex(rows, dialog.selected);
  const { collected } = dialog;
  const columns = columnsFor(dialog, context);
  const empty = !areLaid()
    ? ['', `   Laying out ${count(snapshot.indicators.imported.length)} that were brought…`]
    : collected === undefined
      ? ['', '   Collecting from findings and marks…']
      : dialog.only === 'brought'
        ? ['', '   None were brought; :import-indicators FILE reads a CSV file.']
        : ['', '   No finding above informational and no mark holds one yet; m marks an event.'];
  return {
    title: { all: 'Indicators', undecided: 'Indicators: undecided', brought: 'Indicators: brought' }[dialog.only],
    more: collected
      ? [`from ${plural(collected.events, 'event')}${collected.isCut ? ', the first' : ''}`]
      : ['collecting…'],
    right: areLaid() ? plural(rows.length, 'row') : 'laying out…',
    whole: true,
    head: [
      theme.paint(
        'dim',
        fit(
          `  ${fit('type', 10)} ${fit('value', columns.value)} ${fit(`${fit('first', columns.time)} ${width >= 100 ? 'last' : ''}`, columns.times)} ${'evts'.padStart(5)} said`,
          width,
        ),
      ),
    ],
    lines:
      rows.length === 0
        ? empty.map((text) => theme.paint('dim', fit(text, width)))
        : drawnRows(rows.length, (at) => {
            const row = rows[at];
            return row ? line(row, at === index, collected !== undefined, columns, context) : fit('', width);
          }),
    footer: footer(rows[index], dialog, context),
    selectedLine: Math.max(0, index),
  };
}
