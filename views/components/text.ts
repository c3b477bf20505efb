import { cellWidth, fit } from '../../src/shared/cells.ts';
import { display } from '../../src/shared/display.ts';

export { wrap } from '../../src/shared/wrap.ts';

/** Characters of a value that are looked at, so that a name of a megabyte costs no more than a long one. */
const LOOKED_AT = 8192;

/** Untrusted text made safe to show, cut to a sane length first. */
export const safe = (untrusted: string, most = LOOKED_AT): string =>
  display(untrusted.length > most ? `${untrusted.slice(0, most)}…` : untrusted);

/** Untrusted text in exactly `width` cells. */
export const cell = (untrusted: string, width: number): string => fit(safe(untrusted, width * 4 + 64), width);

/**
 * Safe text in at most `width` cells, cut in the middle: of ARNs and names both ends tell. Account ids within go first, since every bucket
 * of a team ends in the same. `end`: the part of the room that the end gets.
 */
export function cutMiddle(text: string, width: number, end = 0.5): string {
  if (cellWidth(text) <= width) return text;
  const short = text.replace(/(?<=[^:\d]-)\d{12}(?=$|\/)/g, '…');
  if (cellWidth(short) <= width) return short;
  if (width < 8) return fit(short, Math.max(0, width)).trimEnd();
  const graphemes = Array.from(segmenter.segment(short.slice(0, LOOKED_AT)), ({ segment }) => segment);
  const take = (from: readonly string[], room: number): readonly string[] => {
    let used = 0;
    const taken = from.findIndex((grapheme) => {
      used += cellWidth(grapheme);
      return used > room;
    });
    return taken < 0 ? from : from.slice(0, taken);
  };
  const tail = take(graphemes.toReversed(), Math.ceil((width - 1) * end)).toReversed();
  const head = take(graphemes, width - 1 - cellWidth(tail.join('')));
  return `${head.join('')}…${tail.join('')}`;
}

/** Right-aligned in exactly `width` cells. */
export const cellRight = (text: string, width: number): string => {
  const missing = width - cellWidth(text);
  return missing >= 0 ? ' '.repeat(missing) + text : fit(text, width);
};

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const grouped = new Intl.NumberFormat('en-US');
/** `1,284`. */
export const count = (value: number): string => grouped.format(value);

/** `1 event`, `2 events`. */
export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;
