import { topFor } from '../../hooks/list-window.ts';
import { fit } from '../../src/shared/cells.ts';
import { fill, titleLine } from '../components/pane.ts';
import { count } from '../components/text.ts';
import type { Theme } from '../theme/theme.ts';

/** Rows that are drawn only while they are on screen: a list of thousands costs what its window costs. An array is one too. */
export interface DrawnRows {
  readonly length: number;
  slice(from: number, to: number): readonly string[];
}

/** Rows by their index. */
export const drawnRows = (length: number, draw: (index: number) => string): DrawnRows => ({
  length,
  slice: (from, to) =>
    Array.from({ length: Math.max(0, Math.min(length, to) - from) }, (_, index) => draw(from + index)),
});

/** The heading that the row at an index stands under; empty where none stands above. */
export function headingAbove<Row>(
  rows: readonly Row[],
  index: number,
  headingOf: (row: Row) => string | undefined,
): string {
  for (let at = index; at >= 0; at -= 1) {
    const row = rows[at];
    const heading = row === undefined ? undefined : headingOf(row);
    if (heading !== undefined) return heading;
  }
  return '';
}

/** A dialog as it is drawn: it rises from the bottom of the screen, over the panes and under the header. */
export interface Sheet {
  /** Safe text. */
  readonly title: string;
  /** The way to a screen, before its title; safe text. */
  readonly before?: string;
  /** Goes on in the title line, and at its right end; safe texts. */
  readonly more?: readonly string[];
  readonly right?: string;
  /** Stays at the top: what the rows are about, and their columns. */
  readonly head?: readonly string[];
  /** Scrolls; each line exactly as wide as the screen. */
  readonly lines: DrawnRows;
  /** Stays at the bottom: what confirms and what cancels. */
  readonly footer: readonly string[];
  /** Line that must be on screen; absent: `scroll` rules. */
  readonly selectedLine?: number;
  /** What the selected line stands under, where lines have headings: read aloud with it. Safe text. */
  readonly under?: string;
  /** Lines among the others that cannot be selected and must be heard all the same. */
  readonly beside?: readonly string[];
  /** Takes the whole height, so that nothing jumps while lines arrive. */
  readonly whole?: boolean;
  /** Rows of the scrolling part at most; absent: what the screen has. */
  readonly most?: number;
}

/** Rows that the scrolling part of a sheet has. */
export function sheetRoom(sheet: Sheet, height: number): number {
  const room = height - 1 - sheet.footer.length - (sheet.head?.length ?? 0);
  const most = Math.max(1, Math.min(room, sheet.most ?? room));
  return sheet.whole ? most : Math.min(most, Math.max(1, sheet.lines.length));
}

/** Draws a sheet on at most `height` rows. */
export function sheetView(sheet: Sheet, scroll: number, width: number, height: number, theme: Theme): string[] {
  const room = sheetRoom(sheet, height);
  const total = sheet.lines.length;
  const top =
    sheet.selectedLine === undefined
      ? Math.max(0, Math.min(total - room, scroll))
      : topFor(sheet.selectedLine, total, room);
  const below = total - top - room;
  const scrolled = below > 0 ? `${count(below)} more ${theme.glyphs.down}` : top > 0 ? `end ${theme.glyphs.up}` : '';
  const right = [sheet.right ?? '', scrolled].filter((text) => text !== '').join(` ${theme.glyphs.dot} `);
  return [
    titleLine(sheet.title, width, theme, {
      focused: true,
      right,
      before: sheet.before ?? '',
      ...(sheet.more ? { more: sheet.more } : {}),
    }),
    ...(sheet.head ?? []),
    ...fill(sheet.lines.slice(top, top + room), width, room),
    ...sheet.footer.map((line) => line || fit('', width)),
  ].slice(0, height);
}
