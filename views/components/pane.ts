import { cellWidth, fit } from '../../src/shared/cells.ts';
import type { Theme } from '../theme/theme.ts';

/** A pane's title line: ` Events ── 1,284 ───── following `. Exactly `width` cells; all texts safe. */
export function titleLine(
  title: string,
  width: number,
  theme: Theme,
  options: {
    readonly focused?: boolean;
    readonly more?: readonly string[];
    readonly right?: string;
    /** The way to it, before the title. */
    readonly before?: string;
  } = {},
): string {
  const { rule, pointer } = theme.glyphs;
  const focused = options.focused ?? false;
  let right = options.right ? ` ${options.right} ` : '';
  if (cellWidth(right) + cellWidth(title) + 6 > width) right = '';
  const room = width - cellWidth(right);
  let rest = '';
  for (const piece of options.more ?? []) rest += ` ${rule}${rule} ${piece}`;
  const mark = focused ? pointer : ' ';
  const named = cellWidth(mark) + cellWidth(title);
  const before = options.before && cellWidth(options.before) + named + 6 <= room ? options.before : '';
  const text = fit(`${before === '' ? mark : ''}${title}`, Math.min(room, before === '' ? named : cellWidth(title)));
  const lead = before === '' ? '' : `${mark}${before}`;
  const remaining = room - cellWidth(lead) - cellWidth(text);
  let tail = cellWidth(rest) + 1 <= remaining ? rest : fit(rest, Math.max(0, remaining - 1));
  tail =
    tail === '' ? ' '.repeat(Math.min(1, remaining)) : `${tail}${' '.repeat(Math.min(1, remaining - cellWidth(tail)))}`;
  const fill = rule.repeat(Math.max(0, remaining - cellWidth(tail)));
  return `${theme.paint('dim', lead)}${theme.paint(focused ? 'selected' : 'title', text)}${theme.paint(focused ? 'plain' : 'dim', `${tail}${fill}`)}${theme.paint(focused ? 'title' : 'dim', right)}`;
}

/** Exactly `height` lines: cut, or filled with blank ones. */
export function fill(lines: readonly string[], width: number, height: number): string[] {
  const shown = lines.slice(0, Math.max(0, height));
  const blank = ' '.repeat(width);
  return [...shown, ...Array.from({ length: Math.max(0, height - shown.length) }, () => blank)];
}

/** Two panes side by side, with a bar between: the rows of the screen. */
export const beside = (left: readonly string[], right: readonly string[], theme: Theme): string[] =>
  left.map((line, index) => `${line}${theme.paint('dim', theme.glyphs.bar)}${right[index] ?? ''}`);
