import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';
import { domainRole, readScripts, studioAddress } from '../studio.ts';

/** Studio user profiles: who opens one by URL acts as its role. */
const kind: InventoryKind = {
  id: 'sagemaker.user-profile',
  title: 'Studio user profiles',
  order: 2,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListUserProfiles.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeUserProfile.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListUserProfiles', {
          SortBy: 'LastModifiedTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.UserProfiles, next: value.NextToken };
      },
      ({ DomainId = '', UserProfileName = '', Status, CreationTime, LastModifiedTime }) => ({
        ref: {
          ...sagemakerRef('user-profile', `${DomainId}/${UserProfileName}`, undefined, look),
          name: UserProfileName,
        },
        state: Status ?? '',
        createdAt: ms(CreationTime),
        modifiedAt: ms(LastModifiedTime),
        address: { DomainId },
      }),
    ),
  async describe(ref, look, row) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeUserProfile';
    const DomainId = row?.address?.DomainId ?? studioAddress(ref.arn).DomainId;
    const profile = await details.must(from, { DomainId, UserProfileName: ref.name });
    details.state = profile.Status ?? '';
    details.createdAt = ms(profile.CreationTime);
    details.modifiedAt = ms(profile.LastModifiedTime);
    details.runsAs(profile.UserSettings?.ExecutionRole, from);
    if (profile.UserSettings?.ExecutionRole) details.fact('role', 'its own, not the domain’s default', from);
    else await domainRole(details, DomainId, 'profiles');
    details.fact('failure', profile.FailureReason, from);
    details.fact('Identity Center user', profile.SingleSignOnUserValue, from);
    details.relate('domain', sagemakerRef('domain', DomainId, undefined, look), from);
    readScripts(details, profile.UserSettings, from);
    return details.done();
  },
};
export default kind;
