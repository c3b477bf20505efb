import { sagemakerArn } from '../../account/account.ts';
import { findInferenceComponent, hostingDurations } from '../../account/hosting.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, structure, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateInferenceComponentRuntimeConfig.html */
export default {
  service: 'sagemaker',
  name: 'UpdateInferenceComponentRuntimeConfig',
  readOnly: false,
  input: { InferenceComponentName: resourceName, DesiredRuntimeConfig: { type: 'object', required: true } },
  resources: (input, { region }) => [
    sagemakerArn(region, 'inference-component', text(input, 'InferenceComponentName')),
  ],
  run(input, context) {
    const { region, now } = context;
    const component = findInferenceComponent(region, text(input, 'InferenceComponentName'));
    if (component.status !== 'InService')
      throw validationFault(`Cannot update in-progress inference component "${component.arn}".`);
    const copies = structure(input.DesiredRuntimeConfig).CopyCount;
    if (typeof copies !== 'number' || copies < 0)
      throw validationFault(
        `1 validation error detected: Value '${String(copies)}' at 'desiredRuntimeConfig.copyCount' failed to satisfy constraint: Member must have value greater than or equal to 0`,
      );
    component.status = 'Updating';
    component.desiredCopies = copies;
    component.modifiedAt = now;
    context.later(hostingDurations.updateComponent, () => {
      if (region.inferenceComponents.get(component.name.toLowerCase()) !== component) return;
      if (component.status !== 'Updating') return;
      component.status = 'InService';
      component.currentCopies = component.desiredCopies;
    });
    return { InferenceComponentArn: component.arn };
  },
} satisfies Operation;
