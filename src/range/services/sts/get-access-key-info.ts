import { Fault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';

/**
 * The account is part of every access key id, so AWS answers for any account's; the range knows its own keys only.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
export default {
  service: 'sts',
  name: 'GetAccessKeyInfo',
  readOnly: true,
  input: { AccessKeyId: { type: 'string', required: true, pattern: /^\w*$/, min: 16, max: 128 } },
  run(input, { account }) {
    if (!account.credentials.has(text(input, 'AccessKeyId')))
      throw new Fault('InvalidParameterValue', 'The specified AccessKeyId is not valid.');
    return { Account: account.id };
  },
} satisfies Operation;
