import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';

/** Lifecycle configs of Studio: scripts that run when an app starts. */
const kind: InventoryKind = {
  id: 'sagemaker.studio-lifecycle-config',
  title: 'Studio lifecycle configs',
  order: 2,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListStudioLifecycleConfigs.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeStudioLifecycleConfig.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListStudioLifecycleConfigs', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.StudioLifecycleConfigs, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('studio-lifecycle-config', one.StudioLifecycleConfigName, one.StudioLifecycleConfigArn, look),
        state: '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeStudioLifecycleConfig';
    const config = await details.must(from, { StudioLifecycleConfigName: ref.name });
    details.createdAt = ms(config.CreationTime);
    details.modifiedAt = ms(config.LastModifiedTime);
    details.fact('created', config.CreationTime, from);
    details.fact('for apps of type', config.StudioLifecycleConfigAppType, from);
    details.script(
      `runs when a ${config.StudioLifecycleConfigAppType ?? 'Studio'} app starts`,
      config.StudioLifecycleConfigContent,
      from,
    );
    return details.done();
  },
};
export default kind;
