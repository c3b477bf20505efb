import type { Message } from '../hooks/console-state.ts';
import type { Hint } from '../hooks/keymap.ts';
import { cellWidth, fit } from '../src/shared/cells.ts';
import { cutMiddle, safe } from './components/text.ts';
import type { Theme } from './theme/theme.ts';

/** What was just said; where a problem has no room, the key that shows it in full. */
function messageLine({ text, tone }: Message, width: number, theme: Theme, errorsKey: string): string {
  const whole = ` ${safe(text)}`;
  // Of a path, and of what is said after a name, the end tells; nothing else shows it.
  if (tone !== 'problem') return theme.paint('title', fit(` ${cutMiddle(safe(text), width - 1)}`, width));
  const key = cellWidth(whole) > width ? errorsKey : '';
  const more = key && ` (${key})`;
  return theme.paint('problem', `${fit(whole, width - cellWidth(more))}${more}`);
}

/** The last line of the screen: what was just said, or else what can be pressed. `errorsKey`: what shows problems in full, if anything does. */
export function hintBarView(
  hints: readonly Hint[],
  message: Message | undefined,
  width: number,
  theme: Theme,
  errorsKey = '',
): string {
  if (message) return messageLine(message, width, theme, errorsKey);
  const shown = [...hints];
  const cells = () => shown.reduce((sum, { key, text }) => sum + cellWidth(key) + 1 + cellWidth(text) + 3, -3) + 2;
  // The last two are the way to everything else: help, and out.
  while (shown.length > 0 && cells() > width) shown.splice(Math.max(0, shown.length - 3), 1);
  const line = shown.map(({ key, text }) => `${theme.paint('key', key)} ${text}`).join(` ${theme.glyphs.dot} `);
  return shown.length === 0 ? ' '.repeat(width) : ` ${line}${' '.repeat(width - cells() + 1)}`;
}
