import type { DetailsBuilder } from './details.ts';
import type { Look } from './look.ts';
import { sagemakerRef } from './refs.ts';

type Container = {
  readonly Image?: string | undefined;
  readonly ModelDataUrl?: string | undefined;
  readonly ModelDataSource?:
    | { readonly S3DataSource?: { readonly S3Uri?: string | undefined } | undefined }
    | undefined;
  readonly ModelPackageName?: string | undefined;
};

/** What an endpoint config says of the endpoints that use it: variants, models, roles, and where data is copied to. */
export async function readConfig(
  details: DetailsBuilder,
  name: string,
  look: Look,
  counts: ReadonlyMap<string, number> = new Map(),
): Promise<void> {
  const from = 'sagemaker:DescribeEndpointConfig';
  const config = await details.ask(from, { EndpointConfigName: name }, `endpoint config ${name}`);
  if (!config) return;
  details.runsAs(config.ExecutionRoleArn, from);
  const models = new Set<string>();
  for (const variant of [...(config.ProductionVariants ?? []), ...(config.ShadowProductionVariants ?? [])]) {
    if (variant.ServerlessConfig) details.runsOn('serverless');
    details.runsOn(variant.InstanceType, counts.get(variant.VariantName ?? '') ?? variant.InitialInstanceCount);
    for (const pool of variant.InstancePools ?? []) {
      details.runsOn(pool.InstanceType);
      if (pool.ModelNameOverride) models.add(pool.ModelNameOverride);
    }
    if (variant.ModelName) models.add(variant.ModelName);
    if (variant.EnableSSMAccess) details.fact(`shell access to ${variant.VariantName ?? '?'} by SSM`, true, from);
    details.s3('s3-sink', variant.CoreDumpConfig?.DestinationS3Uri, from);
  }
  if (config.DataCaptureConfig?.EnableCapture !== false)
    details.s3('s3-sink', config.DataCaptureConfig?.DestinationS3Uri, from);
  const asynchronous = config.AsyncInferenceConfig?.OutputConfig;
  details.s3('s3-sink', asynchronous?.S3OutputPath, from);
  details.s3('s3-sink', asynchronous?.S3FailurePath, from);
  details.network(config.EnableNetworkIsolation, config.VpcConfig);
  for (const model of models) {
    details.relate('model', sagemakerRef('model', model, undefined, look), from);
    await readModel(details, model);
  }
}

/** What a model says of whoever runs it. */
export async function readModel(details: DetailsBuilder, name: string): Promise<void> {
  const from = 'sagemaker:DescribeModel';
  const model = await details.ask(from, { ModelName: name }, `model ${name}`);
  if (!model) return;
  details.runsAs(model.ExecutionRoleArn, from);
  details.network(model.EnableNetworkIsolation, model.VpcConfig);
  for (const container of [model.PrimaryContainer, ...(model.Containers ?? [])])
    if (container) readContainer(details, container);
}

function readContainer(details: DetailsBuilder, container: Container): void {
  const from = 'sagemaker:DescribeModel';
  details.image('image-specified', container.Image, from);
  details.s3('s3-source', container.ModelDataUrl, from);
  details.s3('s3-source', container.ModelDataSource?.S3DataSource?.S3Uri, from);
  if (container.ModelPackageName)
    details.relate(
      'model-package',
      {
        kind: 'sagemaker.model-package',
        arn: container.ModelPackageName.startsWith('arn:') ? container.ModelPackageName : '',
        name: container.ModelPackageName.replace(/^arn:.*:model-package\//, ''),
      },
      from,
    );
}
