import { Fault } from '../../fault.ts';
import { groupResourceOf, logGroupName } from '../../log-rules.ts';
import { type Operation, text } from '../../operation.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export default {
  service: 'logs',
  name: 'CreateLogGroup',
  readOnly: false,
  input: { logGroupName: { ...logGroupName, required: true } },
  resources: groupResourceOf,
  run(input, { logs, region }) {
    const name = text(input, 'logGroupName');
    if (logs.find(region.name, name))
      throw new Fault('ResourceAlreadyExistsException', 'The specified log group already exists');
    logs.create(region.name, name);
    return undefined;
  },
} satisfies Operation;
