import { IndicatorTally } from '../indicators/tally.ts';
import type { IndicatorKind, SeenIndicator } from '../model/indicator.ts';
import { scriptMembers } from '../model/lifecycle-script.ts';
import type { Facts } from './facts.ts';

/** Records that are read for what only they say: a block of them is unpacked for each. Ours. */
const mostRead = 2_000;

const kinds: ReadonlySet<IndicatorKind> = new Set(['bucket', 'image', 'digest', 'script']);

/** What a record's text holds where there is something of these kinds in it; a backslash may spell any of it. */
const telling = new RegExp(`\\.dkr\\.ecr|sha256:|s3://|:s3:::|\\\\[u/]|"(?:${[...scriptMembers].join('|')})"`);

const made = new WeakMap<Facts['timeline'], readonly SeenIndicator[]>();

/**
 * Images, digests, buckets that something was written to and scripts: of the calls of the timeline that changed something. Of one timeline
 * once, so that it can be done before it is wanted.
 */
export function madeOf({ timeline, view }: Facts): readonly SeenIndicator[] {
  const before = made.get(timeline);
  if (before) return before;
  const tally = new IndicatorTally();
  let read = 0;
  for (const event of timeline) {
    if (event.origin !== 'cloudtrail' || event.readOnly !== false || event.responder === 'own') continue;
    if (read >= mostRead) break;
    read += 1;
    const record = recordOf(view.raw?.(event));
    if (record !== undefined || event.resources.some(({ kind }) => kind === 's3.bucket')) tally.add(event, record);
  }
  const list = tally.list().filter(({ kind }) => kinds.has(kind));
  made.set(timeline, list);
  return list;
}

/** A record in which there may be something; most hold nothing of these kinds, and reading them as JSON is most of the work. */
function recordOf(bytes: Uint8Array | undefined): unknown {
  if (!bytes) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  if (!telling.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A record that is no JSON holds nothing of this kind; the coverage counts it.
    return undefined;
  }
}
