import { noSuchEntity } from '../../fault.ts';
import {
  enforceLater,
  type Holder,
  iamName,
  iamPage,
  limitExceeded,
  pageRules,
  policyHolders,
  refuseServiceLinked,
} from '../../iam-rules.ts';
import { type MemberRule, type Operation, text } from '../../operation.ts';

/** Managed policies of one role or user. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const quota = 10;
const policyArn: MemberRule = { type: 'string', required: true, min: 20, max: 2048 };

/** Managed policies of roles and of users: the calls differ only in the noun. */
function family({ noun, find, resources }: Holder): readonly Operation[] {
  const name = `${noun}Name`;
  const service = 'iam';
  const input = { [name]: iamName, PolicyArn: policyArn };
  return [
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
      service,
      name: `Attach${noun}Policy`,
      readOnly: false,
      input,
      resources,
      run(members, context) {
        const identity = find(members, context);
        refuseServiceLinked(identity);
        const arn = text(members, 'PolicyArn');
        if (!context.account.managedPolicies.has(arn))
          throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
        if (identity.attached.includes(arn)) return undefined;
        if (identity.attached.length >= quota)
          throw limitExceeded(`Cannot exceed quota for PoliciesPer${noun}: ${quota}`);
        identity.attached.push(arn);
        enforceLater(identity, context);
        return undefined;
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
      service,
      name: `Detach${noun}Policy`,
      readOnly: false,
      input,
      resources,
      run(members, context) {
        const identity = find(members, context);
        refuseServiceLinked(identity);
        const arn = text(members, 'PolicyArn');
        const at = identity.attached.indexOf(arn);
        if (at < 0) throw noSuchEntity(`Policy ${arn} was not found.`);
        identity.attached.splice(at, 1);
        enforceLater(identity, context);
        return undefined;
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
      service,
      name: `ListAttached${noun}Policies`,
      readOnly: true,
      input: { [name]: iamName, ...pageRules },
      resources,
      run: (members, context) =>
        iamPage(
          find(members, context).attached.map((PolicyArn) => ({
            PolicyName: context.account.managedPolicies.get(PolicyArn)?.name,
            PolicyArn,
          })),
          members,
          'AttachedPolicies',
        ),
    },
  ];
}

export default policyHolders.flatMap(family);
