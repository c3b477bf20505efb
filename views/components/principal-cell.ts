import { shortName } from '../../src/model/principal.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import type { Theme } from '../theme/theme.ts';
import { cutMiddle, safe } from './text.ts';

/** Who acts, in exactly `width` cells: the whole name where it fits, else a person's session, or the role that a machine acts as with its mark. */
export function principalCell(name: string, width: number, { glyphs }: Theme): string {
  const whole = safe(name, 512);
  if (cellWidth(whole) <= width) return fit(whole, width);
  const { text, isMachine } = shortName(name.slice(0, 512));
  if (!isMachine) return fit(safe(text), width);
  return fit(`${cutMiddle(safe(text), Math.max(1, width - 2))} ${glyphs.machine}`, width);
}
