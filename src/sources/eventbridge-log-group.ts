import { listLogGroups } from './list-log-groups.ts';
import { type LogGroupsOptions, readLogGroups } from './log-groups.ts';
import type { EventSource } from './source.ts';

/** EventBridge offers only groups whose names begin so as targets. */
const prefix = '/aws/events/';
/** Each is a group of a session that others may need more. */
const mostTailed = 5;

/** Log groups that an EventBridge rule writes to: SageMaker's state changes, seconds after they happen. */
export function createEventBridgeLogGroup(
  options: LogGroupsOptions & { readonly discoverEveryMs?: number } = {},
): EventSource {
  return {
    id: 'eventbridge-log-group',
    title: 'EventBridge log group',
    lagMs: 15_000,
    settles: false,
    everywhere: false,
    blindSpots: [
      'Only the state changes that a rule sends to a log group that begins with /aws/events/',
      'EventBridge may send a state change several times, or, rarely, not at all',
    ],
    references: [
      'https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html',
      'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html',
    ],
    read(context) {
      const { aws, region } = context;
      return readLogGroups(
        context,
        {
          everyMs: options.discoverEveryMs ?? 60_000,
          async discover(signal) {
            const { groups } = await listLogGroups(aws, region, prefix, signal);
            return {
              groups: groups.map(({ arn, name, createdAt }, index) => ({
                arn,
                name,
                createdAt,
                tail: index < mostTailed,
                ...(index < mostTailed ? {} : { pollMs: 15_000 }),
              })),
              blindSpots: [],
              nothing: 'no rule sends SageMaker state changes to a log group: `firebreak doctor` prints one',
            };
          },
        },
        options,
      );
    },
  };
}

/** With the intervals that suit a real account. */
export default createEventBridgeLogGroup();
