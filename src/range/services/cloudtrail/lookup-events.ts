import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../shared/json.ts';
import { Fault } from '../../fault.ts';
import { type Operation, optionalText, type PublishedRecord, structures } from '../../operation.ts';
import { takeRequest } from '../../request-rate.ts';

/** What the event history keeps: 90 days. */
const retentionMs = 90 * 86_400_000;
/** AWS: two requests a second of the account's time, for each account and Region: a faster world has as many more records to ask for. */
const requestsPerSecond = 2;

/** Which attribute is held against what; AWS compares exactly and with case. */
const attributes: { readonly [key: string]: (record: PublishedRecord) => readonly unknown[] } = {
  AccessKeyId: ({ accessKeyId }) => [accessKeyId],
  EventId: ({ id }) => [id],
  EventName: ({ name }) => [name],
  EventSource: ({ source }) => [source],
  ReadOnly: ({ readOnly }) => [String(readOnly)],
  ResourceName: ({ resources }) => resources.map(({ ResourceName }) => ResourceName),
  ResourceType: ({ resources }) => resources.map(({ ResourceType }) => ResourceType),
  Username: ({ username }) => [username],
};

interface Position {
  readonly time: number;
  readonly sequence: number;
  /** Of the other parameters: a token is good only with the ones it was made for. */
  readonly parameters: string;
}

function readToken(token: string, parameters: string): Position {
  const refuse = () => new Fault('InvalidNextTokenException', 'Invalid token is provided.');
  let position: Partial<Position>;
  try {
    position = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Position>;
  } catch {
    throw refuse();
  }
  const { time, sequence } = position;
  if (typeof time !== 'number' || typeof sequence !== 'number' || position.parameters !== parameters) throw refuse();
  return { time, sequence, parameters };
}

/** Index of the newest record that lies in the window and behind the page before. */
function lastBefore(records: readonly PublishedRecord[], to: number, after: Position | undefined): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { time, sequence } = records[middle] as PublishedRecord;
    const behind = !after || time < after.time || (time === after.time && sequence < after.sequence);
    if (time <= to && behind) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Newest first. Of several attributes only the first one counts, silently, as observed with AWS. A page continues behind the last event of
 * the one before, so what is published late above it is for the next sweep.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export default {
  service: 'cloudtrail',
  name: 'LookupEvents',
  readOnly: true,
  input: {
    LookupAttributes: { type: 'list' },
    StartTime: { type: 'number' },
    EndTime: { type: 'number' },
    MaxResults: { type: 'number' },
    NextToken: { type: 'string' },
    EventCategory: { type: 'string' },
  },
  run(input, { trail, region, now, schedule }) {
    // Time of the account: it runs faster where durations are divided.
    takeRequest(trail, `LookupEvents ${region.name}`, requestsPerSecond, now / schedule.scaled(1));
    const size = typeof input.MaxResults === 'number' ? input.MaxResults : 50;
    if (size < 1 || size > 50)
      throw new Fault('InvalidMaxResultsException', 'A valid maximum number of results is between 1 and 50.');
    const oldest = now - retentionMs;
    const from = Math.max(oldest, typeof input.StartTime === 'number' ? input.StartTime * 1000 : oldest);
    const to = typeof input.EndTime === 'number' ? input.EndTime * 1000 : Number.POSITIVE_INFINITY;
    if (typeof input.StartTime === 'number' && input.StartTime * 1000 > to)
      throw new Fault('InvalidTimeRangeException', 'Start time must be before end time.');
    const [attribute] = structures(input.LookupAttributes);
    const key = attribute && optionalText(attribute, 'AttributeKey');
    const values = key === undefined ? undefined : attributes[key];
    if (attribute && (!values || typeof attribute.AttributeValue !== 'string'))
      throw new Fault('InvalidLookupAttributesException', 'A lookup attribute is invalid.');
    if (input.EventCategory !== undefined) {
      if (input.EventCategory !== 'insight')
        throw new Fault('InvalidEventCategoryException', 'The event category is invalid.');
      return { Events: [] };
    }
    const { NextToken: token, MaxResults: _size, ...rest } = input;
    const parameters = createHash('sha256').update(canonicalJson(rest)).digest('base64url').slice(0, 16);
    const after = token === undefined ? undefined : readToken(String(token), parameters);
    const records = trail.published(region.name);
    const page: PublishedRecord[] = [];
    let more = false;
    for (let index = lastBefore(records, to, after); index >= 0; index -= 1) {
      const record = records[index] as PublishedRecord;
      if (record.time < from) break;
      if (values && !values(record).includes(attribute?.AttributeValue)) continue;
      if (page.length === size) {
        more = true;
        break;
      }
      page.push(record);
    }
    const last = page.at(-1);
    return {
      Events: page.map((entry) => ({
        EventId: entry.id,
        EventName: entry.name,
        ReadOnly: String(entry.readOnly),
        AccessKeyId: entry.accessKeyId,
        EventTime: new Date(entry.time),
        EventSource: entry.source,
        Username: entry.username || undefined,
        Resources: entry.resources,
        CloudTrailEvent: entry.text,
      })),
      ...(more && last
        ? {
            NextToken: Buffer.from(
              JSON.stringify({ time: last.time, sequence: last.sequence, parameters } satisfies Position),
            ).toString('base64url'),
          }
        : {}),
    };
  },
} satisfies Operation;
