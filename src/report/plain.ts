import { display } from '../shared/display.ts';
import { mask } from './mask.ts';

/** Longest line of a text for chat, UTF-16 units. */
const LINE = 400;

/**
 * Untrusted text for a chat: masked, on one line, calls nobody (`@here`) and links nowhere.
 */
export function plain(untrusted: string, limit = LINE): string {
  const text = display(mask(untrusted))
    .replaceAll('@', '(at)')
    .replaceAll(/\b(https?|ftp):\/\//gi, (scheme) => `${scheme.slice(0, -3).replace(/t/gi, 'x')}[:]//`)
    .replaceAll(/\bwww\./gi, 'www[.]');
  return text.length > limit ? `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}
