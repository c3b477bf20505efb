import { listPage, listRules } from '../../listing.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpointConfigs.html */
export default {
  service: 'sagemaker',
  name: 'ListEndpointConfigs',
  readOnly: true,
  input: listRules,
  run: (input, { region }) =>
    listPage(region.endpointConfigs.values(), input, 'EndpointConfigs', (config) => ({
      EndpointConfigName: config.name,
      EndpointConfigArn: config.arn,
      CreationTime: new Date(config.createdAt),
    })),
} satisfies Operation;
