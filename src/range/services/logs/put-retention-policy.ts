import { findGroup, groupResourceOf, invalidParameter, logGroupName } from '../../log-rules.ts';
import { type Operation, text } from '../../operation.ts';

const days = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/**
 * Kept and told, no more: a range does not run long enough for a line to grow a day old.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export default {
  service: 'logs',
  name: 'PutRetentionPolicy',
  readOnly: false,
  input: {
    logGroupName: { ...logGroupName, required: true },
    retentionInDays: { type: 'number', required: true },
  },
  resources: groupResourceOf,
  run(input, context) {
    const group = findGroup(text(input, 'logGroupName'), context);
    const wanted = Number(input.retentionInDays);
    if (!days.includes(wanted))
      throw invalidParameter(
        `1 validation error detected: Value '${wanted}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${days.join(', ')}]`,
      );
    group.retentionInDays = wanted;
    return undefined;
  },
} satisfies Operation;
