import { validationFault } from '../fault.ts';
import { type CallContext, type Members, optionalText, structure, structures } from '../operation.ts';
import { type StateChange, shouted } from '../state-changes.ts';
import { type RegionState, sagemakerArn } from './account.ts';

/** AWS's words; of `DescribeEndpoint`. */
export type EndpointStatus =
  | 'Creating'
  | 'Deleting'
  | 'Failed'
  | 'InService'
  | 'OutOfService'
  | 'RollingBack'
  | 'SystemUpdating'
  | 'UpdateRollbackFailed'
  | 'Updating';

/** One variant as it runs, which need not be as its config says. */
export interface Variant {
  readonly name: string;
  readonly model: string | undefined;
  currentWeight: number;
  desiredWeight: number;
  currentInstances: number;
  desiredInstances: number;
}

export interface Endpoint {
  readonly name: string;
  readonly arn: string;
  config: string;
  /** The config an update is rolling out. */
  pendingConfig: string | undefined;
  status: EndpointStatus;
  variants: Variant[];
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  modifiedAt: number;
}

/** Configs and models cannot be changed, only made and deleted: what was asked for is what they are. */
export interface EndpointConfig {
  readonly name: string;
  readonly arn: string;
  readonly definition: Members;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
}
export type Model = EndpointConfig;

export interface InferenceComponent {
  readonly name: string;
  readonly arn: string;
  readonly endpoint: string;
  readonly variant: string;
  readonly specification: Members;
  status: 'Creating' | 'Updating' | 'InService' | 'Deleting' | 'Failed';
  currentCopies: number;
  desiredCopies: number;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  modifiedAt: number;
}

/** How long AWS takes, ms. Typical values from public reports; AWS gives no numbers. */
export const hostingDurations = {
  createEndpoint: 240_000,
  updateEndpoint: 240_000,
  updateWeights: 60_000,
  deleteEndpoint: 90_000,
  createComponent: 120_000,
  updateComponent: 45_000,
  deleteComponent: 45_000,
} as const;

/** @throws Fault `Could not find endpoint "arn…".` */
export function findEndpoint(region: RegionState, name: string): Endpoint {
  const endpoint = region.endpoints.get(name.toLowerCase());
  if (!endpoint) throw validationFault(`Could not find endpoint "${sagemakerArn(region, 'endpoint', name)}".`);
  return endpoint;
}

/** @throws Fault `Could not find endpoint configuration "arn…".` */
export function findEndpointConfig(region: RegionState, name: string): EndpointConfig {
  const config = region.endpointConfigs.get(name.toLowerCase());
  if (!config)
    throw validationFault(`Could not find endpoint configuration "${sagemakerArn(region, 'endpoint-config', name)}".`);
  return config;
}

/** @throws Fault `Could not find model "arn…".` */
export function findModel(region: RegionState, name: string): Model {
  const model = region.models.get(name.toLowerCase());
  if (!model) throw validationFault(`Could not find model "${sagemakerArn(region, 'model', name)}".`);
  return model;
}

/** @throws Fault `Could not find inference component "arn…".` */
export function findInferenceComponent(region: RegionState, name: string): InferenceComponent {
  const component = region.inferenceComponents.get(name.toLowerCase());
  if (!component)
    throw validationFault(`Could not find inference component "${sagemakerArn(region, 'inference-component', name)}".`);
  return component;
}

const steady: ReadonlySet<EndpointStatus> = new Set(['Failed', 'InService', 'OutOfService', 'UpdateRollbackFailed']);

/**
 * AWS refuses changes, deletion included, while one is under way; of what Failed only the deletion is taken.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
 * @throws Fault
 */
export function refuseInProgress(endpoint: Endpoint, call: 'update' | 'delete'): void {
  if (!steady.has(endpoint.status)) throw validationFault(`Cannot update in-progress endpoint "${endpoint.arn}".`);
  if (call === 'update' && endpoint.status === 'Failed')
    throw validationFault(`Cannot update endpoint "${endpoint.arn}" in status Failed.`);
}

/** The components on an endpoint. */
export const componentsOf = (region: RegionState, endpoint: Endpoint): readonly InferenceComponent[] =>
  [...region.inferenceComponents.values()].filter(
    (component) => component.endpoint.toLowerCase() === endpoint.name.toLowerCase(),
  );

/** The fleet a config asks for. */
export function variantsOf(config: EndpointConfig): Variant[] {
  return structures(config.definition.ProductionVariants).map((variant) => {
    const weight = typeof variant.InitialVariantWeight === 'number' ? variant.InitialVariantWeight : 1;
    const instances = typeof variant.InitialInstanceCount === 'number' ? variant.InitialInstanceCount : 1;
    return {
      name: String(variant.VariantName),
      model: optionalText(variant, 'ModelName'),
      currentWeight: weight,
      desiredWeight: weight,
      currentInstances: instances,
      desiredInstances: instances,
    };
  });
}

/** An endpoint as DescribeEndpoint answers. */
export function describedEndpoint(region: RegionState, endpoint: Endpoint): Members {
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
}

/** `detail-type` of an endpoint's changes. */
export const endpointStateChange = 'SageMaker Endpoint State Change';

/** Tells EventBridge the endpoint's status as it is now; a new config is told as a deployment as well. */
export function reportEndpoint(endpoint: Endpoint, context: CallContext, deployment = false): void {
  const { region } = context;
  const detail = { ...describedEndpoint(region, endpoint), EndpointStatus: shouted(endpoint.status) };
  const change = { arn: endpoint.arn, region: region.name, at: endpoint.modifiedAt, detail };
  context.changed({ ...change, detailType: endpointStateChange });
  if (deployment) context.changed({ ...change, detailType: 'SageMaker Endpoint Deployment State Change' });
}

/** A model or an endpoint config has no states: that it was made is all there is to tell. */
export const creation = (region: RegionState, type: 'Model' | 'Endpoint Config', made: Model): StateChange => ({
  detailType: `SageMaker ${type} State Change`,
  arn: made.arn,
  region: region.name,
  at: made.createdAt,
  detail: {
    ...made.definition,
    [type === 'Model' ? 'ModelArn' : 'EndpointConfigArn']: made.arn,
    CreationTime: new Date(made.createdAt),
    Tags: Object.fromEntries(made.tags),
  },
});

/** Lets the status that the endpoint has now end by itself; no other change is accepted until then. */
export function settleEndpoint(endpoint: Endpoint, ms: number, context: CallContext, settle: () => void): void {
  const status = endpoint.status;
  const deployment = endpoint.pendingConfig !== undefined;
  endpoint.modifiedAt = context.now;
  reportEndpoint(endpoint, context, deployment);
  context.later(ms, () => {
    if (context.region.endpoints.get(endpoint.name.toLowerCase()) !== endpoint) return;
    if (endpoint.status !== status) return;
    endpoint.status = 'InService';
    endpoint.modifiedAt = context.schedule.now;
    settle();
    reportEndpoint(endpoint, context, deployment);
  });
}

/** Image and digest a variant runs; the tag may have moved since, the digest not. */
export function deployedImages(region: RegionState, variant: Variant, at: number): readonly Members[] {
  const model = variant.model && region.models.get(variant.model.toLowerCase());
  if (!model) return [];
  const containers = [structure(model.definition.PrimaryContainer), ...structures(model.definition.Containers)];
  return containers
    .map((container) => optionalText(container, 'Image'))
    .filter((image) => image !== undefined)
    .map((image) => ({
      SpecifiedImage: image,
      ResolvedImage: `${image.split(':')[0]}@sha256:${digestLike(image)}`,
      ResolutionTime: new Date(at),
    }));
}

/** 64 hexadecimal digits that depend on the text alone. */
function digestLike(text: string): string {
  let digest = '';
  for (let round = 0; digest.length < 64; round += 1) {
    let hash = 0x811c9dc5 ^ round;
    for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    digest += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return digest;
}
