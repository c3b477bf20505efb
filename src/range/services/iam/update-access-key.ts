import { noSuchEntity } from '../../fault.ts';
import { userArnOf, userOf } from '../../iam-rules.ts';
import { type Operation, text } from '../../operation.ts';

/** Takes effect at once here; AWS may take some seconds. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
export default {
  service: 'iam',
  name: 'UpdateAccessKey',
  readOnly: false,
  input: {
    UserName: { type: 'string' },
    AccessKeyId: { type: 'string', required: true, pattern: /^\w+$/, min: 16, max: 128 },
    Status: { type: 'string', required: true, values: ['Active', 'Inactive'] },
  },
  resources: userArnOf,
  run(input, context) {
    const user = userOf(input, context);
    const key = context.account.credentials.get(text(input, 'AccessKeyId'));
    if (!key || key.identity !== user || key.session !== undefined)
      throw noSuchEntity(`The Access Key with id ${text(input, 'AccessKeyId')} cannot be found.`);
    key.active = input.Status === 'Active';
    return undefined;
  },
} satisfies Operation;
