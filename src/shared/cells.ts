const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/**
 * Characters of which each is one UTF-16 unit, one grapheme and one cell, whatever stands beside it: the letters of European languages, and the
 * lines, blocks and signs that screens are made of. Inside of a character class.
 */
export const oneCell = String.raw`\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2319\u2500-\u25fc\u2600-\u2613\u2699\u2713\u2717`;
const oneCellEach = new RegExp(`^[${oneCell}]*$`);
const wide =
  /[\u{1100}-\u{115f}\u{231a}\u{231b}\u{2329}\u{232a}\u{23e9}-\u{23ec}\u{23f0}\u{23f3}\u{25fd}\u{25fe}\u{2614}\u{2615}\u{2630}-\u{2637}\u{2648}-\u{2653}\u{267f}\u{268a}-\u{268f}\u{2693}\u{26a1}\u{26aa}\u{26ab}\u{26bd}\u{26be}\u{26c4}\u{26c5}\u{26ce}\u{26d4}\u{26ea}\u{26f2}\u{26f3}\u{26f5}\u{26fa}\u{26fd}\u{2705}\u{270a}\u{270b}\u{2728}\u{274c}\u{274e}\u{2753}-\u{2755}\u{2757}\u{2795}-\u{2797}\u{27b0}\u{27bf}\u{2b1b}\u{2b1c}\u{2b50}\u{2b55}\u{2e80}-\u{303e}\u{3041}-\u{33ff}\u{3400}-\u{9fff}\u{a000}-\u{a4cf}\u{a960}-\u{a97f}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe10}-\u{fe19}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{16fe0}-\u{18df2}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d356}\u{1d360}-\u{1d376}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f19a}\u{1f200}-\u{1f320}\u{1f32d}-\u{1f335}\u{1f337}-\u{1f37c}\u{1f37e}-\u{1f393}\u{1f3a0}-\u{1f3ca}\u{1f3cf}-\u{1f3d3}\u{1f3e0}-\u{1f3f0}\u{1f3f4}\u{1f3f8}-\u{1f43e}\u{1f440}\u{1f442}-\u{1f4fc}\u{1f4ff}-\u{1f53d}\u{1f54b}-\u{1f54e}\u{1f550}-\u{1f567}\u{1f57a}\u{1f595}\u{1f596}\u{1f5a4}\u{1f5fb}-\u{1f64f}\u{1f680}-\u{1f6c5}\u{1f6cc}\u{1f6d0}-\u{1f6d2}\u{1f6d5}-\u{1f6d8}\u{1f6dc}-\u{1f6df}\u{1f6eb}\u{1f6ec}\u{1f6f4}-\u{1f6fc}\u{1f7e0}-\u{1f7eb}\u{1f7f0}\u{1f90c}-\u{1f93a}\u{1f93c}-\u{1f945}\u{1f947}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Marks that stand on what is before them, and vowels and finals of Hangul, which join it. */
const joining = /(?!\u20e3)[\p{Mn}\p{Me}\u1160-\u11ff]/u;

/**
 * How many terminal cells the text takes, at most: terminals disagree about what joins (flags, skin tones, vowel signs), and those that draw each
 * character by itself must not run over the edge. For text that passed `display` and holds no escape sequences.
 */
export function cellWidth(text: string): number {
  if (oneCellEach.test(text)) return text.length;
  let width = 0;
  for (const character of text)
    width += character < '\u0300' ? 1 : wide.test(character) ? 2 : joining.test(character) ? 0 : 1;
  return width;
}

/**
 * Exactly `width` cells: cut with `…` or padded with blanks. For text that passed `display` and holds no escape sequences.
 */
export function fit(text: string, width: number): string {
  if (width <= 0) return '';
  if (oneCellEach.test(text)) return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
  const total = cellWidth(text);
  if (total <= width) return text + ' '.repeat(width - total);
  let used = 0;
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    const next = cellWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…${' '.repeat(width - 1 - used)}`;
}
