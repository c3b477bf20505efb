import { sagemakerArn } from '../../account/account.ts';
import { deployedImages, findEndpoint } from '../../account/hosting.ts';
import { type Operation, structure, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
export default {
  service: 'sagemaker',
  name: 'DescribeEndpoint',
  readOnly: true,
  input: { EndpointName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'endpoint', text(input, 'EndpointName'))],
  run(input, { region }) {
    const endpoint = findEndpoint(region, text(input, 'EndpointName'));
    const capture = structure(region.endpointConfigs.get(endpoint.config.toLowerCase())?.definition.DataCaptureConfig);
    return {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: endpoint.config,
      // There is no fleet yet while it is being created.
      ProductionVariants:
        endpoint.status === 'Creating'
          ? undefined
          : endpoint.variants.map((variant) => ({
              VariantName: variant.name,
              DeployedImages: deployedImages(region, variant, endpoint.createdAt),
              CurrentWeight: variant.currentWeight,
              DesiredWeight: variant.desiredWeight,
              CurrentInstanceCount: variant.currentInstances,
              DesiredInstanceCount: variant.desiredInstances,
            })),
      DataCaptureConfig: capture.DestinationS3Uri
        ? {
            EnableCapture: capture.EnableCapture ?? false,
            CaptureStatus: capture.EnableCapture ? 'Started' : 'Stopped',
            CurrentSamplingPercentage: capture.InitialSamplingPercentage,
            DestinationS3Uri: capture.DestinationS3Uri,
            KmsKeyId: capture.KmsKeyId ?? '',
          }
        : undefined,
      EndpointStatus: endpoint.status,
      CreationTime: new Date(endpoint.createdAt),
      LastModifiedTime: new Date(endpoint.modifiedAt),
      PendingDeploymentSummary:
        endpoint.pendingConfig === undefined
          ? undefined
          : { EndpointConfigName: endpoint.pendingConfig, StartTime: new Date(endpoint.modifiedAt) },
    };
  },
} satisfies Operation;
