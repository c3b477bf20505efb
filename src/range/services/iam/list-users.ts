import { userMembers } from '../../iam-rules.ts';
import type { Operation } from '../../operation.ts';

/** In one page: the account has few. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export default {
  service: 'iam',
  name: 'ListUsers',
  readOnly: true,
  resources: (_input, { account }) => [`arn:aws:iam::${account.id}:user/`],
  run: (_input, { account }) => ({ Users: [...account.users.values()].map(userMembers), IsTruncated: false }),
} satisfies Operation;
