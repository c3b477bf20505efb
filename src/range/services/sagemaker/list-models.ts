import { listPage, listRules } from '../../listing.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModels.html */
export default {
  service: 'sagemaker',
  name: 'ListModels',
  readOnly: true,
  input: listRules,
  run: (input, { region }) =>
    listPage(region.models.values(), input, 'Models', (model) => ({
      ModelName: model.name,
      ModelArn: model.arn,
      CreationTime: new Date(model.createdAt),
    })),
} satisfies Operation;
