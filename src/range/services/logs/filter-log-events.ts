import { filterPattern } from '../../filter-pattern.ts';
import {
  groupOf,
  groupResourceOf,
  invalidParameter,
  largestPage,
  logGroupIdentifier,
  logGroupName,
  logStreamName,
  logTime,
  mostPerPage,
  nextToken,
  parametersOf,
  readToken,
  sizeOf,
  streamNames,
  streamOf,
  writeToken,
} from '../../log-rules.ts';
import { beginningOf, countBefore, type LogEvent, type LogPosition } from '../../logs.ts';
import { type Operation, optionalText } from '../../operation.ts';
import { takeRequest } from '../../request-rate.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const requestsPerSecond: { readonly [region: string]: number } = {
  'us-east-1': 25,
  'ap-northeast-3': 5,
  'ap-southeast-3': 5,
  'ca-west-1': 5,
  'eu-central-1': 5,
  'il-central-1': 5,
};
const elsewhere = 10;

/** A page looks at so many lines at most: where few of them match, pages are empty and go on all the same. */
const mostScanned = 5000;
const tokenLifeMs = 24 * 3_600_000;
/** Before it lines can only be read oldest first. */
const backwardsSince = Date.UTC(2024, 0, 1);

interface Token {
  readonly parameters: string;
  readonly head: boolean;
  readonly after: LogPosition;
  readonly issuedAt: number;
  /** No two tokens of a search are alike, also when a page brought nothing. */
  readonly page: number;
}

const isToken = (token: Partial<Token>): boolean =>
  typeof token.head === 'boolean' &&
  typeof token.after?.timestamp === 'number' &&
  typeof token.after.eventId === 'string' &&
  typeof token.issuedAt === 'number' &&
  typeof token.page === 'number';

/**
 * Times are those of the lines, not of their ingestion. A search without a start begins long before the first line, so its first page is
 * empty.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export default {
  service: 'logs',
  name: 'FilterLogEvents',
  readOnly: true,
  dataEvent: true,
  input: {
    logGroupName,
    logGroupIdentifier,
    logStreamNames: { type: 'list', min: 1, max: 100 },
    logStreamNamePrefix: logStreamName,
    startTime: logTime,
    endTime: logTime,
    filterPattern: { type: 'string', max: 1024 },
    nextToken,
    limit: { type: 'number', min: 1, max: mostPerPage },
    startFromHead: { type: 'boolean' },
  },
  resources: groupResourceOf,
  run(input, context) {
    const { faults, logs, now, region } = context;
    takeRequest(logs, `FilterLogEvents ${region.name}`, requestsPerSecond[region.name] ?? elsewhere, now);
    const group = groupOf(input, context);
    const { startTime, endTime } = input as { readonly startTime?: number; readonly endTime?: number };
    if (startTime !== undefined && endTime !== undefined && startTime > endTime)
      throw invalidParameter('startTime must be less than or equal to endTime.');
    const named = streamNames(input.logStreamNames);
    const prefix = optionalText(input, 'logStreamNamePrefix');
    if (named.length > 0 && prefix !== undefined)
      throw invalidParameter('logStreamNames and logStreamNamePrefix cannot both be specified.');
    for (const name of named) streamOf(group, { logStreamName: name });
    const wanted = filterPattern(optionalText(input, 'filterPattern'));
    const { startFromHead, ...rest } = input;
    const parameters = parametersOf(rest);
    const given = optionalText(input, 'nextToken');
    const token = given === undefined ? undefined : readToken<Token>(given, parameters, isToken);
    if (token && now - token.issuedAt > tokenLifeMs) throw invalidParameter('The specified nextToken is invalid.');
    const head = token?.head ?? startFromHead !== false;
    if (!head && (startTime ?? 0) < backwardsSince)
      throw invalidParameter('startFromHead can be false only with a startTime on or after 2024-01-01T00:00:00Z.');

    const lines = group.events;
    const from = countBefore(lines, beginningOf(startTime ?? 0), false);
    const to = endTime === undefined ? lines.length : countBefore(lines, beginningOf(endTime + 1), false);
    const next = (after: LogPosition) =>
      writeToken({ parameters, head, after, issuedAt: now, page: (token?.page ?? 0) + 1 } satisfies Token);
    const atOnce: LogPosition = token?.after ?? (head ? beginningOf(0) : { ...beginningOf(8.64e15) });
    const emptyFirst = token === undefined && startTime === undefined && to > from;
    if (emptyFirst || faults.emptyPage()) return { events: [], searchedLogStreams: [], nextToken: next(atOnce) };

    const step = head ? 1 : -1;
    let index = head
      ? Math.max(from, countBefore(lines, atOnce, true))
      : Math.min(to, countBefore(lines, atOnce, false)) - 1;
    const limit = typeof input.limit === 'number' ? input.limit : mostPerPage;
    const page: LogEvent[] = [];
    let size = 0;
    let scanned = 0;
    let last: LogEvent | undefined;
    for (; index >= from && index < to && scanned < mostScanned; index += step, scanned += 1) {
      const line = lines[index] as LogEvent;
      const here =
        (named.length === 0 || named.includes(line.stream)) &&
        line.stream.startsWith(prefix ?? '') &&
        wanted(line.message);
      if (here) {
        size += sizeOf(line);
        if (page.length === limit || (page.length > 0 && size > largestPage)) break;
        page.push(line);
      }
      last = line;
    }
    return {
      events: page.map(({ eventId, stream, timestamp, ingestionTime, message }) => ({
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime,
        eventId,
      })),
      searchedLogStreams: [],
      ...(last && index >= from && index < to ? { nextToken: next(last) } : {}),
    };
  },
} satisfies Operation;
