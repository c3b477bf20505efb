import type { RawRecord } from '../model/event.ts';
import { JsonSplitter, type Piece } from './split-json.ts';

type Value = { readonly [member: string]: unknown };

/** A record of a saved log. */
export interface SavedRecord {
  readonly record: RawRecord;
  /**
   * The record's bytes as they stand in the file, or the text of a log line or of a record inside an entry. Good until more of the file is read:
   * whoever keeps them copies them.
   */
  readonly bytes: Uint8Array;
  /** `JSON.parse` of `record.text`, when it was parsed on the way. */
  readonly value?: Value;
}

/** What a piece of a saved log turned out to be. */
export type Read = SavedRecord | { readonly problem: string };

/**
 * The raw record, or records, in a piece of a saved log. The bytes of a record are cut out, never written anew: they are evidence.
 *
 * - a CloudTrail record or an EventBridge envelope stands for itself;
 * - an entry of `lookup-events` holds the record as text in `CloudTrailEvent`;
 * - an entry of `filter-log-events` holds a log line in `message`, which may itself be a record;
 * - a whole file of records on one line of NDJSON is taken apart.
 */
export function savedRecords(piece: Piece): readonly Read[] {
  const text = piece.text ?? piece.bytes.toString('utf8');
  const value = piece.value ?? parse(text);
  if (!value) return [{ problem: 'is not JSON' }];
  const isEnvelope = value['detail-type'] !== undefined;
  // A record that has such a member, too, is still a record.
  if (isEnvelope || typeof value.eventName === 'string' || value.eventSource !== undefined) {
    return [{ record: { format: isEnvelope ? 'eventbridge' : 'cloudtrail', text }, bytes: piece.bytes, value }];
  }
  if (typeof value.CloudTrailEvent === 'string') {
    const inner = value.CloudTrailEvent;
    return [{ record: { format: 'cloudtrail', text: inner }, bytes: Buffer.from(inner) }];
  }
  for (const list of ['Records', 'Events', 'events'])
    if (Array.isArray(value[list]) && piece.list === '') return nested(piece.bytes);
  if (typeof value.message === 'string') {
    const record = logLine(value);
    return [{ record, bytes: Buffer.from(record.text) }];
  }
  // Digest files lie beside the logs and are none. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
  if (value.digestS3Object !== undefined) return [];
  return [{ record: { format: 'cloudtrail', text }, bytes: piece.bytes, value }];
}

/** @returns `undefined` when the text is no JSON object. */
function parse(text: string): Value | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return value !== null && typeof value === 'object' ? (value as Value) : undefined;
  } catch {
    return undefined; // The caller says so.
  }
}

/** An entry of `filter-log-events` or `get-log-events`; the latter has no `eventId`. */
function logLine(value: { readonly [member: string]: unknown }): RawRecord {
  const text = String(value.message);
  const at = Number(value.timestamp);
  const stream = typeof value.logStreamName === 'string' ? value.logStreamName : '';
  const group = typeof value.logGroupName === 'string' ? value.logGroupName : '';
  return {
    format: 'cloudwatch-logs',
    text,
    ...(typeof value.eventId === 'string' ? { id: value.eventId } : {}),
    ...(Number.isFinite(at) ? { at } : {}),
    ...(group ? { group } : {}),
    ...(stream ? { stream } : {}),
  };
}

function nested(bytes: Buffer): readonly Read[] {
  const reads: Read[] = [];
  const splitter = new JsonSplitter(
    (piece) => reads.push(...savedRecords(piece)),
    ({ problem }) => reads.push({ problem }),
  );
  splitter.push(bytes);
  splitter.end();
  return reads;
}
