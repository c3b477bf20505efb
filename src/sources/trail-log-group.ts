import { discoverTrails } from './discover-trails.ts';
import { type LogGroupsOptions, readLogGroups } from './log-groups.ts';
import type { EventSource } from './source.ts';

/** The log groups that trails write to: seconds instead of minutes, and the data events that the event history leaves out. */
export function createTrailLogGroup(
  options: LogGroupsOptions & { readonly discoverEveryMs?: number } = {},
): EventSource {
  return {
    id: 'trail-log-group',
    title: 'Trail log group',
    lagMs: 90_000,
    settles: false,
    everywhere: false,
    blindSpots: [
      'Only what a trail records and writes to a log group of this Region',
      'Records that are larger than a log line may be are not delivered by CloudTrail',
    ],
    references: [
      'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html',
      'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html',
    ],
    read(context) {
      const { aws, region } = context;
      return readLogGroups(
        context,
        {
          // Whoever attacks stops the trail: that must be on the screen within a minute.
          everyMs: options.discoverEveryMs ?? 45_000,
          async discover(signal) {
            const { groups, findings, stopped, pauses } = await discoverTrails(aws, region, signal);
            const here = groups.filter((group) => group.region === region);
            const elsewhere = groups.filter((group) => group.region !== region);
            return {
              groups: here.map(({ arn, name }) => ({ arn, name, tail: true })),
              alarm: stopped.join('; '),
              unrecorded: pauses
                .filter(({ group }) => here.some(({ arn }) => arn === group))
                .map(({ name, from, to }) => ({
                  id: `stopped ${name} ${from}`,
                  from,
                  to,
                  why: to === undefined ? `trail ${name} is stopped` : `trail ${name} was stopped`,
                })),
              blindSpots: [
                ...findings,
                ...elsewhere.map(
                  (group) =>
                    `log group ${group.name} of a trail lies in ${group.region}: read with --region ${group.region}`,
                ),
              ],
              nothing:
                elsewhere.length > 0
                  ? `the trail's log group lies in ${elsewhere.map((group) => group.region).join(', ')}`
                  : 'no trail writes to a log group here',
            };
          },
        },
        options,
      );
    },
  };
}

/** With the intervals that suit a real account. */
export default createTrailLogGroup();
