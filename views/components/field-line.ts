import { type TextField, textOf } from '../../hooks/text-field.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { display } from '../../src/shared/display.ts';
import type { Theme } from '../theme/theme.ts';

const widthOf = (shown: readonly string[]): number => shown.reduce((sum, text) => sum + cellWidth(text), 0);

/** The graphemes as they are drawn, and the first that is: scrolled sideways so that the caret is seen. */
function scrolled(label: string, field: TextField, width: number): { shown: readonly string[]; from: number } {
  const room = Math.max(2, width - cellWidth(` ${label}`) - 1);
  const shown = field.graphemes.map(display);
  let from = 0;
  let used = widthOf(shown.slice(0, field.caret)) + 1;
  while (used > room && from < field.caret) {
    used -= cellWidth(shown[from] ?? '');
    from += 1;
  }
  return { shown, from };
}

/** A text field after its label, the caret inverse, scrolled sideways so that the caret is seen. Exactly `width` cells. */
export function fieldLine(label: string, field: TextField, width: number, theme: Theme): string {
  const head = ` ${label}`;
  const { shown, from } = scrolled(label, field, width);
  const before = shown.slice(from, field.caret).join('');
  const at = shown[field.caret] ?? ' ';
  const rest = width - cellWidth(head) - cellWidth(before) - cellWidth(at);
  if (rest < 0) return fit(`${head}${textOf(field) === '' ? '' : display(textOf(field))}`, width);
  return `${theme.paint('title', head)}${before}${theme.paint('selected', at)}${fit(shown.slice(field.caret + 1).join(''), rest)}`;
}

/** Of what stands where the line is scrolled away. */
const QUOTED = 24;

/**
 * Points from below `fieldLine` at the UTF-16 unit `at` of the field's text, where something is wrong. Where that is scrolled out of sight
 * it says on which side, and what stands there. At most `width` cells.
 */
export function fieldPointer(label: string, field: TextField, at: number, width: number, theme: Theme): string {
  const { shown, from } = scrolled(label, field, width);
  let index = 0;
  for (let units = 0; index < shown.length; index++) {
    units += field.graphemes[index]?.length ?? 0;
    if (units > at) break;
  }
  const head = cellWidth(` ${label}`);
  const column = head + widthOf(shown.slice(from, index));
  const quoted = Math.min(QUOTED, width - 3);
  const there = fit(shown.slice(index, index + quoted).join(''), quoted).trimEnd();
  if (index < from) return fit(` ${theme.glyphs.back} ${there}`, width).trimEnd();
  if (column < width) return ' '.repeat(column) + theme.glyphs.caret;
  const text = `${there} ${theme.glyphs.arrow}`;
  return ' '.repeat(Math.max(0, width - cellWidth(text))) + text;
}
