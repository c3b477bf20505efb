import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { readPolicies } from '../policies.ts';
import { ms, refOfArn } from '../refs.ts';

/** Roles: what they may do, who may take them on, when they were last used. Who uses one in SageMaker is what `usersOf` finds out. */
const kind: InventoryKind = {
  id: 'iam.role',
  title: 'roles',
  order: 3,
  runs: false,
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html',
  ],
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'iam:GetRole';
    const { Role } = await details.must(from, { RoleName: ref.name });
    details.createdAt = ms(Role?.CreateDate);
    details.fact('created', Role?.CreateDate, from);
    details.fact('description', Role?.Description, from);
    details.fact('last used', Role?.RoleLastUsed?.LastUsedDate, from);
    details.fact('last used in', Role?.RoleLastUsed?.Region, from);
    details.fact('longest session, s', Role?.MaxSessionDuration, from);
    details.relate('boundary', refOfArn(Role?.PermissionsBoundary?.PermissionsBoundaryArn), from);
    details.document('trust policy', Role?.AssumeRolePolicyDocument, from);
    await readPolicies(details, {
      attached: async (Marker) => {
        const page = await details.ask(
          'iam:ListAttachedRolePolicies',
          { RoleName: ref.name, ...(Marker ? { Marker } : {}) },
          'attached policies',
        );
        return { items: page?.AttachedPolicies, next: page?.IsTruncated ? page.Marker : undefined };
      },
      attachedBy: 'iam:ListAttachedRolePolicies',
      inline: async (Marker) => {
        const page = await details.ask(
          'iam:ListRolePolicies',
          { RoleName: ref.name, ...(Marker ? { Marker } : {}) },
          'inline policies',
        );
        return { items: page?.PolicyNames, next: page?.IsTruncated ? page.Marker : undefined };
      },
      document: async (PolicyName) =>
        (await details.ask('iam:GetRolePolicy', { RoleName: ref.name, PolicyName }, `inline policy ${PolicyName}`))
          ?.PolicyDocument,
      documentBy: 'iam:GetRolePolicy',
    });
    return details.done();
  },
};
export default kind;
