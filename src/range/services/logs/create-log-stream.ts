import { Fault } from '../../fault.ts';
import { findGroup, groupResourceOf, logGroupName, logStreamName } from '../../log-rules.ts';
import { type Operation, text } from '../../operation.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export default {
  service: 'logs',
  name: 'CreateLogStream',
  readOnly: false,
  input: { logGroupName: { ...logGroupName, required: true }, logStreamName: { ...logStreamName, required: true } },
  resources: groupResourceOf,
  run(input, context) {
    const group = findGroup(text(input, 'logGroupName'), context);
    const name = text(input, 'logStreamName');
    if (group.streams.has(name))
      throw new Fault('ResourceAlreadyExistsException', 'The specified log stream already exists');
    context.logs.createStream(group, name);
    return undefined;
  },
} satisfies Operation;
