import { sagemakerArn } from '../../account/account.ts';
import { findInferenceComponent, hostingDurations } from '../../account/hosting.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteInferenceComponent.html */
export default {
  service: 'sagemaker',
  name: 'DeleteInferenceComponent',
  readOnly: false,
  input: { InferenceComponentName: resourceName },
  resources: (input, { region }) => [
    sagemakerArn(region, 'inference-component', text(input, 'InferenceComponentName')),
  ],
  run(input, context) {
    const { region, now } = context;
    const component = findInferenceComponent(region, text(input, 'InferenceComponentName'));
    if (component.status !== 'InService' && component.status !== 'Failed')
      throw validationFault(`Cannot delete inference component "${component.arn}" while it is ${component.status}.`);
    component.status = 'Deleting';
    component.modifiedAt = now;
    const key = component.name.toLowerCase();
    context.later(hostingDurations.deleteComponent, () => {
      if (region.inferenceComponents.get(key) === component) region.inferenceComponents.delete(key);
    });
    return undefined;
  },
} satisfies Operation;
