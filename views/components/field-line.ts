import { type TextField, textOf } from '../../hooks/text-field.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { display } from '../../src/shared/display.ts';
import type { Theme } from '../theme/theme.ts';

/** A text field after its label, the caret inverse, scrolled sideways so that the caret is seen. Exactly `width` cells. */
export function fieldLine(label: string, field: TextField, width: number, theme: Theme): string {
  const head = ` ${label}`;
  const room = Math.max(2, width - cellWidth(head) - 1);
  const shown = field.graphemes.map(display);
  let from = 0;
  let used = shown.slice(0, field.caret).reduce((sum, text) => sum + cellWidth(text), 0) + 1;
  while (used > room && from < field.caret) {
    used -= cellWidth(shown[from] ?? '');
    from += 1;
  }
  const before = shown.slice(from, field.caret).join('');
  const at = shown[field.caret] ?? ' ';
  const rest = width - cellWidth(head) - cellWidth(before) - cellWidth(at);
  if (rest < 0) return fit(`${head}${textOf(field) === '' ? '' : display(textOf(field))}`, width);
  return `${theme.paint('title', head)}${before}${theme.paint('selected', at)}${fit(shown.slice(field.caret + 1).join(''), rest)}`;
}

/** Cells between the left edge and the UTF-16 unit `at` of the field's text, as `fieldLine` draws it; for pointing at a mistake. */
export function fieldColumn(label: string, field: TextField, at: number, width: number): number {
  const text = textOf(field);
  return Math.min(width - 1, cellWidth(` ${label}`) + cellWidth(display(text.slice(0, at))));
}
