/** The sentences that are there, in one text. */
export const lines = (...sentences: readonly (string | false | undefined | '')[]): string =>
  sentences.filter(Boolean).join(' ');

/** `a, b and 3 more`: names for a sentence, a few of them. */
export function some(names: readonly string[], atMost = 5): string {
  if (names.length <= atMost) return names.join(', ');
  return `${names.slice(0, atMost).join(', ')} and ${names.length - atMost} more`;
}
