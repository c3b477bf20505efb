import { callerArn, callerId } from '../../account/identities.ts';
import type { Operation } from '../../operation.ts';

/** No policy can refuse it. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export default {
  service: 'sts',
  name: 'GetCallerIdentity',
  readOnly: true,
  run: (_input, { caller, account }) => ({ Arn: callerArn(caller), UserId: callerId(caller), Account: account.id }),
} satisfies Operation;
