import type { RawRecord } from '../model/event.ts';
import { sha256 } from '../shared/digest.ts';

/**
 * Gives log lines without an id one that is the same whenever the page is read again: what the line is, and its number among equal
 * lines of the page, so that ten equal lines stay ten events.
 */
export function numberTwins(page: readonly RawRecord[]): readonly RawRecord[] {
  if (page.every(({ format, id }) => format !== 'cloudwatch-logs' || id)) return page;
  const number = lineNumbers();
  return page.map((record) =>
    record.format === 'cloudwatch-logs' && !record.id ? { ...record, id: number(record) } : record,
  );
}

/** Equal lines have equal times, so they stand close together; a file of millions of lines must not fill the memory. */
const mostRemembered = 50_000;

/** Ids for the lines of one page or file, in their order. */
export function lineNumbers(): (line: RawRecord) => string {
  const seen = new Map<string, number>();
  return ({ group = '', stream = '', at = 0, text }) => {
    const line = sha256([group, stream, at, text].join('\0'));
    const number = (seen.get(line) ?? 0) + 1;
    if (seen.size >= mostRemembered) seen.clear();
    seen.set(line, number);
    return number === 1 ? line : `${line}-${number}`;
  };
}
