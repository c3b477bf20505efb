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
  sizeOf,
  streamOf,
} from '../../log-rules.ts';
import { beginningOf, countBefore, type LogEvent, type LogPosition } from '../../logs.ts';
import { type Operation, optionalText } from '../../operation.ts';
import { takeRequest } from '../../request-rate.ts';

const write = (direction: 'f' | 'b', { timestamp, ingestionTime, eventId }: LogPosition): string =>
  `${direction}/${timestamp}.${ingestionTime}.${eventId}`;

function read(token: string): { readonly forward: boolean; readonly position: LogPosition } {
  const parts = /^([fb])\/(\d+)\.(-?\d+)\.([\d~]*)$/.exec(token);
  if (!parts) throw invalidParameter('The specified nextToken is invalid.');
  return {
    forward: parts[1] === 'f',
    position: { timestamp: Number(parts[2]), ingestionTime: Number(parts[3]), eventId: parts[4] ?? '' },
  };
}

/** As many lines as one page holds, from its beginning or from its end. */
function fit(lines: readonly LogEvent[], limit: number, fromEnd: boolean): readonly LogEvent[] {
  let size = 0;
  let count = 0;
  for (; count < Math.min(limit, lines.length); count += 1) {
    size += sizeOf(lines[fromEnd ? lines.length - 1 - count : count] as LogEvent);
    if (count > 0 && size > largestPage) break;
  }
  return fromEnd ? lines.slice(lines.length - count) : lines.slice(0, count);
}

/**
 * One stream, in both directions; its end is where the token stays the same. The end time is excluded here.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export default {
  service: 'logs',
  name: 'GetLogEvents',
  readOnly: true,
  dataEvent: true,
  input: {
    logGroupName,
    logGroupIdentifier,
    logStreamName: { ...logStreamName, required: true },
    startTime: logTime,
    endTime: logTime,
    nextToken,
    limit: { type: 'number', min: 1, max: mostPerPage },
    startFromHead: { type: 'boolean' },
  },
  resources: groupResourceOf,
  run(input, context) {
    takeRequest(context.logs, `GetLogEvents ${context.region.name}`, 25, context.now);
    const group = groupOf(input, context);
    const { name } = streamOf(group, input);
    const from = typeof input.startTime === 'number' ? input.startTime : 0;
    const to = typeof input.endTime === 'number' ? input.endTime : Infinity;
    const limit = typeof input.limit === 'number' ? input.limit : mostPerPage;
    const lines = group.events.filter((line) => line.stream === name && line.timestamp >= from && line.timestamp < to);
    const given = optionalText(input, 'nextToken');
    const token = given === undefined ? undefined : read(given);
    const forward = token ? token.forward : input.startFromHead === true;
    const position = token?.position ?? beginningOf(from);
    const rest = !token
      ? lines
      : forward
        ? lines.slice(countBefore(lines, position, true))
        : lines.slice(0, countBefore(lines, position, false));
    const page = fit(rest, limit, !forward);
    const [first, last] = [page[0], page.at(-1)];
    // Beyond the end, turning round begins with the line that the token stands at.
    return {
      events: page.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
      nextForwardToken: last ? write('f', last) : write('f', forward ? position : { ...position, eventId: '' }),
      nextBackwardToken: first
        ? write('b', first)
        : write('b', forward ? { ...position, eventId: `${position.eventId}~` } : position),
    };
  },
} satisfies Operation;
