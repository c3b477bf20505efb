import type { InputOf } from '../aws/operations.ts';
import type { Precondition, StateCheck, Step } from './action.ts';
import type { Attempt } from './attempt.ts';
import type { Component, ComponentReading, EndpointReading, Tag } from './endpoint-reading.ts';
import { restoreScaling } from './scaling.ts';
import { call, wait } from './step.ts';

type Capacities = NonNullable<InputOf<'sagemaker:UpdateEndpointWeightsAndCapacities'>['DesiredWeightsAndCapacities']>;

/** The read that tells an endpoint's status. */
export const endpointRead = (name: string): StateCheck['read'] => ({
  name: 'sagemaker:DescribeEndpoint',
  input: { EndpointName: name },
});
/** The read that tells a component's status and copies. */
export const componentRead = (name: string): StateCheck['read'] => ({
  name: 'sagemaker:DescribeInferenceComponent',
  input: { InferenceComponentName: name },
});

/** Until "not found". A deletion that fails leaves the endpoint `Failed`. */
export const endpointGone = (name: string): StateCheck => ({
  read: endpointRead(name),
  member: 'EndpointStatus',
  until: 'gone',
  underWay: ['Deleting'],
});
/** Until "not found". */
export const componentGone = (name: string): StateCheck => ({
  read: componentRead(name),
  member: 'InferenceComponentStatus',
  until: 'gone',
  unless: ['Failed'],
  underWay: ['Deleting'],
});
/** Until it serves; also after an update, which ends in the state it began in. */
export const endpointInService = (name: string): StateCheck => ({
  read: endpointRead(name),
  member: 'EndpointStatus',
  until: ['InService'],
  unless: ['Failed', 'OutOfService', 'UpdateRollbackFailed', 'Deleting'],
  underWay: ['Creating', 'Updating', 'SystemUpdating'],
});
/** Until it is in service, with however many copies. */
export const componentInService = (name: string): StateCheck => ({
  read: componentRead(name),
  member: 'InferenceComponentStatus',
  until: ['InService'],
  unless: ['Failed', 'Deleting'],
  underWay: ['Creating', 'Updating'],
});

/** Tags that a create call takes: AWS keeps those that begin with `aws:` for itself. */
const settable = (tags: Attempt<readonly Tag[]>): Tag[] => (tags.value ?? []).filter(({ Key }) => !/^aws:/i.test(Key));

/** Weights and counts that differ from what the config starts with: all weights in one call, each count in its own (AWS's rule). */
function capacities({ endpoint, config }: Pick<EndpointReading, 'endpoint' | 'config'>): readonly Capacities[] {
  const initial = new Map((config.value?.ProductionVariants ?? []).map((variant) => [variant.VariantName, variant]));
  const running = endpoint.ProductionVariants ?? [];
  const weights: Capacities = running.flatMap(({ VariantName, CurrentWeight }) =>
    CurrentWeight === undefined ? [] : [{ VariantName, DesiredWeight: CurrentWeight }],
  );
  const moved = weights.some(
    ({ VariantName, DesiredWeight }) => DesiredWeight !== (initial.get(VariantName)?.InitialVariantWeight ?? 1),
  );
  const counts = running.flatMap(({ VariantName, CurrentInstanceCount }) => {
    const from = initial.get(VariantName);
    // Serverless variants have no instances; where SageMaker scales by itself, AWS refuses a count.
    if (
      CurrentInstanceCount === undefined ||
      from?.ServerlessConfig ||
      from?.ManagedInstanceScaling?.Status === 'ENABLED'
    )
      return [];
    return CurrentInstanceCount === (from?.InitialInstanceCount ?? 1)
      ? []
      : [[{ VariantName, DesiredInstanceCount: CurrentInstanceCount }]];
  });
  return [...(moved ? [weights] : []), ...counts];
}

/**
 * Makes the endpoint again as it was: same name (so the same ARN), config, tags, then the weights and counts it ran with, then the
 * scaling of its variants. Its components follow by themselves (`restoreComponent`).
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
 */
export function restoreEndpoint(reading: EndpointReading, now: number): readonly Step[] {
  const { endpoint, tags } = reading;
  const name = endpoint.EndpointName ?? '';
  const own = (reading.scaling ?? []).filter(({ target }) => target.ResourceId?.startsWith(`endpoint/${name}/`));
  return [
    // A deletion that was sent and not waited for can still be undone.
    wait(`${name} must be gone before it can be made again`, endpointGone(name)),
    call(
      {
        name: 'sagemaker:CreateEndpoint',
        input: {
          EndpointName: name,
          EndpointConfigName: endpoint.EndpointConfigName,
          ...(endpoint.LastDeploymentConfig ? { DeploymentConfig: endpoint.LastDeploymentConfig } : {}),
          ...(settable(tags).length > 0 ? { Tags: settable(tags) } : {}),
        },
      },
      { volatile: ['Tags'] },
    ),
    wait(`${name} must be InService`, endpointInService(name)),
    ...restoreCapacities(reading),
    ...restoreScaling(own, now),
  ];
}

/** Gives the variants the weights and counts they run with now, where those are not what the config starts with. */
export const restoreCapacities = (reading: Pick<EndpointReading, 'endpoint' | 'config'>): readonly Step[] => {
  const name = reading.endpoint.EndpointName ?? '';
  return capacities(reading).flatMap((DesiredWeightsAndCapacities) => [
    call(
      {
        name: 'sagemaker:UpdateEndpointWeightsAndCapacities',
        input: { EndpointName: name, DesiredWeightsAndCapacities },
      },
      { volatile: 'step' },
    ),
    wait(`${name} must be InService with its weights and counts`, endpointInService(name), { volatile: 'step' }),
  ]);
};

type Specification = NonNullable<InputOf<'sagemaker:CreateInferenceComponent'>['Specification']>;
type Summary = NonNullable<Component['Specification']>;

/** A create call names the image as it was asked for; Describe tells it together with the digest it became. */
function specification({ Container, ...rest }: Summary): Specification {
  if (!Container) return rest;
  const { DeployedImage, ...container } = Container;
  return {
    ...rest,
    Container: { ...(DeployedImage?.SpecifiedImage ? { Image: DeployedImage.SpecifiedImage } : {}), ...container },
  };
}

/**
 * Makes an inference component again, with the copies it had.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceComponent.html
 */
export function restoreComponent(
  { component, tags }: ComponentReading,
  reading: EndpointReading,
  now: number,
): readonly Step[] {
  const name = component.InferenceComponentName ?? '';
  const copies = component.RuntimeConfig?.DesiredCopyCount ?? component.RuntimeConfig?.CurrentCopyCount;
  return [
    wait(`${name} must be gone before it can be made again`, componentGone(name)),
    call(
      {
        name: 'sagemaker:CreateInferenceComponent',
        input: {
          InferenceComponentName: name,
          EndpointName: component.EndpointName,
          ...(component.VariantName ? { VariantName: component.VariantName } : {}),
          ...(component.Specification ? { Specification: specification(component.Specification) } : {}),
          ...(component.Specifications && !component.Specification
            ? { Specifications: component.Specifications.map(specification) }
            : {}),
          ...(copies === undefined ? {} : { RuntimeConfig: { CopyCount: copies } }),
          ...(settable(tags).length > 0 ? { Tags: settable(tags) } : {}),
        },
      },
      { volatile: ['Tags', 'RuntimeConfig'] },
    ),
    wait(`${name} must be InService`, componentInService(name)),
    ...restoreScaling(
      (reading.scaling ?? []).filter(({ target }) => target.ResourceId === `inference-component/${name}`),
      now,
    ),
  ];
}

/**
 * What the endpoint is, so that undo can be held against it: its config, and the digests of the images it runs. A tag in ECR may point to
 * another image by then; planning again after undo shows it.
 */
export function endpointPreconditions({ endpoint, components }: EndpointReading): readonly Precondition[] {
  const read = endpointRead(endpoint.EndpointName ?? '');
  return [
    ...(endpoint.EndpointConfigName
      ? [{ read, member: 'EndpointConfigName', equals: endpoint.EndpointConfigName }]
      : []),
    ...(endpoint.ProductionVariants ?? []).flatMap(({ DeployedImages }, variant) =>
      (DeployedImages ?? []).flatMap(({ ResolvedImage }, image) =>
        ResolvedImage
          ? [
              {
                read,
                member: `ProductionVariants.${variant}.DeployedImages.${image}.ResolvedImage`,
                equals: ResolvedImage,
              },
            ]
          : [],
      ),
    ),
    ...components.flatMap(({ component }) => {
      const image = component.Specification?.Container?.DeployedImage?.ResolvedImage;
      return image
        ? [
            {
              read: componentRead(component.InferenceComponentName ?? ''),
              member: 'Specification.Container.DeployedImage.ResolvedImage',
              equals: image,
            },
          ]
        : [];
    }),
  ];
}
