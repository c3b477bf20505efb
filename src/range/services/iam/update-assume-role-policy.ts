import { checkDocument, enforceLater, iamName, refuseServiceLinked, roleArnOf, roleOf } from '../../iam-rules.ts';
import { type Operation, text } from '../../operation.ts';

/** Existing sessions go on. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export default {
  service: 'iam',
  name: 'UpdateAssumeRolePolicy',
  readOnly: false,
  input: { RoleName: iamName, PolicyDocument: { type: 'string', required: true, min: 1, max: 131_072 } },
  resources: roleArnOf,
  run(input, context) {
    const role = roleOf(input, context);
    refuseServiceLinked(role);
    checkDocument(text(input, 'PolicyDocument'), 'trust', context.account);
    role.trust = text(input, 'PolicyDocument');
    enforceLater(role, context);
    return undefined;
  },
} satisfies Operation;
