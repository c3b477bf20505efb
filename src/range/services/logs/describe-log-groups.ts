import { groupResource, invalidParameter, logGroupName, nextToken, pageOf } from '../../log-rules.ts';
import { type Operation, optionalText } from '../../operation.ts';
import { takeRequest } from '../../request-rate.ts';

/**
 * Sorted by name. A pattern is any part of the name, and answers less of each group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
 */
export default {
  service: 'logs',
  name: 'DescribeLogGroups',
  readOnly: true,
  input: {
    logGroupNamePrefix: logGroupName,
    logGroupNamePattern: { ...logGroupName, min: 0 },
    nextToken,
    limit: { type: 'number', min: 1, max: 50 },
    logGroupClass: { type: 'string', values: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] },
  },
  resources: (_input, context) => [groupResource('', context)],
  run(input, { logs, region, now }) {
    takeRequest(logs, `DescribeLogGroups ${region.name}`, 10, now);
    const prefix = optionalText(input, 'logGroupNamePrefix');
    const pattern = optionalText(input, 'logGroupNamePattern');
    if (prefix !== undefined && pattern !== undefined)
      throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    const standard = input.logGroupClass === undefined || input.logGroupClass === 'STANDARD';
    const found = logs
      .list(region.name)
      .filter(({ name }) => standard && name.startsWith(prefix ?? '') && name.includes(pattern ?? ''));
    const page = pageOf(found, input);
    return {
      logGroups: page.items.map((group) => ({
        logGroupName: group.name,
        creationTime: group.createdAt,
        arn: `${group.arn}:*`,
        ...(pattern === undefined
          ? {
              retentionInDays: group.retentionInDays,
              metricFilterCount: 0,
              storedBytes: 0,
              logGroupClass: 'STANDARD',
              logGroupArn: group.arn,
            }
          : {}),
      })),
      nextToken: page.nextToken,
    };
  },
} satisfies Operation;
