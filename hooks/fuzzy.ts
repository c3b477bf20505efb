const wordStart = /[\s:./_-]/;
const startsWord = (text: string, at: number): boolean => at === 0 || wordStart.test(text[at - 1] ?? '');
/** Characters that may be left out within a word: what is further apart is found by chance in any long text. */
const LEFT_OUT = 3;

/** Where the next typed character stands: near the one before it, else where a word begins with it. */
function nextAt(hay: string, character: string, from: number): number | undefined {
  let at = hay.indexOf(character, from);
  if (at >= 0 && at - from <= LEFT_OUT) return at;
  while (at >= 0 && !startsWord(hay, at)) at = hay.indexOf(character, at + 1);
  return at < 0 ? undefined : at;
}

/**
 * How well `text` answers to what was typed: every typed character stands in it, in order, near the one before or where a word begins, whatever
 * the case. Starts of words and runs count most, and a short text before a long one. @returns `undefined` when it does not answer.
 */
export function fuzzyScore(typed: string, text: string): number | undefined {
  const needle = typed.toLowerCase();
  const hay = text.toLowerCase();
  if (needle === '') return 0;
  const whole = hay.indexOf(needle);
  if (whole >= 0) {
    let word = whole;
    while (word > 0 && !startsWord(hay, word)) word = hay.indexOf(needle, word + 1);
    return 1000 + (word >= 0 ? 500 : 0) + (whole === 0 ? 300 : 0) - Math.min(200, hay.length);
  }
  let score = 0;
  let from = 0;
  let last = -2;
  for (const character of needle) {
    if (character === ' ') continue;
    const at = nextAt(hay, character, from);
    if (at === undefined) return undefined;
    score += at === last + 1 ? 12 : startsWord(hay, at) ? 10 : -(at - from);
    last = at;
    from = at + 1;
  }
  return score - Math.min(100, hay.length) / 4;
}

/** The best answers first, at most `most`; those that fit equally well stay in their order. */
export function fuzzyBest<Item>(
  typed: string,
  items: Iterable<Item>,
  textsOf: (item: Item) => readonly string[],
  most: number,
): readonly Item[] {
  const found: { readonly item: Item; readonly score: number; readonly order: number }[] = [];
  let order = 0;
  for (const item of items) {
    let best: number | undefined;
    // The first text is the name: it counts a little more than what stands beside it.
    for (const [index, text] of textsOf(item).entries()) {
      const score = fuzzyScore(typed, text);
      if (score !== undefined && (best === undefined || score - index * 40 > best)) best = score - index * 40;
    }
    if (best !== undefined) found.push({ item, score: best, order });
    order += 1;
  }
  return found
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, most)
    .map(({ item }) => item);
}
