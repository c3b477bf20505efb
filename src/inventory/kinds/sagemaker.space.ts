import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';
import { readScripts, spaceRole, studioAddress } from '../studio.ts';

/** Studio spaces: disks with an owner; with remote access on, an IDE outside may hold a session. */
const kind: InventoryKind = {
  id: 'sagemaker.space',
  title: 'Studio spaces',
  order: 2,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListSpaces.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeSpace.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListSpaces', {
          SortBy: 'LastModifiedTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.Spaces, next: value.NextToken };
      },
      ({ DomainId = '', SpaceName = '', Status, CreationTime, LastModifiedTime }) => ({
        ref: { ...sagemakerRef('space', `${DomainId}/${SpaceName}`, undefined, look), name: SpaceName },
        state: Status ?? '',
        createdAt: ms(CreationTime),
        modifiedAt: ms(LastModifiedTime),
        address: { DomainId },
      }),
    ),
  async describe(ref, look, row) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeSpace';
    const DomainId = row?.address?.DomainId ?? studioAddress(ref.arn).DomainId;
    const space = await details.must(from, { DomainId, SpaceName: ref.name });
    details.state = space.Status ?? '';
    details.createdAt = ms(space.CreationTime);
    details.modifiedAt = ms(space.LastModifiedTime);
    details.creator = space.OwnershipSettings?.OwnerUserProfileName;
    details.fact('owner', space.OwnershipSettings?.OwnerUserProfileName, from);
    details.fact('sharing', space.SpaceSharingSettings?.SharingType, from);
    details.fact('remote access', space.SpaceSettings?.RemoteAccess, from);
    details.fact('failure', space.FailureReason, from);
    details.relate('domain', sagemakerRef('domain', DomainId, undefined, look), from);
    readScripts(details, space.SpaceSettings, from);
    await spaceRole(details, DomainId, space);
    return details.done();
  },
};
export default kind;
