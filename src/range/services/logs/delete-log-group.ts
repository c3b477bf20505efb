import { findGroup, groupResourceOf, logGroupName } from '../../log-rules.ts';
import { type Operation, text } from '../../operation.ts';

/**
 * What writes to a group that is gone makes it anew.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
 */
export default {
  service: 'logs',
  name: 'DeleteLogGroup',
  readOnly: false,
  input: { logGroupName: { ...logGroupName, required: true } },
  resources: groupResourceOf,
  run(input, context) {
    context.logs.remove(findGroup(text(input, 'logGroupName'), context));
    return undefined;
  },
} satisfies Operation;
