import { sagemakerArn } from '../../account/account.ts';
import { findEndpointConfig } from '../../account/hosting.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/**
 * Not refused while an endpoint uses it: AWS only warns against that in its guide.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpointConfig.html
 */
export default {
  service: 'sagemaker',
  name: 'DeleteEndpointConfig',
  readOnly: false,
  input: { EndpointConfigName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'endpoint-config', text(input, 'EndpointConfigName'))],
  run(input, { region }) {
    const config = findEndpointConfig(region, text(input, 'EndpointConfigName'));
    region.endpointConfigs.delete(config.name.toLowerCase());
    return undefined;
  },
} satisfies Operation;
