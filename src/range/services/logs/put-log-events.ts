import {
  findGroup,
  groupResourceOf,
  invalidParameter,
  logGroupName,
  logStreamName,
  streamOf,
} from '../../log-rules.ts';
import { type Operation, structures, text } from '../../operation.ts';

const hourMs = 3_600_000;
const oldestMs = 14 * 24 * hourMs;
const newestMs = 2 * hourMs;
/** AWS: 1 MB a request, each line counting 26 bytes more than it has. */
const largestBatch = 1024 * 1024;
const overhead = 26;

/**
 * Lines that are too old or too new are left out, and the answer says which.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
export default {
  service: 'logs',
  name: 'PutLogEvents',
  readOnly: false,
  dataEvent: true,
  input: {
    logGroupName: { ...logGroupName, required: true },
    logStreamName: { ...logStreamName, required: true },
    logEvents: { type: 'list', required: true, min: 1, max: 10_000 },
  },
  resources: groupResourceOf,
  run(input, context) {
    const { logs, now, region } = context;
    const group = findGroup(text(input, 'logGroupName'), context);
    const stream = streamOf(group, input);
    const lines = structures(input.logEvents).map(({ timestamp, message }) => {
      if (typeof timestamp !== 'number' || timestamp < 0 || typeof message !== 'string' || message === '')
        throw invalidParameter('Log events must have a timestamp and a message.');
      return { timestamp: Math.trunc(timestamp), message };
    });
    if (lines.some(({ timestamp }, index) => index > 0 && timestamp < (lines[index - 1]?.timestamp ?? 0)))
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    if (lines.reduce((sum, { message }) => sum + Buffer.byteLength(message) + overhead, 0) > largestBatch)
      throw invalidParameter('Upload too large: the batch is larger than 1048576 bytes.');
    const tooOld = lines.findLastIndex(({ timestamp }) => timestamp < now - oldestMs);
    const tooNew = lines.findIndex(({ timestamp }) => timestamp > now + newestMs);
    const taken = lines.slice(tooOld + 1, tooNew < 0 ? undefined : tooNew);
    if (taken.length > 0) logs.put(region.name, group.name, stream.name, taken);
    return {
      nextSequenceToken: 'none',
      ...(tooOld >= 0 || tooNew >= 0
        ? {
            rejectedLogEventsInfo: {
              ...(tooNew >= 0 ? { tooNewLogEventStartIndex: tooNew } : {}),
              ...(tooOld >= 0 ? { tooOldLogEventEndIndex: tooOld + 1 } : {}),
            },
          }
        : {}),
    };
  },
} satisfies Operation;
