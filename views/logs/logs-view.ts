import type { EventPage } from '../../hooks/event-page.ts';
import { chosenLogs, type LogGroup, type LogsDialog, type LogsOf, logChoices } from '../../hooks/logs-screen.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { EventRow } from '../../src/model/event.ts';
import { type ResourceRef, shortKind } from '../../src/model/resource.ts';
import type { Snapshot, SourceStatus } from '../../src/session/snapshot.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { stateLooks, TROUBLE, worstSource } from '../components/source-state.ts';
import { cell, count, cutMiddle, plural, safe, wrap } from '../components/text.ts';
import { clock, day, instant, span } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import type { Sheet } from '../dialogs/sheet.ts';
import type { Meaning } from '../theme/theme.ts';

/** Rows of the selected line below the list. */
const FOOTER = 3;
/** Cells that a log stream has at least, whatever else has to be cut. */
const leastOfStream = 12;
/** Groups that are listed above the lines. */
const groupRows = (height: number): number => (height >= 50 ? 8 : height >= 34 ? 5 : 2);

/** What is drawn of the lines. */
export interface LogsModel {
  readonly page: EventPage;
  /** The words of each line on screen. */
  readonly words: readonly string[];
  /** The selected line, whole. */
  readonly whole: string;
  readonly writer: ResourceRef | undefined;
  /** The log stream that it stands in; empty where that is not known. */
  readonly stream: string;
  /** Rows that the sheet has in all. */
  readonly height: number;
}

/** Rows that the lines have on a sheet of a height. */
export const logRows = (dialog: Pick<LogsDialog, 'on' | 'groups' | 'typing' | 'field'>, height: number): number =>
  Math.max(1, height - 1 - headRows(dialog, height) - FOOTER - 1);

const shownGroups = (dialog: Pick<LogsDialog, 'on' | 'groups'>, height: number): number =>
  Math.min(logChoices(dialog).length, groupRows(height));

const headRows = (dialog: Pick<LogsDialog, 'on' | 'groups' | 'typing' | 'field'>, height: number): number =>
  shownGroups(dialog, height) + 1 + (dialog.typing || textOf(dialog.field) !== '' ? 1 : 0);

/** `Endpoints/fraud-scorer`: the part that all groups of SageMaker begin with says nothing. */
const shortGroup = (name: string): string => name.replace(/^\/aws\/sagemaker\//, '');

function choiceText(of: LogsOf, dialog: LogsDialog): { readonly name: string; readonly group: LogGroup | undefined } {
  if (of.type === 'resource')
    return { name: `${shortKind(of.ref.kind)} ${of.ref.name || of.ref.arn}`, group: undefined };
  if (of.type === 'all') return { name: 'every log group', group: undefined };
  return { name: of.name, group: dialog.groups?.find(({ name }) => name === of.name) };
}

/** The source of log lines, the worst of several; `undefined` where none reads them. */
const logSource = ({ sources }: Pick<Snapshot, 'sources'>): SourceStatus | undefined =>
  worstSource(sources.filter(({ id }) => id === 'cloudwatch-logs'));

/** Whether lines may still come: what is not live never looks live. */
const isRead = (source: SourceStatus | undefined): boolean =>
  source === undefined || stateLooks[source.state].rank <= TROUBLE;

function groupLines(dialog: LogsDialog, height: number, context: DialogContext): readonly string[] {
  const { theme, width, utc, now, snapshot } = context;
  const comes = isRead(logSource(snapshot));
  const { glyphs } = theme;
  const choices = logChoices(dialog);
  const chosen = chosenLogs(dialog);
  const room = shownGroups(dialog, height);
  const from = Math.max(0, Math.min(choices.length - room, chosen - Math.floor(room / 2)));
  return choices.slice(from, from + room).map((of, index) => {
    const isChosen = from + index === chosen;
    const { name, group } = choiceText(of, dialog);
    const lines =
      group?.lines ??
      (of.type === 'all' ? (dialog.groups ?? []).reduce((sum, each) => sum + each.lines, 0) : undefined);
    const figures = [
      lines === undefined ? '' : plural(lines, 'line'),
      group && group.lastAt > 0 ? `last ${clock(group.lastAt, utc)}, ${span(Math.max(0, now - group.lastAt))} ago` : '',
      group ? (group.watched && comes ? 'being read' : 'not read just now') : '',
    ].filter(Boolean);
    const more =
      index === room - 1 && from + room < choices.length
        ? ` ${glyphs.dot} ${count(choices.length - from - room)} more (Tab)`
        : '';
    const end = `${figures.join(` ${glyphs.dot} `)}${more}`;
    const text = `${isChosen ? glyphs.pointer : ' '} ${cell(cutMiddle(safe(name, 600), Math.max(8, width - cellWidth(end) - 6)), Math.max(8, width - cellWidth(end) - 6))} ${end}`;
    return theme.paint(
      isChosen ? 'title' : group && !(group.watched && comes) ? 'dim' : 'plain',
      fit(` ${text}`, width),
    );
  });
}

/** Words that what code prints when it goes wrong begin with, or hold. */
const troubled =
  /\b(?:error|exception|traceback|fatal|fail(?:ed|ure)?|denied|unauthori[sz]ed|critical|panic|killed)\b/i;

function lineText(row: EventRow, words: string, selected: boolean, dialog: LogsDialog, context: DialogContext): string {
  const { theme, width, utc, snapshot, now } = context;
  const { glyphs } = theme;
  const marked = snapshot.marked.has(row.id);
  const writer = dialog.of.type === 'resource' ? 0 : width >= 150 ? 28 : width >= 110 ? 22 : 14;
  const today = width >= 110 && day(row.at, utc) !== day(now, utc) ? `${day(row.at, utc).slice(5)} ` : '';
  const name = row.resourceName || shortGroup(row.action.slice('logs:'.length));
  const glyph = marked ? glyphs.mark : row.severity ? glyphs.finding : row.late ? glyphs.fresh : ' ';
  const text = `${selected ? glyphs.pointer : ' '} ${glyph} ${today}${clock(row.at, utc)} ${writer > 0 ? `${fit(cutMiddle(safe(name, 300), writer), writer)} ` : ''}${safe(words, width * 4 + 64)}`;
  const meaning: Meaning = row.severity ? 'finding' : marked ? 'mark' : troubled.test(words) ? 'failed' : 'plain';
  const painted = theme.paint(meaning, fit(text, width));
  return selected ? theme.paint('selected', painted) : painted;
}

/** Why there is no line: not read, not allowed, not there and not yet counted are told apart. */
function emptyTexts(dialog: LogsDialog, { page }: LogsModel, { snapshot }: DialogContext): readonly string[] {
  if (dialog.failure) return [`${dialog.failure.code}: ${dialog.failure.message}`, ...dialog.failure.nextSteps];
  if (dialog.view === undefined || page.total < 0) return ['looking for lines…'];
  const typed = textOf(dialog.field) !== '';
  const worst = logSource(snapshot);
  const why =
    snapshot.mode === 'saved'
      ? 'these are saved logs: only lines that the files hold are here'
      : !worst
        ? 'no source reads log groups: nothing here does not mean that nothing was printed'
        : worst.state === 'live' || worst.state === 'polling'
          ? `${plural(worst.watching.length, 'log group')} being read; lines come here as they are printed`
          : `${worst.title}: ${stateLooks[worst.state].words}${worst.why ? `: ${worst.why}` : ''}${worst.permission ? ` (needs ${worst.permission})` : ''}`;
  return [
    typed
      ? 'no line matches; Esc takes the filter away'
      : dialog.of.type === 'all'
        ? 'no line of any log group is loaded'
        : 'no line of it is loaded; Tab shows the other groups',
    why,
  ];
}

/** Log group, stream and writer of the selected line; of a stream, which is a long id mostly, as much as there is room for. */
function sourceText(row: EventRow, { writer, stream }: LogsModel, { theme, width }: DialogContext): string {
  const dot = ` ${theme.glyphs.dot} `;
  const key = theme.key('resource');
  const before = safe(row.action.slice('logs:'.length), 300);
  const after = [
    ...(writer
      ? [`${safe(shortKind(writer.kind), 40)} ${safe(writer.name || writer.arn, 200)}${key && ` (${key})`}`]
      : []),
    ...(row.late ? ['came late'] : []),
  ];
  const room = Math.max(leastOfStream, width - cellWidth([before, '', ...after].join(dot)) - 2);
  return [before, ...(stream === '' ? [] : [cutMiddle(safe(stream, 600), room)]), ...after].join(dot);
}

/** What code on SageMaker printed: the lines of one resource, one group or all, at the time of the timeline. */
export function logsView(dialog: LogsDialog, model: LogsModel, context: DialogContext): Sheet {
  const { theme, width, utc, snapshot, now } = context;
  const { page, words, whole, height } = model;
  const { glyphs } = theme;
  const dot = ` ${glyphs.dot} `;
  const worst = logSource(snapshot);
  const chosen = logChoices(dialog)[chosenLogs(dialog)] ?? { type: 'all' };
  const row = page.rows[page.selected];
  const follows = dialog.place.type === 'follow';
  const where = [
    worst ? `${glyphs[stateLooks[worst.state].glyph]} ${worst.state}` : '',
    dialog.timelineAt === undefined ? 'timeline follows' : `timeline at ${clock(dialog.timelineAt, utc)}`,
    row ? `line of ${instant(row.at, utc)}, ${span(Math.max(0, now - row.at))} ago` : '',
  ].filter(Boolean);
  const typed = dialog.typing || textOf(dialog.field) !== '';
  const empty = emptyTexts(dialog, model, context).flatMap((text) => wrap(safe(text, 600), width - 4));
  const full = row ? wrap(safe(whole, 4_000), width - 2) : [];
  const rule = theme.paint('dim', glyphs.rule.repeat(width));
  const source = row ? sourceText(row, model, context) : '';
  return {
    title: 'Logs',
    more: [
      cutMiddle(safe(choiceText(chosen, dialog).name, 300), Math.max(12, Math.floor(width / 3))),
      ...(page.total >= 0 ? [plural(page.total, 'line')] : []),
    ],
    right: [
      follows
        ? isRead(worst)
          ? 'following'
          : 'NOT LIVE'
        : page.newer > 0
          ? `${page.newer >= 100 ? '99+' : page.newer} newer ${glyphs.down}`
          : 'frozen',
      dialog.groups ? '' : 'looking…',
    ]
      .filter(Boolean)
      .join(dot),
    whole: true,
    head: [
      ...groupLines(dialog, height, context),
      ...(typed
        ? [
            dialog.typing
              ? fieldLine('/ ', dialog.field, width, theme)
              : theme.paint('title', fit(` / ${safe(textOf(dialog.field), 400)}`, width)),
          ]
        : []),
      theme.paint(
        dialog.problem === '' ? 'dim' : 'problem',
        fit(` ${dialog.problem === '' ? where.join(dot) : safe(dialog.problem, 300)}`, width),
      ),
    ],
    lines:
      page.rows.length > 0
        ? page.rows.map((each, index) => lineText(each, words[index] ?? '', index === page.selected, dialog, context))
        : ['', ...empty].map((text) => theme.paint('dim', fit(`   ${text}`, width))),
    footer: [
      rule,
      ...Array.from({ length: FOOTER - 1 }, (_, index) =>
        fit(` ${index === FOOTER - 2 ? full.slice(index).join(' ') : (full[index] ?? '')}`, width),
      ),
      theme.paint('dim', fit(` ${source}`, width)),
    ],
    selectedLine: Math.max(0, page.selected),
  };
}
