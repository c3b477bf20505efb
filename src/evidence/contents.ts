import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventJson } from '../model/event.ts';
import { gather } from '../report/facts.ts';
import type { IncidentView } from '../report/incident-view.ts';
import { maskedJson } from '../report/mask.ts';
import type { ReportOptions } from '../report/options.ts';
import { renderReport } from '../report/report.ts';
import { sha256 } from '../shared/digest.ts';
import { isSafePath } from '../shared/safe-path.ts';
import type { JournalLine } from '../store/journal.ts';
import { journalText } from '../store/journal.ts';

/** A file of a bundle before it is written. */
export interface Content {
  readonly path: string;
  readonly sizeBytes: number;
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What a bundle is made from. */
export interface BundleSource {
  readonly view: IncidentView;
  readonly options: ReportOptions;
  readonly lines: readonly JournalLine[];
  /** The incident's folder; `undefined` for saved logs, which have none. */
  readonly folder: string | undefined;
}

const bytesOf = (path: string, bytes: Uint8Array | string): Content => {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return { path, sizeBytes: buffer.length, chunks: () => [buffer] };
};

/**
 * Everything of a bundle but what speaks of all of it: the report, the journal, the coverage, the events of the timeline with their records as
 * they came, snapshots and attachments. `missing` is filled with what cannot be had.
 */
export async function* bundleContents(
  { view, options, lines, folder }: BundleSource,
  missing: string[],
): AsyncIterable<Content> {
  yield bytesOf('report.md', renderReport(view, options));
  if (lines.length > 0) yield bytesOf('journal.jsonl', journalText(lines));
  yield bytesOf('coverage.json', `${maskedJson(coverageOf(view))}\n`);
  const { timeline, eligible } = gather(view, options);
  if (timeline.length < eligible)
    missing.push(`${eligible - timeline.length} events of the timeline: it has room for ${timeline.length}`);
  yield bytesOf('events.jsonl', timeline.map((event) => `${maskedJson(eventJson(event))}\n`).join(''));
  const written = new Set<string>();
  for (const event of timeline) {
    if (written.has(event.rawSha256)) continue;
    written.add(event.rawSha256);
    const bytes = view.raw?.(event);
    if (!bytes || bytes.length === 0) missing.push(`the record of ${event.id}: the store does not have it`);
    else if (sha256(bytes) !== event.rawSha256)
      missing.push(`the record of ${event.id}: its bytes are not those that were hashed`);
    else yield bytesOf(recordPath(event.rawSha256), bytes);
  }
  if (folder === undefined) return;
  for (const { file, sha256: hash } of view.snapshots) yield* kept(folder, file, hash, missing);
  for (const { file, sha256: hash } of view.attachments) yield* kept(folder, file, hash, missing);
}

/** Where the record with a hash lies. */
export const recordPath = (hash: string): string => `records/${hash}.json`;

async function* kept(folder: string, file: string, hash: string, missing: string[]): AsyncIterable<Content> {
  // The journal may have come from another machine: what it names is neither read nor written anywhere else.
  if (!isSafePath(file)) {
    missing.push(`${file}: it would not lie in the incident's folder`);
    return;
  }
  const path = join(folder, file);
  const facts = await lstat(path).catch(() => undefined); // Gone, or not ours to read: said below.
  if (!facts?.isFile()) {
    missing.push(`${file}: it is not in the incident's folder`);
    return;
  }
  // Snapshots are small and were hashed as text; an attachment may be a disk's image.
  if (facts.size < 64 * 1024 ** 2) {
    const bytes = await readFile(path);
    if (sha256(bytes) !== hash) missing.push(`${file}: it is not what was journalled (it was changed in the folder)`);
    yield bytesOf(file, bytes);
  } else yield { path: file, sizeBytes: facts.size, chunks: () => createReadStream(path) as AsyncIterable<Uint8Array> };
}

const coverageOf = ({
  mode,
  asOf,
  sources,
  receivedTo,
  settledTo,
  rejected,
  inputs,
  digests,
  doors,
  leftOut,
}: IncidentView) => ({
  asOf,
  mode,
  receivedTo: receivedTo === undefined ? null : new Date(receivedTo).toISOString(),
  settledTo: settledTo === undefined ? null : new Date(settledTo).toISOString(),
  rejected,
  inputs,
  sources: sources.map(({ id, title, account, region, state, why, permission, coveredTo, gaps, blindSpots }) => ({
    id,
    title,
    account,
    region,
    state,
    why,
    permission,
    coveredTo: coveredTo === undefined ? null : new Date(coveredTo).toISOString(),
    gaps: gaps.map(({ from, to, why: reason }) => ({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      why: reason,
    })),
    blindSpots,
  })),
  digests: digests
    ? {
        ...digests,
        proved: digests.proved.map((stretch) => ({
          ...stretch,
          from: new Date(stretch.from).toISOString(),
          to: new Date(stretch.to).toISOString(),
        })),
      }
    : null,
  unknown: doors?.unknown ?? [],
  leftOut,
});
