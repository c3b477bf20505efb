import { iamPage, pageRules, userArnOf, userOf } from '../../iam-rules.ts';
import type { Operation } from '../../operation.ts';

/** This account has no groups. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html */
export default {
  service: 'iam',
  name: 'ListGroupsForUser',
  readOnly: true,
  input: { ...pageRules, UserName: { type: 'string', required: true } },
  resources: userArnOf,
  run(input, context) {
    userOf(input, context);
    return iamPage([], input, 'Groups');
  },
} satisfies Operation;
