import type { OutputOf } from '../aws/operations.ts';
import type { ActionContext } from './action.ts';
import { type Attempt, allPages, attempt } from './attempt.ts';
import { readScaling, type Scaling } from './scaling.ts';
import { isGone } from './state-check.ts';

export type Endpoint = OutputOf<'sagemaker:DescribeEndpoint'>;
export type EndpointConfig = OutputOf<'sagemaker:DescribeEndpointConfig'>;
export type Component = OutputOf<'sagemaker:DescribeInferenceComponent'>;
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** An inference component with what its own Describe leaves out. */
export interface ComponentReading {
  readonly component: Component;
  readonly tags: Attempt<readonly Tag[]>;
}

/** An endpoint and everything that goes with it when it is deleted. */
export interface EndpointReading {
  readonly endpoint: Endpoint;
  /** The config may have been deleted while in use: then nothing can bring the endpoint back. */
  readonly config: Attempt<EndpointConfig>;
  readonly models: readonly OutputOf<'sagemaker:DescribeModel'>[];
  readonly tags: Attempt<readonly Tag[]>;
  readonly components: readonly ComponentReading[];
  /** `undefined`: we may not look. */
  readonly scaling: readonly Scaling[] | undefined;
  readonly monitoringSchedules: readonly string[];
}

/** `undefined` when there is no such endpoint. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
export async function readEndpoint(name: string, { aws, signal }: ActionContext): Promise<Endpoint | undefined> {
  try {
    return await aws.call('sagemaker:DescribeEndpoint', { EndpointName: name }, { signal, priority: 'operator' });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const readTags = (arn: string | undefined, { aws, signal }: ActionContext): Promise<Attempt<readonly Tag[]>> =>
  attempt(
    allPages(async (NextToken) => {
      const page = await aws.call(
        'sagemaker:ListTags',
        { ResourceArn: arn, ...(NextToken ? { NextToken } : {}) },
        { signal, priority: 'operator' },
      );
      return { items: page.Tags?.map(({ Key = '', Value = '' }) => ({ Key, Value })), next: page.NextToken };
    }),
  );

/** The components on an endpoint, adapters before the component they stand on: AWS wants them deleted in that order. */
export async function readComponents(name: string, context: ActionContext): Promise<readonly ComponentReading[]> {
  const { aws, signal } = context;
  const listed = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListInferenceComponents',
      { EndpointNameEquals: name, ...(NextToken ? { NextToken } : {}) },
      { signal, priority: 'operator' },
    );
    return { items: page.InferenceComponents, next: page.NextToken };
  });
  const all: ComponentReading[] = [];
  for (const { InferenceComponentName } of listed) {
    const described = await attempt(
      aws.call('sagemaker:DescribeInferenceComponent', { InferenceComponentName }, { signal, priority: 'operator' }),
    );
    if (!described.value) {
      // Gone between the list and the look: nothing to delete. Denied: undo would be blind, so the plan must not be made.
      if (described.missing === 'not-found') continue;
      await aws.call('sagemaker:DescribeInferenceComponent', { InferenceComponentName }, { signal });
      continue;
    }
    all.push({ component: described.value, tags: await readTags(described.value.InferenceComponentArn, context) });
  }
  return all.sort(
    (a, b) =>
      Number(isBase(a.component)) - Number(isBase(b.component)) ||
      (a.component.InferenceComponentName ?? '').localeCompare(b.component.InferenceComponentName ?? '', 'en'),
  );
}

/** Whether a component stands by itself; an adapter stands on another component. */
export const isBase = (component: Component): boolean => !component.Specification?.BaseInferenceComponentName;

/** Reads the endpoint's whole tree: what undo needs and what the snapshot keeps. */
export async function readTree(endpoint: Endpoint, context: ActionContext): Promise<EndpointReading> {
  const { aws, signal } = context;
  const name = endpoint.EndpointName ?? '';
  const config: Attempt<EndpointConfig> = endpoint.EndpointConfigName
    ? await attempt(
        aws.call(
          'sagemaker:DescribeEndpointConfig',
          { EndpointConfigName: endpoint.EndpointConfigName },
          { signal, priority: 'operator' },
        ),
      )
    : { missing: 'not-found', operation: 'sagemaker:DescribeEndpointConfig' };
  const components = await readComponents(name, context);
  const modelNames = new Set(
    [
      ...(config.value?.ProductionVariants ?? []),
      ...(config.value?.ShadowProductionVariants ?? []),
      ...components.map(({ component }) => component.Specification ?? {}),
    ].flatMap(({ ModelName }) => (ModelName ? [ModelName] : [])),
  );
  const models = [];
  for (const ModelName of modelNames) {
    const { value } = await attempt(
      aws.call('sagemaker:DescribeModel', { ModelName }, { signal, priority: 'operator' }),
    );
    if (value) models.push(value);
  }
  const schedules = await attempt(
    allPages(async (NextToken) => {
      const page = await aws.call(
        'sagemaker:ListMonitoringSchedules',
        { EndpointName: name, ...(NextToken ? { NextToken } : {}) },
        { signal, priority: 'operator' },
      );
      return { items: page.MonitoringScheduleSummaries, next: page.NextToken };
    }),
  );
  return {
    endpoint,
    config,
    models,
    tags: await readTags(endpoint.EndpointArn, context),
    components,
    scaling: await readScaling(
      [
        ...(endpoint.ProductionVariants ?? []).map(({ VariantName }) => `endpoint/${name}/variant/${VariantName}`),
        ...components.map(({ component }) => `inference-component/${component.InferenceComponentName}`),
      ],
      context,
    ),
    monitoringSchedules: (schedules.value ?? []).map(({ MonitoringScheduleName }) => MonitoringScheduleName ?? '?'),
  };
}
