import { sagemakerArn } from '../../account/account.ts';
import { findInferenceComponent } from '../../account/hosting.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeInferenceComponent.html */
export default {
  service: 'sagemaker',
  name: 'DescribeInferenceComponent',
  readOnly: true,
  input: { InferenceComponentName: resourceName },
  resources: (input, { region }) => [
    sagemakerArn(region, 'inference-component', text(input, 'InferenceComponentName')),
  ],
  run(input, { region }) {
    const component = findInferenceComponent(region, text(input, 'InferenceComponentName'));
    return {
      InferenceComponentName: component.name,
      InferenceComponentArn: component.arn,
      EndpointName: component.endpoint,
      EndpointArn: sagemakerArn(region, 'endpoint', component.endpoint),
      VariantName: component.variant,
      Specification: component.specification,
      RuntimeConfig: { DesiredCopyCount: component.desiredCopies, CurrentCopyCount: component.currentCopies },
      CreationTime: new Date(component.createdAt),
      LastModifiedTime: new Date(component.modifiedAt),
      InferenceComponentStatus: component.status,
    };
  },
} satisfies Operation;
