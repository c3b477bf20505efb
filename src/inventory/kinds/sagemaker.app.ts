import type { InputOf } from '../../aws/operations.ts';
import { DetailsBuilder } from '../details.ts';
import type { InventoryKind, Row } from '../kind.ts';
import type { Look } from '../look.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, refOfArn, sagemakerRef } from '../refs.ts';
import { profileRole, spaceRole, studioAddress } from '../studio.ts';

type Address = InputOf<'sagemaker:DescribeApp'>;

/** Studio apps: the code that runs for a profile or in a space. */
const kind: InventoryKind = {
  id: 'sagemaker.app',
  title: 'Studio apps',
  order: 1,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListApps.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeApp.html',
  ],
  list: (look) => listApps(look),
  async describe(ref, look, row) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeApp';
    const address = (row ?? (await findRow(ref.arn, ref.name, look)))?.address ?? {};
    const app = await details.must(from, address as unknown as Address);
    details.state = app.Status ?? '';
    details.createdAt = ms(app.CreationTime);
    details.modifiedAt = ms(app.LastUserActivityTimestamp);
    details.runsOn(app.ResourceSpec?.InstanceType);
    details.fact('type', app.AppType, from);
    details.fact('failure', app.FailureReason, from);
    details.fact('last activity (health checks count too)', app.LastUserActivityTimestamp, from);
    for (const arn of [app.ResourceSpec?.LifecycleConfigArn, app.BuiltInLifecycleConfigArn])
      details.relate('lifecycle-config', refOfArn(arn), from);
    details.relate(
      'image',
      refOfArn(app.ResourceSpec?.SageMakerImageVersionArn ?? app.ResourceSpec?.SageMakerImageArn),
      from,
    );
    const DomainId = app.DomainId ?? address.DomainId ?? '';
    details.creator = app.UserProfileName;
    if (app.UserProfileName) {
      details.relate(
        'user-profile',
        {
          ...sagemakerRef('user-profile', `${DomainId}/${app.UserProfileName}`, undefined, look),
          name: app.UserProfileName,
        },
        from,
      );
      await profileRole(details, DomainId, app.UserProfileName);
    } else if (app.SpaceName) {
      details.relate(
        'space',
        { ...sagemakerRef('space', `${DomainId}/${app.SpaceName}`, undefined, look), name: app.SpaceName },
        from,
      );
      const space = await details.ask(
        'sagemaker:DescribeSpace',
        { DomainId, SpaceName: app.SpaceName },
        `space ${app.SpaceName}`,
      );
      details.creator = space?.OwnershipSettings?.OwnerUserProfileName;
      if (space) await spaceRole(details, DomainId, space);
    }
    return details.done();
  },
};
export default kind;

const listApps = (look: Look, DomainIdEquals?: string) =>
  paged(
    async (NextToken) => {
      const { value } = await look.read('sagemaker:ListApps', {
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: pageSize,
        ...(DomainIdEquals ? { DomainIdEquals } : {}),
        ...(NextToken ? { NextToken } : {}),
      });
      return { items: value.Apps, next: value.NextToken };
    },
    ({
      DomainId = '',
      UserProfileName,
      SpaceName,
      AppType = '',
      AppName = '',
      Status,
      CreationTime,
      ResourceSpec,
    }): Row | undefined =>
      // AWS lists apps for a day after they have gone.
      Status === 'Deleted'
        ? undefined
        : {
            ref: {
              ...sagemakerRef(
                'app',
                `${DomainId}/${UserProfileName ?? SpaceName ?? ''}/${AppType}/${AppName}`,
                undefined,
                look,
              ),
              name: AppName,
            },
            state: Status ?? '',
            createdAt: ms(CreationTime),
            modifiedAt: undefined,
            address: {
              DomainId,
              AppType,
              AppName,
              ...(UserProfileName ? { UserProfileName } : SpaceName ? { SpaceName } : {}),
            },
            ...(ResourceSpec?.InstanceType ? { compute: ResourceSpec.InstanceType } : {}),
          },
  );

/** An ARN holds everything in lower case, so the app is looked for among those of its domain. */
async function findRow(arn: string, name: string, look: Look): Promise<Row | undefined> {
  for await (const { rows } of listApps(look, studioAddress(arn).DomainId)) {
    const row = rows.find(({ ref }) => (arn ? ref.arn.toLowerCase() === arn.toLowerCase() : ref.name === name));
    if (row) return row;
  }
  return undefined;
}
