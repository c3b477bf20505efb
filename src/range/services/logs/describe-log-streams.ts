import {
  groupOf,
  groupResourceOf,
  invalidParameter,
  logGroupIdentifier,
  logGroupName,
  logStreamName,
  nextToken,
  pageOf,
} from '../../log-rules.ts';
import { type Operation, optionalText } from '../../operation.ts';
import { takeRequest } from '../../request-rate.ts';

/**
 * The time of a stream's last line may be an hour behind, as with AWS: who chooses streams by it misses the live ones.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
 */
export default {
  service: 'logs',
  name: 'DescribeLogStreams',
  readOnly: true,
  input: {
    logGroupName,
    logGroupIdentifier,
    logStreamNamePrefix: logStreamName,
    orderBy: { type: 'string', values: ['LogStreamName', 'LastEventTime'] },
    descending: { type: 'boolean' },
    nextToken,
    limit: { type: 'number', min: 1, max: 50 },
  },
  resources: groupResourceOf,
  run(input, context) {
    takeRequest(context.logs, `DescribeLogStreams ${context.region.name}`, 25, context.now);
    const group = groupOf(input, context);
    const prefix = optionalText(input, 'logStreamNamePrefix');
    const byTime = input.orderBy === 'LastEventTime';
    if (byTime && prefix !== undefined)
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const sign = input.descending === true ? -1 : 1;
    const found = [...group.streams.values()]
      .filter(({ name }) => name.startsWith(prefix ?? ''))
      .sort((a, b) => sign * ((byTime ? a.shownLastAt - b.shownLastAt : 0) || (a.name < b.name ? -1 : 1)));
    const page = pageOf(found, input);
    return {
      logStreams: page.items.map((stream) => ({
        logStreamName: stream.name,
        creationTime: stream.createdAt,
        ...(stream.lastAt > 0
          ? {
              firstEventTimestamp: stream.firstAt,
              lastEventTimestamp: stream.shownLastAt,
              lastIngestionTime: stream.lastIngestedAt,
            }
          : {}),
        arn: `${group.arn}:log-stream:${stream.name}`,
        storedBytes: 0,
      })),
      nextToken: page.nextToken,
    };
  },
} satisfies Operation;
