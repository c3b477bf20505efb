import type { Aws } from '../aws/aws.ts';
import { bareArn } from './log-line.ts';

/** A log group as DescribeLogGroups lists it. */
export interface ListedGroup {
  /** Without `:*`. */
  readonly arn: string;
  readonly name: string;
  /** Epoch ms; 0 where it is not said. */
  readonly createdAt: number;
  /** `undefined`: kept for ever. */
  readonly retentionDays: number | undefined;
}

/** 50 groups a page; an account with more is asked no further. */
const mostPages = 40;

/**
 * The groups whose names begin so, in the order of their names.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
 *
 * @returns `isWhole`: there are no others.
 * @throws AwsCallError
 */
export async function listLogGroups(
  aws: Aws,
  region: string,
  prefix: string,
  signal: AbortSignal,
): Promise<{ readonly groups: readonly ListedGroup[]; readonly isWhole: boolean }> {
  const groups: ListedGroup[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await aws.call(
      'logs:DescribeLogGroups',
      { logGroupNamePrefix: prefix, limit: 50, ...(nextToken === undefined ? {} : { nextToken }) },
      { region, signal },
    );
    for (const group of Array.isArray(answer?.logGroups) ? answer.logGroups : []) {
      const arn = bareArn(group?.logGroupArn || group?.arn || '');
      const name = group?.logGroupName ?? '';
      if (arn === '' || !name.startsWith(prefix)) continue;
      groups.push({ arn, name, createdAt: group.creationTime ?? 0, retentionDays: group.retentionInDays });
    }
    const sent = nextToken;
    nextToken = answer?.nextToken || undefined;
    if (nextToken === undefined || nextToken === sent) return { groups, isWhole: true };
  }
  return { groups, isWhole: false };
}
