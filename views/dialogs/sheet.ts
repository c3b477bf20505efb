import { topFor } from '../../hooks/list-window.ts';
import { fit } from '../../src/shared/cells.ts';
import { fill, titleLine } from '../components/pane.ts';
import { count } from '../components/text.ts';
import type { Theme } from '../theme/theme.ts';

/** A dialog as it is drawn: it rises from the bottom of the screen, over the panes and under the header. */
export interface Sheet {
  /** Safe text. */
  readonly title: string;
  /** Scrolls; each line exactly as wide as the screen. */
  readonly lines: readonly string[];
  /** Stays at the bottom: what confirms and what cancels. */
  readonly footer: readonly string[];
  /** Line that must be on screen; absent: `scroll` rules. */
  readonly selectedLine?: number;
  /** Takes the whole height, so that nothing jumps while lines arrive. */
  readonly whole?: boolean;
}

/** Rows that the scrolling part of a sheet has. */
export function sheetRoom(sheet: Sheet, height: number): number {
  const most = Math.max(1, height - 1 - sheet.footer.length);
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
  const right = below > 0 ? `${count(below)} more ${theme.glyphs.down}` : top > 0 ? `end ${theme.glyphs.up}` : '';
  return [
    titleLine(sheet.title, width, theme, { focused: true, right }),
    ...fill(sheet.lines.slice(top, top + room), width, room),
    ...sheet.footer.map((line) => line || fit('', width)),
  ].slice(0, height);
}
