import { sagemakerArn } from '../../account/account.ts';
import { listPage, listRules } from '../../listing.ts';
import { type Operation, optionalText } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListInferenceComponents.html */
export default {
  service: 'sagemaker',
  name: 'ListInferenceComponents',
  readOnly: true,
  input: { ...listRules, EndpointNameEquals: { type: 'string' }, VariantNameEquals: { type: 'string' } },
  run(input, { region }) {
    const endpoint = optionalText(input, 'EndpointNameEquals')?.toLowerCase();
    const variant = optionalText(input, 'VariantNameEquals');
    const components = [...region.inferenceComponents.values()].filter(
      (component) =>
        (endpoint === undefined || component.endpoint.toLowerCase() === endpoint) &&
        (variant === undefined || component.variant === variant),
    );
    return listPage(components, input, 'InferenceComponents', (component) => ({
      InferenceComponentName: component.name,
      InferenceComponentArn: component.arn,
      EndpointName: component.endpoint,
      EndpointArn: sagemakerArn(region, 'endpoint', component.endpoint),
      VariantName: component.variant,
      CreationTime: new Date(component.createdAt),
      LastModifiedTime: new Date(component.modifiedAt),
      InferenceComponentStatus: component.status,
    }));
  },
} satisfies Operation;
