import type { RawRecord } from '../model/event.ts';
import { normaliseCloudTrail } from './cloudtrail.ts';
import { normaliseLogLine } from './cloudwatch-logs.ts';
import { normaliseEventBridge } from './eventbridge.ts';
import { type JsonObject, objectOf } from './member.ts';
import type { Normalised } from './normalised.ts';

/** Whether an object is a CloudTrail record, an EventBridge envelope, or neither. By content, never by where it came from. */
export function formatOf(value: JsonObject): 'cloudtrail' | 'eventbridge' | undefined {
  if (value['detail-type'] !== undefined && value.detail !== undefined) return 'eventbridge';
  const marks =
    (value.eventSource !== undefined ? 1 : 0) +
    (value.eventName !== undefined ? 1 : 0) +
    (value.eventVersion !== undefined ? 1 : 0);
  return marks >= 2 || (marks === 1 && (value.eventID !== undefined || value.eventTime !== undefined))
    ? 'cloudtrail'
    : undefined;
}

/**
 * A raw record as an event. A pure function of the record. A log line that is itself a CloudTrail record or an EventBridge envelope
 * (a trail's log group, a rule's log group) is taken as that.
 *
 * @param parsed `JSON.parse` of `raw.text`, when the caller has it already.
 */
export function normalise(raw: RawRecord, parsed?: unknown): Normalised {
  const value = parsed === undefined ? parse(raw) : parsed;
  const object = objectOf(value);
  if (raw.format === 'cloudwatch-logs') {
    const inside = object && formatOf(object);
    if (inside === 'cloudtrail') return normaliseCloudTrail(object!, raw);
    if (inside === 'eventbridge') return normaliseEventBridge(object!, raw);
    return normaliseLogLine(raw);
  }
  if (value === undefined) return { rejected: 'is not JSON' };
  if (!object) return { rejected: 'is not a JSON object' };
  // A rule's target may deliver the envelope where we expect the bare record, and the other way round.
  return formatOf(object) === 'eventbridge' || raw.format === 'eventbridge'
    ? normaliseEventBridge(object, raw)
    : normaliseCloudTrail(object, raw);
}

function parse(raw: RawRecord): unknown {
  // Most log lines are prose: no exception for each of them.
  if (raw.format === 'cloudwatch-logs' && !/^\s*\{/.test(raw.text)) return undefined;
  try {
    return JSON.parse(raw.text) as unknown;
  } catch {
    // Not JSON is a finding of its own, told by the caller.
    return undefined;
  }
}
