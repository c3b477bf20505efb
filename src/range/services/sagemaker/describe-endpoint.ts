import { sagemakerArn } from '../../account/account.ts';
import { describedEndpoint, findEndpoint } from '../../account/hosting.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
export default {
  service: 'sagemaker',
  name: 'DescribeEndpoint',
  readOnly: true,
  input: { EndpointName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'endpoint', text(input, 'EndpointName'))],
  run: (input, { region }) => describedEndpoint(region, findEndpoint(region, text(input, 'EndpointName'))),
} satisfies Operation;
