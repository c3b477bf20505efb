import { DetailsBuilder } from '../details.ts';
import { readModel } from '../hosting.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';

/** Models: they run nothing by themselves, but whoever deploys one runs as its role. */
const kind: InventoryKind = {
  id: 'sagemaker.model',
  title: 'models',
  order: 3,
  runs: false,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModels.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListModels', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.Models, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('model', one.ModelName, one.ModelArn, look),
        state: '',
        createdAt: ms(one.CreationTime),
        modifiedAt: undefined,
      }),
      2_000,
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const model = await details.must('sagemaker:DescribeModel', { ModelName: ref.name });
    details.createdAt = ms(model.CreationTime);
    details.fact('created', model.CreationTime, 'sagemaker:DescribeModel');
    await readModel(details, ref.name);
    return details.done();
  },
};
export default kind;
