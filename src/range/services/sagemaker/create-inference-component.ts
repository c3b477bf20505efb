import { sagemakerArn, tagMap } from '../../account/account.ts';
import { findEndpoint, findModel, hostingDurations, type InferenceComponent } from '../../account/hosting.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, structure, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceComponent.html */
export default {
  service: 'sagemaker',
  name: 'CreateInferenceComponent',
  readOnly: false,
  input: {
    InferenceComponentName: resourceName,
    EndpointName: resourceName,
    VariantName: { type: 'string' },
    Specification: { type: 'object' },
    RuntimeConfig: { type: 'object' },
    Tags: { type: 'list', max: 50 },
  },
  resources: (input, { region }) => [
    sagemakerArn(region, 'inference-component', text(input, 'InferenceComponentName')),
    sagemakerArn(region, 'endpoint', text(input, 'EndpointName')),
  ],
  run(input, context) {
    const { region, now } = context;
    const name = text(input, 'InferenceComponentName');
    const key = name.toLowerCase();
    const arn = sagemakerArn(region, 'inference-component', name);
    if (region.inferenceComponents.has(key))
      throw validationFault(`Cannot create already existing inference component "${arn}".`);
    const endpoint = findEndpoint(region, text(input, 'EndpointName'));
    if (endpoint.status !== 'InService')
      throw validationFault(`Endpoint "${endpoint.arn}" must be InService to create an inference component.`);
    const specification = structure(input.Specification);
    if (typeof specification.ModelName === 'string') findModel(region, specification.ModelName);
    const copies = structure(input.RuntimeConfig).CopyCount;
    const component: InferenceComponent = {
      name,
      arn,
      endpoint: endpoint.name,
      variant: text(input, 'VariantName') || (endpoint.variants[0]?.name ?? 'AllTraffic'),
      specification,
      status: 'Creating',
      currentCopies: 0,
      desiredCopies: typeof copies === 'number' ? copies : 1,
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
      modifiedAt: now,
    };
    region.inferenceComponents.set(key, component);
    context.later(hostingDurations.createComponent, () => {
      if (region.inferenceComponents.get(key) !== component || component.status !== 'Creating') return;
      component.status = 'InService';
      component.currentCopies = component.desiredCopies;
    });
    return { InferenceComponentArn: arn };
  },
} satisfies Operation;
