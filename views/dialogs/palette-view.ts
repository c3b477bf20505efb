import type { Dialog } from '../../hooks/console-state.ts';
import { matchText, type PaletteMatch } from '../../hooks/palette.ts';
import { fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { cell, count, safe } from '../components/text.ts';
import type { DialogContext } from './context.ts';
import { drawnRows, type Sheet } from './sheet.ts';

/** Rows of the list; always as many, so that the line that is typed in stands still. */
const ROWS = 12;

/** What answers to what is typed, the best first, over the line itself. */
export function paletteView(
  { field, matches, selected }: Extract<Dialog, { readonly type: 'palette' }>,
  disabled: (match: PaletteMatch) => string | undefined,
  { width, theme }: DialogContext,
): Sheet {
  const nameWidth = Math.max(16, Math.min(44, Math.floor(width * 0.3)));
  const row = (index: number): string => {
    const match = matches[index];
    if (!match)
      return theme.paint(
        'dim',
        fit(index === 0 ? '  nothing is called that: Esc leaves, / filters the events' : '', width),
      );
    const { name, title } = matchText(match);
    const reason = disabled(match);
    const text = fit(
      `${index === selected ? theme.glyphs.pointer : ' '} ${cell(name, nameWidth)} ${safe(title, 400)}${reason ? `: ${safe(reason, 200)}` : ''}`,
      width,
    );
    const painted = theme.paint(reason ? 'dim' : 'plain', text);
    return index === selected ? theme.paint('selected', painted) : painted;
  };
  return {
    title: 'Command',
    right: matches.length > 0 ? `${count(selected + 1)}/${count(matches.length)}` : '',
    head: [fieldLine(':', field, width, theme)],
    lines: drawnRows(Math.max(ROWS, matches.length), row),
    most: ROWS,
    footer: [],
    selectedLine: selected,
  };
}
