import { parseArn } from '../model/arn.ts';
import { RefusedError, UsageError } from '../model/errors.ts';
import { decodeDocument } from '../shared/policy-document.ts';
import type { ActionContext } from './action.ts';
import { allPages } from './attempt.ts';

/** Whether SageMaker may assume a role, by its trust policy; what is no JSON trusts nobody. */
const trustsSageMaker = (document: string | undefined): boolean =>
  /"(?:sagemaker|\*)(?:\.amazonaws\.com(?:\.cn)?)?"/.test(decodeDocument(document ?? ''));

/**
 * The role that the operator chose for something of SageMaker to act as (parameter `role`).
 * @throws UsageError when it is missing or no role; RefusedError `RoleNotUsable` when SageMaker cannot take it on.
 */
export async function usableRole({ aws, signal, account, params }: ActionContext): Promise<string> {
  const { role } = params;
  const arn = parseArn(role ?? '');
  if (!role || arn?.service !== 'iam' || !arn.resource.startsWith('role/'))
    throw new UsageError('the role to swap to is missing or no role ARN', {
      nextSteps: ['Give --set role=arn:aws:iam::ACCOUNT:role/NAME'],
    });
  if (arn.account !== account)
    throw new RefusedError(
      'RoleNotUsable',
      `${role} is in account ${arn.account}: SageMaker takes roles of ${account}`,
      ['Choose a role of this account'],
    );
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  const { Role } = await aws.call('iam:GetRole', { RoleName: name }, { signal, priority: 'operator' });
  if (Role?.Arn !== role)
    throw new RefusedError('RoleNotUsable', `the role ${name} is ${Role?.Arn}, not ${role}`, ['Give its whole ARN']);
  if (!trustsSageMaker(Role.AssumeRolePolicyDocument))
    throw new RefusedError('RoleNotUsable', `${role} does not trust sagemaker.amazonaws.com: AWS would refuse it`, [
      'Choose a role with that trust policy',
    ]);
  return role;
}

/** Roles that SageMaker can take on, but for the present one. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export async function usableRoles(
  present: string | undefined,
  { aws, signal }: ActionContext,
): Promise<readonly string[]> {
  const roles = await allPages(async (Marker) => {
    const page = await aws.call('iam:ListRoles', Marker ? { Marker } : {}, { signal, priority: 'operator' });
    return { items: page.Roles, next: page.IsTruncated ? page.Marker : undefined };
  });
  return roles
    .filter(
      ({ Arn, AssumeRolePolicyDocument, Path }) =>
        Arn && Arn !== present && !Path?.startsWith('/aws-service-role/') && trustsSageMaker(AssumeRolePolicyDocument),
    )
    .map(({ Arn = '' }) => Arn)
    .sort();
}
