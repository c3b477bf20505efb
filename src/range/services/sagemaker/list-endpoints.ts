import { listPage, listRules } from '../../listing.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpoints.html */
export default {
  service: 'sagemaker',
  name: 'ListEndpoints',
  readOnly: true,
  input: listRules,
  run: (input, { region }) =>
    listPage(region.endpoints.values(), input, 'Endpoints', (endpoint) => ({
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      CreationTime: new Date(endpoint.createdAt),
      LastModifiedTime: new Date(endpoint.modifiedAt),
      EndpointStatus: endpoint.status,
    })),
} satisfies Operation;
