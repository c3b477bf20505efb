import { sagemakerArn } from '../../account/account.ts';
import { findModel } from '../../account/hosting.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteModel.html */
export default {
  service: 'sagemaker',
  name: 'DeleteModel',
  readOnly: false,
  input: { ModelName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'model', text(input, 'ModelName'))],
  run(input, { region }) {
    region.models.delete(findModel(region, text(input, 'ModelName')).name.toLowerCase());
    return undefined;
  },
} satisfies Operation;
