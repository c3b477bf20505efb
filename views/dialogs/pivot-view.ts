import type { Pivot } from '../../hooks/pivot.ts';
import { fit } from '../../src/shared/cells.ts';
import { cell } from '../components/text.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

/** What can be followed from the selected event, and whether the event history can be asked for it: for saved logs there is none to ask. */
export function pivotView(
  pivots: readonly Pivot[],
  selected: number,
  { width, theme, snapshot }: DialogContext,
): Sheet {
  const room = Math.max(20, Math.min(width - 43, 80));
  const lines = pivots.map(({ title, lookup: known }, index) => {
    const lookup = snapshot.mode === 'saved' ? undefined : known;
    const words = lookup ? 'looked up in the event history first' : 'only in what is loaded';
    const text = fit(
      `${index === selected ? theme.glyphs.pointer : ' '} ${index < 9 ? index + 1 : ' '}  ${cell(title, room)}  ${words}`,
      width,
    );
    const painted = theme.paint(lookup ? 'plain' : 'dim', text);
    return index === selected ? theme.paint('selected', painted) : painted;
  });
  return { title: 'Pivot: follow what?', lines, footer: [], selectedLine: selected };
}
