import { sagemakerArn } from '../../account/account.ts';
import { findEndpointConfig } from '../../account/hosting.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpointConfig.html */
export default {
  service: 'sagemaker',
  name: 'DescribeEndpointConfig',
  readOnly: true,
  input: { EndpointConfigName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'endpoint-config', text(input, 'EndpointConfigName'))],
  run(input, { region }) {
    const config = findEndpointConfig(region, text(input, 'EndpointConfigName'));
    return { ...config.definition, EndpointConfigArn: config.arn, CreationTime: new Date(config.createdAt) };
  },
} satisfies Operation;
