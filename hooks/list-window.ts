/** First line of a list of `total` that keeps `selected` on a screen of `height`, a margin of one line included where it fits. */
export function topFor(selected: number, total: number, height: number, top = 0): number {
  const last = Math.max(0, total - height);
  const margin = height > 4 ? 1 : 0;
  const low = selected - height + 1 + margin;
  const high = selected - margin;
  return Math.max(0, Math.min(last, Math.max(low, Math.min(top, high))));
}

/** Index of the selected row: while none was chosen, and when it is gone, the first; -1 in an empty list. */
export function selectedIndex<Row, Key>(
  rows: readonly Row[],
  selected: Key | undefined,
  keyOf: (row: Row) => Key,
): number {
  const found = selected === undefined ? -1 : rows.findIndex((row) => keyOf(row) === selected);
  return found >= 0 ? found : rows.length > 0 ? 0 : -1;
}

/** What stood nearest to a row that has left its list: below it, else above. @returns `undefined` where nothing of that list is left. */
export function neighbour(before: readonly string[], gone: string, now: readonly string[]): string | undefined {
  const left = new Set(now);
  const at = before.indexOf(gone);
  if (at < 0) return undefined;
  return before.slice(at + 1).find((key) => left.has(key)) ?? before.slice(0, at).findLast((key) => left.has(key));
}
