import { roleMembers } from '../../iam-rules.ts';
import { type Operation, optionalText } from '../../operation.ts';

/** In one page: the account has few. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export default {
  service: 'iam',
  name: 'ListRoles',
  readOnly: true,
  resources: (_input, { account }) => [`arn:aws:iam::${account.id}:role/`],
  run(input, { account }) {
    const prefix = optionalText(input, 'PathPrefix') ?? '/';
    return {
      Roles: [...account.roles.values()].filter((role) => role.path.startsWith(prefix)).map(roleMembers),
      IsTruncated: false,
    };
  },
} satisfies Operation;
