import type { RawRecord } from '../model/event.ts';
import { JsonSplitter, type Piece } from './split-json.ts';

/** What a piece of a saved log turned out to be. */
export type Read = { readonly record: RawRecord } | { readonly problem: string };

/** Members that only wrappings have; a record that holds none of them needs no parsing here. */
const wrappings = ['"CloudTrailEvent"', '"Records"', '"Events"', '"events"', '"message"'];

/**
 * The raw record, or records, in a piece of a saved log. The bytes of a record are cut out, never written anew: they are evidence.
 *
 * - a CloudTrail record or an EventBridge envelope stands for itself;
 * - an entry of `lookup-events` holds the record as text in `CloudTrailEvent`;
 * - an entry of `filter-log-events` holds a log line in `message`, which may itself be a record;
 * - a whole file of records on one line of NDJSON is taken apart.
 */
export function savedRecords(piece: Piece): readonly Read[] {
  const text = piece.bytes.toString('utf8');
  if (!wrappings.some((member) => text.includes(member))) return [{ record: { format: formatOfText(text), text } }];
  let value: { readonly [member: string]: unknown };
  try {
    value = JSON.parse(text) as { readonly [member: string]: unknown };
  } catch {
    return [{ problem: 'is not JSON' }];
  }
  // A record that only mentions such a member somewhere inside is still a record.
  if (typeof value.eventName === 'string' || value['detail-type'] !== undefined)
    return [{ record: { format: formatOfText(text), text } }];
  if (typeof value.CloudTrailEvent === 'string')
    return [{ record: { format: 'cloudtrail', text: value.CloudTrailEvent } }];
  for (const list of ['Records', 'Events', 'events'])
    if (Array.isArray(value[list]) && piece.list === '') return nested(text);
  if (typeof value.message === 'string') return [{ record: logLine(value) }];
  return [{ record: { format: 'cloudtrail', text } }];
}

const formatOfText = (text: string): RawRecord['format'] =>
  text.includes('"detail-type"') ? 'eventbridge' : 'cloudtrail';

/** An entry of `filter-log-events` or `get-log-events`; the latter has no `eventId`, so its place stands in for one. */
function logLine(value: { readonly [member: string]: unknown }): RawRecord {
  const text = String(value.message);
  const at = Number(value.timestamp);
  const stream = typeof value.logStreamName === 'string' ? value.logStreamName : '';
  const group = typeof value.logGroupName === 'string' ? value.logGroupName : '';
  return {
    format: 'cloudwatch-logs',
    text,
    id: typeof value.eventId === 'string' ? value.eventId : `${group}/${stream}/${value.timestamp}/${text}`,
    ...(Number.isFinite(at) ? { at } : {}),
    ...(group ? { group } : {}),
    ...(stream ? { stream } : {}),
  };
}

function nested(text: string): readonly Read[] {
  const reads: Read[] = [];
  const splitter = new JsonSplitter(
    (piece) => reads.push(...savedRecords(piece)),
    ({ problem }) => reads.push({ problem }),
  );
  splitter.push(Buffer.from(text));
  splitter.end();
  return reads;
}
