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
export function joinParts(parts: readonly Part[], width: number, theme: Theme): string {
  const gap = ` ${theme.glyphs.dot} `;
  const shown = parts.filter(({ texts }) => (texts[0] ?? '') !== '').map((part) => ({ part, form: 0 }));
  const textOf = ({ part, form }: { part: Part; form: number }) => part.texts[form] ?? '';
  const left = () => shown.filter(({ part }) => part.side !== 'right');
  const right = () => shown.filter(({ part }) => part.side === 'right');
  const widthOf = () => {
    const side = (items: typeof shown, between: number) =>
      items.reduce((sum, item) => sum + cellWidth(textOf(item)), 0) + Math.max(0, items.length - 1) * between;
    const [l, r] = [left(), right()];
    return 1 + side(l, 3) + (r.length > 0 ? 2 + side(r, 3) : 0) + 1;
  };
  while (shown.length > 1 && widthOf() > width) {
    const rank = ({ part, form }: (typeof shown)[number]) =>
      form + 1 < part.texts.length ? (part.spare ?? part.keep) : part.keep;
    const least = shown.reduce((a, b) => (rank(b) < rank(a) ? b : a));
    if (least.form + 1 < least.part.texts.length) least.form += 1;
    else shown.splice(shown.indexOf(least), 1);
  }
  const only = shown[0];
  if (shown.length === 1 && only) {
    while (widthOf() > width && only.form + 1 < only.part.texts.length) only.form += 1;
    if (widthOf() > width) return theme.paint(only.part.meaning ?? 'plain', fit(` ${textOf(only)}`, width));
  }
  const paint = (item: (typeof shown)[number]) => theme.paint(item.part.meaning ?? 'plain', textOf(item));
  const [l, r] = [left(), right()];
  const leftText = l.map(paint).join(gap);
  const rightText = r.map(paint).join('   ');
  const used = widthOf() - (r.length > 0 ? 2 : 0);
  return ` ${leftText}${' '.repeat(Math.max(0, width - used))}${rightText} `;
}
