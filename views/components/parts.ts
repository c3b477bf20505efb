import { cellWidth, fit } from '../../src/shared/cells.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

/** A piece of a status line. */
export interface Part {
  /** Spellings, longest first; safe text. */
  readonly texts: readonly string[];
  /** Pieces with the lowest number are shortened, then left out, when the line is too narrow. */
  readonly keep: number;
  /** Where its shorter spellings stand in that order, when sooner than the piece itself would go. */
  readonly spare?: number;
  readonly meaning?: Meaning;
  readonly side?: 'right';
}

/** Joins what fits: left pieces with a dot between, right pieces at the right edge. Exactly `width` cells. */
export const joinParts = (parts: readonly Part[], width: number, theme: Theme): string =>
  fitParts(parts, width, theme).line;

/** The line, as `joinParts` has it, and the pieces that had no room on it. */
export function fitParts<Piece extends Part>(
  parts: readonly Piece[],
  width: number,
  theme: Theme,
): { readonly line: string; readonly leftOut: readonly Piece[] } {
  const gap = ` ${theme.glyphs.dot} `;
  // One form beyond the last spelling: left out.
  const items = parts.filter(({ texts }) => (texts[0] ?? '') !== '').map((part) => ({ part, form: 0 }));
  type Item = (typeof items)[number];
  const textOf = ({ part, form }: Item) => part.texts[form] ?? '';
  const isShown = ({ part, form }: Item) => form < part.texts.length;
  const isShort = ({ part, form }: Item) => form + 1 >= part.texts.length;
  const left = () => items.filter((item) => isShown(item) && item.part.side !== 'right');
  const right = () => items.filter((item) => isShown(item) && item.part.side === 'right');
  // What parts the sides at least, where there are two.
  const between = () => (left().length > 0 && right().length > 0 ? 2 : 0);
  const widthOf = () => {
    const side = (some: readonly Item[], apart: number) =>
      some.reduce((sum, item) => sum + cellWidth(textOf(item)), 0) + Math.max(0, some.length - 1) * apart;
    return 1 + side(left(), 3) + between() + side(right(), 3) + 1;
  };
  const rank = (item: Item) => (isShort(item) ? item.part.keep : (item.part.spare ?? item.part.keep));
  while (widthOf() > width) {
    const shown = items.filter(isShown);
    const [only] = shown;
    if (shown.length < 2 && (!only || isShort(only)))
      return {
        line: theme.paint(only?.part.meaning ?? 'plain', fit(` ${only ? textOf(only) : ''}`, width)),
        leftOut: items.filter((item) => item !== only).map(({ part }) => part),
      };
    shown.reduce((a, b) => (rank(b) < rank(a) ? b : a)).form += 1;
  }
  // A long piece that went late has taken others with it that have room now; then come the longer spellings.
  const grow = (item: Item, forms: readonly number[]) => {
    const was = item.form;
    const fitting = forms.find((form) => {
      item.form = form;
      return widthOf() <= width;
    });
    item.form = fitting ?? was;
  };
  const byWeight = items.toSorted((a, b) => b.part.keep - a.part.keep);
  for (const item of byWeight) if (!isShown(item)) grow(item, [item.part.texts.length - 1]);
  for (const item of byWeight)
    if (isShown(item))
      grow(
        item,
        Array.from({ length: item.form }, (_, form) => form),
      );
  const paint = (item: Item) => theme.paint(item.part.meaning ?? 'plain', textOf(item));
  const [l, r] = [left(), right()];
  const leftText = l.map(paint).join(gap);
  const rightText = r.map(paint).join('   ');
  const used = widthOf() - between();
  return {
    line: ` ${leftText}${' '.repeat(Math.max(0, width - used))}${rightText} `,
    leftOut: items.filter((item) => !isShown(item)).map(({ part }) => part),
  };
}
