import type { Failure } from '../../hooks/console-state.ts';
import { FACT, selectedThingIndex, type ThingRow, type ThingRows } from '../../hooks/thing-rows.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { stateWords } from '../components/containment-state.ts';
import { cell, count, safe, wrap } from '../components/text.ts';
import { clock, day, instant, moment, span, withOwnTimes } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, headingAbove, type Sheet } from '../dialogs/sheet.ts';
import { untilText } from '../doors/doors-view.ts';
import type { Meaning } from '../theme/theme.ts';

/** Rows that the selected row has below the list. */
const FOOTER = 3;

/** When it was: the time of day, with the day where that is another than today. */
function whenText(at: number | undefined, { utc, now, width }: DialogContext): string {
  if (at === undefined) return '';
  const days = width >= 110 && day(at, utc) !== day(now, utc) ? `${day(at, utc).slice(5)} ` : '';
  return `${days}${clock(at, utc)}`;
}

/** What stands at the right end of a row: since when, until when, when. */
function endText(row: ThingRow, context: DialogContext): string {
  const { now, utc } = context;
  const since = row.since === undefined ? '' : `since ${moment(row.since, now, utc)}`;
  const until = row.until === undefined ? '' : row.until <= now ? 'ended' : `ends in ${untilText(row.until, now)}`;
  return [since, until, whenText(row.at, context)].filter(Boolean).join(' ');
}

/** Its words; of what AWS says about it, times are told as everywhere on screen. What events and logs say stays as it came. */
const wordsOf = (row: ThingRow, utc: boolean): string =>
  row.key.startsWith(FACT) ? withOwnTimes(row.text, utc) : row.text;

function rowText(row: ThingRow, context: DialogContext): { readonly text: string; readonly meaning: Meaning } {
  const { width, utc } = context;
  const label = width >= 110 ? 21 : 13;
  const state = row.containment && stateWords(row.containment);
  const end = endText(row, context);
  const room = Math.max(8, width - label - 5 - (end === '' ? 0 : cellWidth(end) + 1));
  const words = state ? `${row.text}: ${state.text}` : wordsOf(row, utc);
  return {
    text: `${cell(row.label, label)} ${cell(words, room)}${end === '' ? '' : ` ${end}`}`,
    meaning: state?.meaning ?? row.tone,
  };
}

/** The selected row in full, on as many lines whatever is selected. */
function footer(row: ThingRow | undefined, context: DialogContext): readonly string[] {
  const { theme, width, utc } = context;
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const times = row
    ? [
        row.since === undefined ? '' : `since ${instant(row.since, utc)}`,
        row.until === undefined ? '' : `ends by itself ${instant(row.until, utc)}`,
        row.at === undefined ? '' : instant(row.at, utc),
      ].filter(Boolean)
    : [];
  const state = row?.containment ? `: ${stateWords(row.containment).text}` : '';
  const all = row
    ? wrap(
        [`${row.label ? `${safe(row.label, 200)}: ` : ''}${safe(wordsOf(row, utc), 2_000)}${state}`, ...times].join(
          ` ${theme.glyphs.dot} `,
        ),
        width - 2,
      )
    : [];
  return [
    rule,
    ...Array.from({ length: FOOTER }, (_, index) =>
      fit(` ${index === FOOTER - 1 ? all.slice(FOOTER - 1).join(' ') : (all[index] ?? '')}`, width),
    ),
  ];
}

/** A thing with everything that is known of it, part by part. */
export interface ThingModel {
  /** Safe text. */
  readonly title: string;
  readonly right: string;
  /** What is to be seen at once; safe texts, a line each. */
  readonly head: readonly { readonly text: string; readonly meaning: Meaning }[];
  readonly rows: ThingRows;
  readonly selected: string | undefined;
}

/** The sheet of a resource or a principal. */
export function thingView({ title, right, head, rows, selected }: ThingModel, context: DialogContext): Sheet {
  const { theme, width } = context;
  const { glyphs } = theme;
  const index = selectedThingIndex(rows, selected);
  const row = rows[index];
  return {
    title,
    right,
    whole: true,
    head: head.map(({ text, meaning }) => theme.paint(meaning, fit(` ${text}`, width))),
    lines: drawnRows(rows.length, (at) => {
      const each = rows[at];
      if (!each) return fit('', width);
      if (each.type === 'part') {
        const figures = each.count > 0 ? ` ${glyphs.dot} ${count(each.count)}` : '';
        return theme.paint(
          'dim',
          fit(` ${glyphs.rule.repeat(2)} ${safe(each.title, 200)}${figures} ${glyphs.rule.repeat(2)}`, width),
        );
      }
      const { text, meaning } = rowText(each, context);
      const painted = theme.paint(meaning, fit(`${at === index ? glyphs.pointer : ' '}  ${text}`, width));
      return at === index ? theme.paint('selected', painted) : painted;
    }),
    footer: footer(row?.type === 'row' ? row : undefined, context),
    selectedLine: Math.max(0, index),
    under: headingAbove(rows, index, (row) => (row.type === 'part' ? safe(row.title, 200) : undefined)),
  };
}

/** How many speak against it, as its rows have it. */
export const countAgainst = (rows: ThingRows): number =>
  rows.reduce((sum, row) => (row.type === 'part' && row.title === 'what speaks against it' ? sum + row.count : sum), 0);

/** Why it could not be asked for, and what to do next; untrusted. */
export const failureText = ({ code, message, nextSteps }: Failure): string =>
  `${code}: ${message}${nextSteps.length > 0 ? `. ${nextSteps.join('. ')}` : ''}`;

/** `3m ago`. */
export const agoText = (at: number, now: number): string => `${span(Math.max(0, now - at))} ago`;
