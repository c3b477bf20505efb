import type { RawRecord, TimelineEvent } from '../model/event.ts';

/** A stored event's record as it came. @param text The record's text. */
export function rawRecordOf(event: TimelineEvent, text: string): RawRecord {
  const { origin, action, region, id, at, resources } = event;
  return {
    format: origin === 'responder' ? 'cloudtrail' : origin,
    text,
    ...(region === '' ? {} : { region }),
    ...(origin === 'cloudwatch-logs'
      ? {
          id,
          at,
          group: action.slice('logs:'.length),
          stream: resources.find(({ kind }) => kind === 'logs.log-stream')?.name ?? '',
        }
      : {}),
  };
}
