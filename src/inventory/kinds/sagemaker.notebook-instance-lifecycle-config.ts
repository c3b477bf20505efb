import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';
import { readNotebookScripts } from '../scripts.ts';

/** Lifecycle configs of notebooks: scripts that run as root when one starts. */
const kind: InventoryKind = {
  id: 'sagemaker.notebook-instance-lifecycle-config',
  title: 'notebook lifecycle configs',
  order: 2,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListNotebookInstanceLifecycleConfigs.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstanceLifecycleConfig.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListNotebookInstanceLifecycleConfigs', {
          SortBy: 'LastModifiedTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.NotebookInstanceLifecycleConfigs, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef(
          'notebook-instance-lifecycle-config',
          one.NotebookInstanceLifecycleConfigName,
          one.NotebookInstanceLifecycleConfigArn,
          look,
        ),
        state: '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeNotebookInstanceLifecycleConfig';
    const config = await details.must(from, { NotebookInstanceLifecycleConfigName: ref.name });
    details.createdAt = ms(config.CreationTime);
    details.modifiedAt = ms(config.LastModifiedTime);
    details.fact('created', config.CreationTime, from);
    details.fact('last changed', config.LastModifiedTime, from);
    await readNotebookScripts(details, ref.name);
    return details.done();
  },
};
export default kind;
