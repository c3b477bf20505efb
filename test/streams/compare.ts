import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A line of `firebreak range --truth`. */
export interface TrueLine {
  readonly kind: string;
  readonly id: string;
  readonly time: string;
  readonly publishedAt: string;
  readonly route?: string;
}

/** What `firebreak watch --json` prints of an event, as far as it is compared. */
export interface SeenLine {
  readonly id: string;
  readonly time: string;
  readonly source: string;
  readonly routes: readonly string[];
}

/** A gap that was on the screen when watching ended. */
export interface OpenGap {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

export interface Comparison {
  readonly published: number;
  readonly seen: number;
  /** Published in time, never seen, and outside every gap that was shown. */
  readonly unexplained: readonly TrueLine[];
  /** Published in time and never seen. */
  readonly lost: readonly TrueLine[];
  /** Ids that were printed more than once. */
  readonly duplicated: readonly string[];
}

const sourceKinds: { readonly [kind: string]: readonly string[] } = {
  cloudtrail: ['cloudtrail-lookup', 'trail-log-group'],
  'cloudwatch-logs': ['cloudwatch-logs'],
  eventbridge: ['eventbridge-log-group'],
};

/**
 * Holds what was seen against what was published.
 *
 * @param until Epoch ms: what was published later need not have been seen.
 * @param repeats Ids that are kept as repeats of an event that was seen: of several reports of one state the first to come is printed.
 */
export function compareStreams(
  truth: readonly TrueLine[],
  seen: readonly SeenLine[],
  gaps: readonly OpenGap[],
  until: number,
  repeats: ReadonlySet<string> = new Set(),
): Comparison {
  const counts = new Map<string, number>();
  for (const { id } of seen) counts.set(id, (counts.get(id) ?? 0) + 1);
  const due = truth.filter(({ publishedAt }) => Date.parse(publishedAt) <= until);
  const lost = due.filter(({ id }) => !counts.has(id) && !repeats.has(id));
  const explained = ({ kind, time }: TrueLine) =>
    gaps.some(
      ({ source, from, to }) =>
        (sourceKinds[kind] ?? []).includes(source) && from <= Date.parse(time) && Date.parse(time) <= to,
    );
  return {
    published: due.length,
    seen: seen.length,
    lost,
    unexplained: lost.filter((line) => !explained(line)),
    duplicated: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
  };
}

/** `firebreak: gap SOURCE REGION FROM to TO: why` and `firebreak: gap filled SOURCE REGION FROM to TO` of `watch`'s stderr. */
export function openGaps(stderr: string): readonly OpenGap[] {
  const open = new Map<string, OpenGap>();
  for (const line of stderr.split('\n')) {
    const match = /^firebreak: gap (filled )?(\S+) (\S+) (\S+Z) to (\S+Z)/.exec(line);
    if (!match) continue;
    const [, filled, source = '', region, from = '', to = ''] = match;
    const key = `${source} ${region} ${from} ${to}`;
    if (filled) open.delete(key);
    else open.set(key, { source, from: Date.parse(from), to: Date.parse(to) });
  }
  return [...open.values()];
}

/** NDJSON; the last line may have been cut by the end. */
export const parseLines = <Line>(text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);

/** What the only incident below a state folder keeps as repeats, by id. */
export function repeatsKept(stateDir: string): ReadonlySet<string> {
  const incidents = join(stateDir, 'incidents');
  const database = new DatabaseSync(join(incidents, readdirSync(incidents)[0] ?? '', 'events.db'), { readOnly: true });
  const keys = database.prepare('select lower(hex(key)) as key from repeat').all() as { key: string }[];
  database.close();
  return new Set(keys.map(({ key }) => key.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')));
}
