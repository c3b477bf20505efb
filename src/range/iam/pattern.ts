/**
 * Whether `*` (any text) and `?` (one character) of the pattern cover the text. Not a regular expression: policies are written by whoever
 * may, and a row of stars would keep one busy for ever.
 */
export function matches(pattern: string, text: string, caseless = false): boolean {
  const wanted = caseless ? pattern.toLowerCase() : pattern;
  const actual = caseless ? text.toLowerCase() : text;
  let at = 0;
  let star = -1;
  /** Where the text behind the last star begins in this attempt. */
  let resume = 0;
  let index = 0;
  while (index < actual.length) {
    if (wanted[at] === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === actual[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
