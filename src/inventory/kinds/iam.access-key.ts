import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';

/** Access keys: whose, active or not, and where last used. AWS tells nothing of temporary ones (`ASIA…`). */
const kind: InventoryKind = {
  id: 'iam.access-key',
  title: 'access keys',
  order: 3,
  runs: false,
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html',
  ],
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    if (ref.name.startsWith('ASIA')) {
      details.problem(
        'temporary credentials: AWS answers no question about them; the record that issued them says when they end',
      );
      return details.done();
    }
    const from = 'iam:GetAccessKeyLastUsed';
    const { UserName, AccessKeyLastUsed } = await details.must(from, { AccessKeyId: ref.name });
    details.fact('user', UserName, from);
    details.fact('last used', AccessKeyLastUsed?.LastUsedDate, from);
    details.fact('last used for', AccessKeyLastUsed?.ServiceName, from);
    details.fact('last used in', AccessKeyLastUsed?.Region, from);
    if (UserName) {
      details.relate('user', { kind: 'iam.user', arn: '', name: UserName }, from);
      const keys = await details.ask('iam:ListAccessKeys', { UserName }, 'whether it is active');
      const key = keys?.AccessKeyMetadata?.find(({ AccessKeyId }) => AccessKeyId === ref.name);
      details.state = key?.Status ?? '';
      details.createdAt = key?.CreateDate?.getTime();
      details.fact('state', key?.Status, 'iam:ListAccessKeys');
      details.fact('created', key?.CreateDate, 'iam:ListAccessKeys');
    }
    return details.done();
  },
};
export default kind;
