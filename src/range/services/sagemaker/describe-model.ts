import { sagemakerArn } from '../../account/account.ts';
import { findModel } from '../../account/hosting.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html */
export default {
  service: 'sagemaker',
  name: 'DescribeModel',
  readOnly: true,
  input: { ModelName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'model', text(input, 'ModelName'))],
  run(input, { region }) {
    const model = findModel(region, text(input, 'ModelName'));
    return {
      EnableNetworkIsolation: false,
      ...model.definition,
      ModelArn: model.arn,
      CreationTime: new Date(model.createdAt),
    };
  },
} satisfies Operation;
