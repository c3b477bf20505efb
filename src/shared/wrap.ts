import { cellWidth } from './cells.ts';

const plain = /^[\x21-\x7e]*$/;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts safe text into lines of at most `width` cells, at blanks where there are any. `indent` goes before each line but the first. */
export function wrap(text: string, width: number, indent = ''): string[] {
  if (width < 1) return [];
  if (cellWidth(text) <= width) return [text];
  const inner = Math.max(1, width - indent.length);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const room = () => (lines.length === 0 ? width : inner);
  const push = () => {
    lines.push(lines.length === 0 ? line : indent + line);
    line = '';
    used = 0;
  };
  for (const word of text.split(/(?<= )/)) {
    const wide = cellWidth(word.trimEnd());
    if (used > 0 && used + wide > room()) push();
    if (wide <= room() - used) {
      line += word;
      used += cellWidth(word);
      continue;
    }
    // A script of thousands of characters without a blank: a cell each, so nothing need be measured.
    const solid = word.trimEnd();
    if (plain.test(solid)) {
      for (let at = 0; at < solid.length; ) {
        if (used >= room()) push();
        const part = solid.slice(at, at + room() - used);
        line += part;
        used += part.length;
        at += part.length;
      }
      line += word.slice(solid.length);
      used += word.length - solid.length;
      continue;
    }
    for (const { segment } of segmenter.segment(word)) {
      const next = cellWidth(segment);
      if (used + next > room() && used > 0) push();
      line += segment;
      used += next;
    }
  }
  if (line.trimEnd() !== '' || lines.length === 0) push();
  return lines.map((each) => each.trimEnd());
}
