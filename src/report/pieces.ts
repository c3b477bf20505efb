/** Joins short texts into pieces of about 64 kB: a write a line would cost more than the lines. */
export function* pieces(texts: Iterable<string>, sizeBytes = 65_536): Iterable<string> {
  let waiting: string[] = [];
  let size = 0;
  for (const text of texts) {
    waiting.push(text);
    size += text.length;
    if (size < sizeBytes) continue;
    yield waiting.join('');
    waiting = [];
    size = 0;
  }
  if (waiting.length > 0) yield waiting.join('');
}
