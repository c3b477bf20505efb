import { sagemakerArn, tagMap } from '../../account/account.ts';
import { findEndpointConfig, hostingDurations, settleEndpoint, variantsOf } from '../../account/hosting.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html */
export default {
  service: 'sagemaker',
  name: 'CreateEndpoint',
  readOnly: false,
  input: { EndpointName: resourceName, EndpointConfigName: resourceName, Tags: { type: 'list', max: 50 } },
  resources: (input, { region }) => [
    sagemakerArn(region, 'endpoint', text(input, 'EndpointName')),
    sagemakerArn(region, 'endpoint-config', text(input, 'EndpointConfigName')),
  ],
  run(input, context) {
    const { region, now } = context;
    const name = text(input, 'EndpointName');
    const arn = sagemakerArn(region, 'endpoint', name);
    if (region.endpoints.has(name.toLowerCase()))
      throw validationFault(`Cannot create already existing endpoint "${arn}".`);
    const config = findEndpointConfig(region, text(input, 'EndpointConfigName'));
    const endpoint = {
      name,
      arn,
      config: config.name,
      pendingConfig: undefined,
      status: 'Creating' as const,
      variants: variantsOf(config),
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
      modifiedAt: now,
    };
    region.endpoints.set(name.toLowerCase(), endpoint);
    settleEndpoint(endpoint, hostingDurations.createEndpoint, context, () => undefined);
    return { EndpointArn: arn };
  },
} satisfies Operation;
