/** First line of a list of `total` that keeps `selected` on a screen of `height`, a margin of one line included where it fits. */
export function topFor(selected: number, total: number, height: number, top = 0): number {
  const last = Math.max(0, total - height);
  const margin = height > 4 ? 1 : 0;
  const low = selected - height + 1 + margin;
  const high = selected - margin;
  return Math.max(0, Math.min(last, Math.max(low, Math.min(top, high))));
}
