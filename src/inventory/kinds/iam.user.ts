import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { readPolicies } from '../policies.ts';
import { ms, refOfArn } from '../refs.ts';

/** Users: their keys with state and last use, their policies. Those of their groups are not read. */
const kind: InventoryKind = {
  id: 'iam.user',
  title: 'users',
  order: 3,
  runs: false,
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html',
  ],
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'iam:GetUser';
    const { User } = await details.must(from, { UserName: ref.name });
    details.createdAt = ms(User?.CreateDate);
    details.fact('created', User?.CreateDate, from);
    details.fact('password last used', User?.PasswordLastUsed, from);
    details.relate('boundary', refOfArn(User?.PermissionsBoundary?.PermissionsBoundaryArn), from);
    const keys = await details.ask('iam:ListAccessKeys', { UserName: ref.name }, 'access keys');
    for (const { AccessKeyId, Status, CreateDate } of keys?.AccessKeyMetadata ?? []) {
      if (!AccessKeyId) continue;
      details.relate('access-key', { kind: 'iam.access-key', arn: '', name: AccessKeyId }, 'iam:ListAccessKeys');
      details.fact(
        `key ${AccessKeyId}`,
        `${Status ?? 'state unknown'}${CreateDate ? `, created ${CreateDate.toISOString()}` : ''}`,
        'iam:ListAccessKeys',
      );
    }
    await readPolicies(details, {
      attached: async (Marker) => {
        const page = await details.ask(
          'iam:ListAttachedUserPolicies',
          { UserName: ref.name, ...(Marker ? { Marker } : {}) },
          'attached policies',
        );
        return { items: page?.AttachedPolicies, next: page?.IsTruncated ? page.Marker : undefined };
      },
      attachedBy: 'iam:ListAttachedUserPolicies',
      inline: async (Marker) => {
        const page = await details.ask(
          'iam:ListUserPolicies',
          { UserName: ref.name, ...(Marker ? { Marker } : {}) },
          'inline policies',
        );
        return { items: page?.PolicyNames, next: page?.IsTruncated ? page.Marker : undefined };
      },
      document: async (PolicyName) =>
        (await details.ask('iam:GetUserPolicy', { UserName: ref.name, PolicyName }, `inline policy ${PolicyName}`))
          ?.PolicyDocument,
      documentBy: 'iam:GetUserPolicy',
    });
    return details.done();
  },
};
export default kind;
