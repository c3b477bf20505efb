import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html */
export default {
  service: 'iam',
  name: 'ListAccountAliases',
  readOnly: true,
  run: (_input, { account }) => ({ AccountAliases: [account.alias], IsTruncated: false }),
} satisfies Operation;
