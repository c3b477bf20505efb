/** A line of a comparison. */
export interface DifferenceLine {
  readonly type: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Longer texts are compared by membership: the table would be felt. */
const TABLE_LIMIT = 250_000;

/** Compares two texts line by line (longest common subsequence). */
export function difference(before: readonly string[], after: readonly string[]): readonly DifferenceLine[] {
  if (before.length * after.length > TABLE_LIMIT) {
    const [old, now] = [new Set(before), new Set(after)];
    return [
      ...before.filter((text) => !now.has(text)).map((text) => ({ type: 'removed', text }) as const),
      ...after.map((text) => ({ type: old.has(text) ? 'same' : 'added', text }) as const),
    ];
  }
  const width = after.length + 1;
  const table = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      table[i * width + j] =
        before[i] === after[j]
          ? 1 + (table[(i + 1) * width + j + 1] ?? 0)
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  const lines: DifferenceLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (i < before.length && j < after.length && old === now) {
      lines.push({ type: 'same', text: now ?? '' });
      i += 1;
      j += 1;
    } else if (
      j >= after.length ||
      (i < before.length && (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))
    ) {
      lines.push({ type: 'removed', text: old ?? '' });
      i += 1;
    } else {
      lines.push({ type: 'added', text: now ?? '' });
      j += 1;
    }
  }
  return lines;
}
