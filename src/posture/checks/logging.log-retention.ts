import { type Check, evidenceOf, type Judgement, notApplicable, unanswered } from '../check.ts';
import { accountKind, pagesOf } from '../facts.ts';
import { cli, commands, comment } from '../remedy.ts';
import { trailsOf } from '../trails.ts';

/** Shorter than this, the beginning of an intrusion is gone when it is found. */
const leastDays = 90;
/** Rows of their own for so many groups. */
const mostRows = 20;

const check: Check = {
  id: 'logging.log-retention',
  topic: 'logging and monitoring',
  title: `log groups that keep their lines for ${leastDays} days`,
  about: [accountKind],
  why: 'What lifecycle scripts, terminals and containers printed is evidence, and is deleted by itself.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html',
    'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/userguide/Working-with-log-groups-and-streams.html',
  ],
  remedy: ({ name }) =>
    commands(
      comment('firebreak contain logs.log-group.keep does this with an undo'),
      cli('logs', 'put-retention-policy', { 'log-group-name': name, 'retention-in-days': '365' }),
    ),
  judge(_subject, { ask }): readonly Judgement[] {
    const trails = trailsOf({ ask });
    const delivered =
      trails.state === 'read'
        ? (trails.value.trailList ?? []).flatMap(
            ({ CloudWatchLogsLogGroupArn }) => /log-group:([^:]+)/.exec(CloudWatchLogsLogGroupArn ?? '')?.[1] ?? [],
          )
        : [];
    const prefixes = ['/aws/sagemaker/', ...new Set(delivered)];
    const readings = prefixes.map((logGroupNamePrefix) =>
      pagesOf(
        (nextToken) =>
          ask('logs:DescribeLogGroups', { logGroupNamePrefix, limit: 50, ...(nextToken ? { nextToken } : {}) }),
        ({ logGroups, nextToken }) => ({ items: logGroups, next: nextToken }),
      ),
    );
    const open = unanswered([...readings, ...(trails.state === 'waiting' ? [trails] : [])]);
    if (open) return [open];
    const groups = readings.flatMap((one) => (one.state === 'read' ? one.value.items : []));
    const from = { from: 'logs:DescribeLogGroups' } as const;
    const short = groups.filter(({ retentionInDays: days }) => days !== undefined && days < leastDays);
    const rows = short.slice(0, mostRows).map(
      ({ logGroupName = '', arn = '', retentionInDays }): Judgement => ({
        verdict: 'weak',
        evidence: [evidenceOf(from, 'retentionInDays', `${retentionInDays}`)],
        resource: { kind: 'logs.log-group', arn: arn.replace(/:\*$/, ''), name: logGroupName },
      }),
    );
    if (rows.length > 0) return rows;
    if (groups.length === 0) return [notApplicable('there are no log groups of SageMaker or of a trail')];
    const days = groups.flatMap(({ retentionInDays }) => retentionInDays ?? []);
    return [
      {
        verdict: 'sound',
        evidence: [
          evidenceOf(
            from,
            'retentionInDays',
            `${groups.length} groups, ${days.length === 0 ? 'none expires' : `the shortest keeps ${Math.min(...days)} days`}`,
          ),
        ],
      },
    ];
  },
};
export default check;
