import { cellWidth } from '../../src/shared/cells.ts';
import type { Theme } from '../theme/theme.ts';
import { cutMiddle, safe } from './text.ts';

/** A step's name takes at most so many cells of the way. */
const STEP = 24;

/** The way to where the operator is: `principal=alice › inventory › `, in at most `width` cells; the older steps go first. */
export function crumbText(crumbs: readonly string[], theme: Theme, width: number): string {
  const arrow = ` ${theme.glyphs.crumb} `;
  const names = crumbs.filter((text, index, all) => text !== all[index - 1]).slice(-10);
  let shown = '';
  for (const [index, name] of names.toReversed().entries()) {
    const next = `${cutMiddle(safe(name, 200), STEP)}${arrow}${shown}`;
    const rest = index + 1 < names.length ? cellWidth(arrow) + 1 : 0;
    if (cellWidth(next) + rest > width) return `…${arrow}${shown}`;
    shown = next;
  }
  return shown;
}
