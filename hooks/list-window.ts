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
