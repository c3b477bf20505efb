import { sagemakerArn, tagMap } from '../../account/account.ts';
import { creation, findModel } from '../../account/hosting.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, optionalText, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html */
export default {
  service: 'sagemaker',
  name: 'CreateEndpointConfig',
  readOnly: false,
  input: {
    EndpointConfigName: resourceName,
    ProductionVariants: { type: 'list', required: true, min: 1, max: 10 },
    DataCaptureConfig: { type: 'object' },
    AsyncInferenceConfig: { type: 'object' },
    Tags: { type: 'list', max: 50 },
  },
  resources: (input, { region }) => [sagemakerArn(region, 'endpoint-config', text(input, 'EndpointConfigName'))],
  alsoNeeds: (input) => {
    const role = optionalText(input, 'ExecutionRoleArn');
    return role === undefined
      ? []
      : [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }];
  },
  run(input, { region, now, changed }) {
    const name = text(input, 'EndpointConfigName');
    const arn = sagemakerArn(region, 'endpoint-config', name);
    if (region.endpointConfigs.has(name.toLowerCase()))
      throw validationFault(`Cannot create already existing endpoint configuration "${arn}".`);
    for (const variant of structures(input.ProductionVariants)) {
      if (typeof variant.VariantName !== 'string')
        throw validationFault(
          "1 validation error detected: Value null at 'productionVariants.1.member.variantName' failed to satisfy constraint: Member must not be null",
        );
      if (typeof variant.ModelName === 'string') findModel(region, variant.ModelName);
    }
    const { Tags: tags, ...definition } = input;
    const config = { name, arn, definition, tags: tagMap(structures(tags)), createdAt: now };
    region.endpointConfigs.set(name.toLowerCase(), config);
    changed(creation(region, 'Endpoint Config', config));
    return { EndpointConfigArn: arn };
  },
} satisfies Operation;
