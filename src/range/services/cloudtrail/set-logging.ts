import { type CallContext, type Members, type Operation, text } from '../../operation.ts';
import { findTrail } from '../../trail-answers.ts';

const set = (logging: boolean) => (input: Members, context: CallContext) => {
  const { account, region, trail, now } = context;
  findTrail(trail.state, text(input, 'Name'), region.name, account.id);
  trail.setLogging(logging, now);
  return undefined;
};

const parts = {
  service: 'cloudtrail',
  readOnly: false,
  input: { Name: { type: 'string', required: true } },
  resources: (_input, { trail }) => [trail.state?.arn ?? '*'],
} as const satisfies Partial<Operation>;

/** Starting and stopping the trail; twice is no error. The event history goes on either way. */
export default [
  // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
  { ...parts, name: 'StartLogging', run: set(true) },
  // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
  { ...parts, name: 'StopLogging', run: set(false) },
] satisfies readonly Operation[];
