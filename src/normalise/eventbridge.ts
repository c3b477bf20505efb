import type { RawRecord } from '../model/event.ts';
import { normaliseCloudTrail } from './cloudtrail.ts';
import { type JsonObject, objectOf, textOf, timeOf } from './member.ts';
import type { Normalised } from './normalised.ts';
import { studioUserOf } from './user-identity.ts';

/** Detail types whose `detail` is a whole CloudTrail record. */
const viaCloudTrail = / via CloudTrail$/;

/**
 * An EventBridge envelope as an event. `AWS API Call via CloudTrail` and its kin are the CloudTrail record inside, with its id, so that
 * the same call by another route is the same event.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export function normaliseEventBridge(envelope: JsonObject, raw: RawRecord): Normalised {
  const detailType = textOf(envelope['detail-type']);
  const detail = objectOf(envelope.detail);
  if (detail && viaCloudTrail.test(detailType) && detail.eventID !== undefined) {
    return normaliseCloudTrail(detail, { ...raw, id: '', region: textOf(envelope.region) || (raw.region ?? '') });
  }
  const id = textOf(envelope.id) || (raw.id ?? '');
  if (id === '') return { rejected: 'has no id' };
  const at = timeOf(envelope.time) ?? raw.at;
  if (at === undefined) return { rejected: 'has no time' };
  return {
    record: envelope,
    event: {
      id,
      at,
      origin: 'eventbridge',
      action: detailType,
      readOnly: undefined,
      account: textOf(envelope.account),
      region: textOf(envelope.region) || (raw.region ?? ''),
      summary: '',
      principal: studioUserOf(detail),
      sourceIp: '',
      userAgent: '',
      errorCode: '',
      errorMessage: '',
      resources: [],
    },
  };
}
