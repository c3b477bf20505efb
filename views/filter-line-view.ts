import type { FilterLine } from '../hooks/console-state.ts';
import { cellWidth, fit } from '../src/shared/cells.ts';
import { fieldLine, fieldPointer } from './components/field-line.ts';
import { titleLine } from './components/pane.ts';
import { count, cutMiddle, plural, safe } from './components/text.ts';
import type { Theme } from './theme/theme.ts';

/** How much a filter finds. */
export interface Found {
  /** Matching events; `undefined` while they are counted. */
  readonly matches: number | undefined;
  /** How far the search is; empty when all is found. */
  readonly search: string;
}

/** The filter while it is typed, on five rows: under the text a pointer to what cannot be read, then what is wrong, or what matches, and what could go on. */
export function filterLineView(line: FilterLine, { matches, search }: Found, width: number, theme: Theme): string[] {
  const { problem, field } = line;
  const pointer = problem ? fieldPointer('/', field, problem.at, width, theme) : '';
  const found = matches === undefined ? (search === '' ? 'counting…' : '') : plural(matches, 'event');
  const words = problem
    ? safe(problem.text, 400)
    : [found, search === '' ? '' : `${search}…`].filter(Boolean).join(` ${theme.glyphs.dot} `);
  return [
    titleLine('Filter', width, theme, { focused: true, more: ['Enter keeps', 'Esc restores'] }),
    fieldLine('/', field, width, theme),
    theme.paint('problem', fit(pointer, width)),
    theme.paint(problem ? 'problem' : 'dim', fit(` ${words}`, width)),
    suggestionsLine(line, width, theme),
  ];
}

/** What Tab puts at the caret, as much as fits from the one that it has put there; values with how many events have them. */
function suggestionsLine({ completion }: FilterLine, width: number, theme: Theme): string {
  const all = completion?.suggestions ?? [];
  if (!completion || all.length === 0) return fit('', width);
  const head = ' Tab: ';
  let used = cellWidth(head);
  let text = theme.paint('key', head);
  for (const [index, { insert }] of all.entries()) {
    if (index < (completion.taken ?? 0)) continue;
    const events = completion.events.get(all[index]?.title ?? '');
    const shown = `${cutMiddle(safe(insert, 200), 40)}${events ? ` ${count(events)}` : ''}`;
    const next = `${index > (completion.taken ?? 0) ? '  ' : ''}${shown}`;
    if (used + cellWidth(next) > width - 2) break;
    used += cellWidth(next);
    text += index === completion.taken ? theme.paint('selected', next) : next;
  }
  return text + ' '.repeat(Math.max(0, width - used));
}
