import { findGroup, groupResourceOf, logGroupName } from '../../log-rules.ts';
import { type Operation, text } from '../../operation.ts';

/** Lines never expire then. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html */
export default {
  service: 'logs',
  name: 'DeleteRetentionPolicy',
  readOnly: false,
  input: { logGroupName: { ...logGroupName, required: true } },
  resources: groupResourceOf,
  run(input, context) {
    findGroup(text(input, 'logGroupName'), context).retentionInDays = undefined;
    return undefined;
  },
} satisfies Operation;
