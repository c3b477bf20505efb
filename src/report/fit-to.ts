import { FailedError } from '../model/errors.ts';
import type { WrittenSection } from './report.ts';
import { costOf, sealCost } from './seal.ts';
import { count, counted } from './time.ts';

/**
 * What a reader misses least, first: every value of the early ones stands in another section, or in the incident's folder. What is cut twice
 * keeps a share of the room at first, so that hundreds of findings leave some to the timeline.
 */
const cutFirst: readonly (readonly [section: string, share: number])[] = [
  ['evidence', 0],
  ['resources', 0],
  ['indicators', 0],
  ['lanes', 0],
  ['posture', 0],
  ['playbooks', 0],
  ['coverage', 0.03],
  ['credentials', 0.05],
  ['at-a-glance', 0.05],
  ['notes', 0.05],
  ['containment', 0.15],
  ['findings', 0.2],
  ['still-open', 0.2],
  ['timeline', 0],
  ['at-a-glance', 0],
  ['credentials', 0],
  ['coverage', 0],
  ['notes', 0],
  ['containment', 0],
  ['impact', 0],
  ['questions', 0],
  ['open-questions', 0],
  ['findings', 0],
  ['still-open', 0],
];

/** Room for what is said about the cut itself. */
const RESERVE = 900;

const sizeOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + costOf(line), 0);

/** Bytes of a report of these sections, with its codes. */
export const sizeOfReport = (sections: readonly WrittenSection[]): number =>
  sections.reduce((sum, { lines }) => sum + sizeOf(lines), sealCost);

/**
 * Cuts sections, the least missed first, until the report has `maxBytes` at most; tables lose their last rows, code blocks and the rest go
 * whole. What was cut is said where it stood and under "Left out".
 *
 * @throws FailedError `TooSmall`
 */
export function fitTo(sections: readonly WrittenSection[], maxBytes: number): WrittenSection[] {
  const total = () => sizeOfReport(written);
  let written = [...sections];
  if (total() <= maxBytes) return written;
  const room = maxBytes - RESERVE;
  for (const [id, share] of cutFirst) {
    const over = total() - room;
    if (over <= 0) break;
    written = written.map((section) => {
      if (section.id !== id) return section;
      const size = sizeOf(section.lines);
      // Always from the whole: what was cut before says so in a line of its own, which is none of the section.
      const whole = sections.find((one) => one.id === id) ?? section;
      const trimmed = trim(whole, Math.max(size - over, share * room));
      // A line by itself is no longer than the line that says that it went.
      return sizeOf(trimmed.lines) < size ? trimmed : section;
    });
  }
  const cuts = sections.flatMap(({ title, lines }, at) => {
    const fewer = lines.length - (written[at]?.lines.length ?? 0);
    return fewer > 0 ? [`${title} (${counted(fewer, 'line')} fewer)`] : [];
  });
  written = written.map((section) =>
    section.id === 'left-out'
      ? {
          ...section,
          lines: [
            ...section.lines.slice(0, -1),
            `- Cut to fit ${count(maxBytes)} bytes: ${cuts.join('; ')}. The whole report has ${count(sizeOfReport(sections))}.`,
            '',
          ],
        }
      : section,
  );
  if (total() <= maxBytes) return written;
  throw new FailedError('TooSmall', `the report cannot be cut to ${maxBytes} bytes: what must stand needs ${total()}`, [
    'Allow more with --max-bytes, or use --format brief',
  ]);
}

/** A section in `room` bytes: what fits from its beginning, and a line that says what does not. Its heading always stays. */
function trim({ id, title, lines }: WrittenSection, room: number): WrittenSection {
  const kept: string[] = [];
  let used = sizeOf(lines.slice(0, 2)) + 120;
  let at = 2;
  kept.push(...lines.slice(0, 2));
  for (;;) {
    const block = blockAt(lines, at);
    if (block.length === 0) break;
    const isTable = block.length > 2 && block[0]?.startsWith('|') === true && /^\|( --- \|)+$/.test(block[1] ?? '');
    const cost = sizeOf(block);
    if (used + cost <= room) {
      kept.push(...block);
      used += cost;
      at += block.length;
      continue;
    }
    if (isTable) {
      const rows: string[] = [];
      let tableCost = sizeOf(block.slice(0, 2));
      for (const row of block.slice(2)) {
        if (used + tableCost + costOf(row) > room) break;
        rows.push(row);
        tableCost += costOf(row);
      }
      if (rows.length > 0) {
        kept.push(...block.slice(0, 2), ...rows);
        at += 2 + rows.length;
      }
    }
    break;
  }
  const left = lines.slice(at).filter((line) => line !== '').length;
  if (kept.at(-1) !== '') kept.push('');
  return { id, title, lines: [...kept, `Cut to fit: ${counted(left, 'line')} of this section left out.`, ''] };
}

/** A table, a fenced block, or one line. */
function blockAt(lines: readonly string[], at: number): readonly string[] {
  const line = lines[at];
  if (line === undefined) return [];
  const fence = /^(`{3,})/.exec(line)?.[1];
  if (fence) {
    const end = lines.findIndex((other, index) => index > at && /^`{3,}$/.test(other) && other.length >= fence.length);
    return lines.slice(at, end < 0 ? lines.length : end + 1);
  }
  if (!line.startsWith('|')) return [line];
  let end = at;
  while (lines[end]?.startsWith('|')) end += 1;
  return lines.slice(at, end);
}
