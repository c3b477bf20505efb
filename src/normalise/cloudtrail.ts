import type { NormalisedEvent, RawRecord } from '../model/event.ts';
import { actionOf } from './action.ts';
import { flagOf, type JsonObject, textOf, timeOf } from './member.ts';
import type { Normalised } from './normalised.ts';
import { principalOf } from './user-identity.ts';

/** Filled in by whoever links them. */
const noResources: NormalisedEvent['resources'] = [];

/**
 * A CloudTrail record as an event. Tolerates what real records have (null members, numbers as strings, `requestParameters` as text);
 * only a record that cannot be placed or told from another is rejected.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function normaliseCloudTrail(record: JsonObject, raw: RawRecord): Normalised {
  // Never the log line's id instead: by another route the same event would get another.
  const id = textOf(record.eventID);
  if (id === '') return { rejected: 'has no eventID' };
  if (record.eventTime === undefined || record.eventTime === null || record.eventTime === '')
    return { rejected: 'has no eventTime' };
  const at = timeOf(record.eventTime);
  if (at === undefined) return { rejected: 'has an eventTime that is no time' };
  const principal = principalOf(record.userIdentity);
  const event: { -readonly [Member in keyof NormalisedEvent]: NormalisedEvent[Member] } = {
    id,
    at,
    origin: 'cloudtrail',
    action: actionOf(textOf(record.eventSource), textOf(record.eventName)),
    readOnly: flagOf(record.readOnly),
    account:
      textOf(record.recipientAccountId) || textOf((record.userIdentity as JsonObject | null | undefined)?.accountId),
    region: textOf(record.awsRegion) || (raw.region ?? ''),
    summary: '',
    principal,
    sourceIp: textOf(record.sourceIPAddress),
    userAgent: textOf(record.userAgent),
    // A refusal stays one, whatever it says.
    errorCode: typeof record.errorCode === 'string' ? record.errorCode : textOf(record.errorCode),
    errorMessage: textOf(record.errorMessage),
    resources: noResources,
  };
  const requestId = textOf(record.requestID);
  if (requestId !== '') event.requestId = requestId;
  return { record, event };
}
