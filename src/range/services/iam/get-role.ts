import { tagList } from '../../account/account.ts';
import { boundaryMembers, iamName, roleArnOf, roleMembers, roleOf } from '../../iam-rules.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export default {
  service: 'iam',
  name: 'GetRole',
  readOnly: true,
  input: { RoleName: iamName },
  resources: roleArnOf,
  run(input, context) {
    const role = roleOf(input, context);
    return { Role: { ...roleMembers(role), ...boundaryMembers(role), Tags: tagList(role.tags) } };
  },
} satisfies Operation;
