import { tagList } from '../../account/account.ts';
import { boundaryMembers, userArnOf, userMembers, userOf } from '../../iam-rules.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
export default {
  service: 'iam',
  name: 'GetUser',
  readOnly: true,
  input: { UserName: { type: 'string' } },
  resources: userArnOf,
  run(input, context) {
    const user = userOf(input, context);
    return { User: { ...userMembers(user), ...boundaryMembers(user), Tags: tagList(user.tags) } };
  },
} satisfies Operation;
