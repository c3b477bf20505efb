import { sagemakerArn } from '../../account/account.ts';
import {
  findEndpoint,
  findEndpointConfig,
  hostingDurations,
  refuseInProgress,
  settleEndpoint,
  variantsOf,
} from '../../account/hosting.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/**
 * Blue/green: the old fleet serves until the new one does.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
 */
export default {
  service: 'sagemaker',
  name: 'UpdateEndpoint',
  readOnly: false,
  input: {
    EndpointName: resourceName,
    EndpointConfigName: resourceName,
    RetainAllVariantProperties: { type: 'boolean' },
  },
  resources: (input, { region }) => [
    sagemakerArn(region, 'endpoint', text(input, 'EndpointName')),
    sagemakerArn(region, 'endpoint-config', text(input, 'EndpointConfigName')),
  ],
  run(input, context) {
    const { region } = context;
    const endpoint = findEndpoint(region, text(input, 'EndpointName'));
    const config = findEndpointConfig(region, text(input, 'EndpointConfigName'));
    refuseInProgress(endpoint, 'update');
    const next = variantsOf(config);
    if (input.RetainAllVariantProperties === true)
      for (const variant of next) {
        const kept = endpoint.variants.find(({ name }) => name === variant.name);
        if (kept) Object.assign(variant, { ...kept, model: variant.model });
      }
    endpoint.status = 'Updating';
    endpoint.pendingConfig = config.name;
    settleEndpoint(endpoint, hostingDurations.updateEndpoint, context, () => {
      endpoint.config = config.name;
      endpoint.pendingConfig = undefined;
      endpoint.variants = next;
    });
    return { EndpointArn: endpoint.arn };
  },
} satisfies Operation;
