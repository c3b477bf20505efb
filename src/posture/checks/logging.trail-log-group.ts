import { type Check, judged, weakIf } from '../check.ts';
import { accountKind } from '../facts.ts';
import { cli, commands } from '../remedy.ts';
import { noTrail, trailsOf } from '../trails.ts';

const check: Check = {
  id: 'logging.trail-log-group',
  topic: 'logging and monitoring',
  title: 'a trail that delivers to CloudWatch Logs',
  about: [accountKind],
  why: 'Without it an incident is followed by the event history alone: minutes late, two requests a second, no data events.',
  references: [
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html',
  ],
  remedy: () =>
    commands(
      cli('cloudtrail', 'update-trail', {
        name: 'TRAIL',
        'cloud-watch-logs-log-group-arn': 'LOG_GROUP_ARN',
        'cloud-watch-logs-role-arn': 'ROLE_ARN',
      }),
    ),
  judge: (_subject, facts) =>
    judged(trailsOf(facts), ({ trailList = [] }, field) => {
      if (trailList.length === 0) return noTrail({ from: 'cloudtrail:DescribeTrails' });
      const delivering = trailList.filter(({ CloudWatchLogsLogGroupArn }) => CloudWatchLogsLogGroupArn);
      return weakIf(
        delivering.length === 0,
        (delivering.length > 0 ? delivering : trailList)
          .slice(0, 5)
          .map(({ Name, CloudWatchLogsLogGroupArn: group }) =>
            field('CloudWatchLogsLogGroupArn', group ? `${group} (${Name ?? ''})` : undefined),
          ),
      );
    }),
};
export default check;
