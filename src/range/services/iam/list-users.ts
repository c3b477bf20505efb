import { iamPage, pageRules, userMembers } from '../../iam-rules.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export default {
  service: 'iam',
  name: 'ListUsers',
  readOnly: true,
  input: pageRules,
  resources: (_input, { account }) => [`arn:aws:iam::${account.id}:user/`],
  run: (input, { account }) => iamPage([...account.users.values()].map(userMembers), input, 'Users'),
} satisfies Operation;
