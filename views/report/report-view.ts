import { rowsOfLine, settled } from '../../hooks/report-rows.ts';
import type { ReportDialog } from '../../hooks/report-screen.ts';
import { textOf } from '../../hooks/text-field.ts';
import { headingOf, type LongText, lineCount } from '../../src/model/long-text.ts';
import { countText } from '../../src/model/work.ts';
import { fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { count, safe } from '../components/text.ts';
import { clock } from '../components/time.ts';
import { paragraph } from '../detail/event-lines.ts';
import type { DialogContext } from '../dialogs/context.ts';
import type { Sheet } from '../dialogs/sheet.ts';
import type { Meaning } from '../theme/theme.ts';

const titles = { md: 'Report', changes: 'What changed' } as const;

/** The whole report as it would be written now, from the reader's place on. Only the rows on screen are made. */
export function reportView(dialog: ReportDialog, context: DialogContext): Sheet {
  const { format, text, read, failure, asOf, typing, field, found, searching } = dialog;
  const { width, theme, utc, snapshot } = context;
  const title = titles[format];
  const problem = failure
    ? [failure.message, ...failure.nextSteps].flatMap((line) => paragraph(line, width, theme, 'failed'))
    : [];
  if (!text) {
    const total = snapshot.events;
    const done =
      read && read.events < total
        ? countText({ done: read.events, total, sinceMs: read.sinceMs }, 'events')
        : `${count(total)} events`;
    const waiting = `being written: ${done} … Esc leaves it`;
    return { title, whole: true, lines: failure ? problem : paragraph(waiting, width, theme, 'dim'), footer: [] };
  }
  const top = settled(text, dialog.top, width);
  const at = headingOf(text, top.line);
  const heading = text.headings[at];
  const isEmpty = snapshot.events === 0 && snapshot.containments.length === 0;
  const search = typing
    ? [fieldLine('/ ', field, width, theme)]
    : searching
      ? [theme.paint('dim', fit(` / ${safe(textOf(field), 200)}: searching …`, width))]
      : found >= 0
        ? [theme.paint('dim', fit(` / ${safe(textOf(field), 200)}: line ${count(found + 1)}`, width))]
        : [];
  return {
    title,
    more: [
      ...(heading && at > 0 ? [`${safe(heading.title, 60)} (${count(at + 1)} of ${count(text.headings.length)})`] : []),
      ...(isEmpty ? ['nothing recorded yet: it fills as events come'] : []),
    ],
    right: [
      `line ${count(top.line + 1)} of ${count(lineCount(text))}`,
      failure ? 'not current' : `as of ${clock(asOf, utc)}`,
    ].join(` ${theme.glyphs.dot} `),
    whole: true,
    // It scrolls by its own place: the sheet has nothing to count.
    lines: { length: 0, slice: (from, to) => rowsFrom(text, top, to - from, dialog, context) },
    // Where the reader is: what is read aloud.
    selectedLine: 0,
    footer: [...problem.slice(0, 2), ...search],
  };
}

function rowsFrom(
  text: LongText,
  { line: first, part }: ReportDialog['top'],
  rows: number,
  { found }: Pick<ReportDialog, 'found'>,
  { width, theme }: DialogContext,
): readonly string[] {
  const shown: string[] = [];
  for (let line = first; line < lineCount(text) && shown.length < rows; line += 1) {
    const parts = rowsOfLine(text, line, width);
    const meaning = line === found ? 'selected' : looks(parts[0] ?? '');
    for (const row of line === first ? parts.slice(part) : parts) {
      if (shown.length >= rows) break;
      const mark = line === found ? theme.glyphs.pointer : ' ';
      shown.push(theme.paint(meaning, fit(`${mark}${row}`, width)));
    }
  }
  return shown;
}

/** What the Markdown means, as far as a row says it by its beginning. */
function looks(row: string): Meaning {
  if (/^#{1,6} /.test(row)) return 'title';
  return /^(?:`{3}|\|(?: --- \|)+$)/.test(row) ? 'dim' : 'plain';
}
