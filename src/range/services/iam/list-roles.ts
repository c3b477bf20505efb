import { iamPage, pageRules, roleMembers } from '../../iam-rules.ts';
import { type Operation, optionalText } from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export default {
  service: 'iam',
  name: 'ListRoles',
  readOnly: true,
  input: pageRules,
  resources: (_input, { account }) => [`arn:aws:iam::${account.id}:role/`],
  run(input, { account }) {
    const prefix = optionalText(input, 'PathPrefix') ?? '/';
    const roles = [...account.roles.values()].filter((role) => role.path.startsWith(prefix));
    return iamPage(roles.map(roleMembers), input, 'Roles');
  },
} satisfies Operation;
