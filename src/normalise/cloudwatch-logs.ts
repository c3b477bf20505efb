import type { RawRecord } from '../model/event.ts';
import type { Normalised } from './normalised.ts';

/**
 * A line of a log group as an event: `logs:<group>`, in the words of the line. Lines that are CloudTrail records are not ours;
 * `normalise` recognises them first.
 */
export function normaliseLogLine(raw: RawRecord): Normalised {
  if (raw.at === undefined || !Number.isFinite(raw.at)) return { rejected: 'has no timestamp' };
  if (!raw.id) return { rejected: 'has no id' };
  return {
    record: { logGroup: raw.group ?? '', logStream: raw.stream ?? '' },
    event: {
      id: raw.id,
      at: Math.trunc(raw.at),
      origin: 'cloudwatch-logs',
      action: `logs:${raw.group ?? ''}`,
      readOnly: undefined,
      account: '',
      region: raw.region ?? '',
      summary: '',
      principal: undefined,
      sourceIp: '',
      userAgent: '',
      errorCode: '',
      errorMessage: '',
      resources: [],
    },
  };
}
