import type { Filter, FilterLine } from '../hooks/console-state.ts';
import { fit } from '../src/shared/cells.ts';
import { fieldColumn, fieldLine } from './components/field-line.ts';
import { titleLine } from './components/pane.ts';
import { count, safe } from './components/text.ts';
import type { Theme } from './theme/theme.ts';

/** The filter while it is typed, on four rows: under the text a pointer to what cannot be read, then what is wrong, or what matches. */
export function filterLineView(line: FilterLine, filter: Filter, total: number, width: number, theme: Theme): string[] {
  const { problem, field } = line;
  const matches = total >= 0 ? total : filter.count;
  const pointer = problem ? ' '.repeat(fieldColumn('/', field, problem.at, width)) + theme.glyphs.caret : '';
  const words = problem ? safe(problem.text, 400) : matches === undefined ? 'counting…' : `${count(matches)} events`;
  return [
    titleLine('Filter', width, theme, { focused: true, more: ['Enter keeps', 'Esc restores'] }),
    fieldLine('/', field, width, theme),
    theme.paint('problem', fit(pointer, width)),
    theme.paint(problem ? 'problem' : 'dim', fit(` ${words}`, width)),
  ];
}
