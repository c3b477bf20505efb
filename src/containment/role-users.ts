import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Affected } from './action.ts';
import { allPages, attempt } from './attempt.ts';

/** How many Describe calls are in the air at a time: the door's buckets pace them, this bounds what waits there. */
const atOnce = 8;

/** Runs `ask` over the items, a few at a time, and yields the answers as they come, in order. */
async function* inBatches<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): AsyncIterable<Answer> {
  for (let from = 0; from < items.length; from += atOnce)
    yield* await Promise.all(items.slice(from, from + atOnce).map(ask));
}

const same = (one: string | undefined, other: string) => one?.toLowerCase() === other.toLowerCase();

/**
 * Who in this Region runs as a role: notebooks, models, and the endpoints that serve those models. AWS has no call for that, so everything
 * is listed and described. Studio, jobs and pipelines are not seen yet.
 */
export async function* roleUsers(role: ResourceRef, context: ActionContext): AsyncIterable<Affected> {
  const { aws, signal } = context;
  const notebooks = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListNotebookInstances',
      { MaxResults: 100, ...(NextToken ? { NextToken } : {}) },
      { signal },
    );
    return { items: page.NotebookInstances, next: page.NextToken };
  });
  for await (const { value } of inBatches(notebooks, ({ NotebookInstanceName }) =>
    attempt(aws.call('sagemaker:DescribeNotebookInstance', { NotebookInstanceName }, { signal })),
  ))
    if (same(value?.RoleArn, role.arn))
      yield {
        kind: 'sagemaker.notebook-instance',
        arn: value?.NotebookInstanceArn ?? '',
        why:
          value?.NotebookInstanceStatus === 'Stopped'
            ? `notebook ${value.NotebookInstanceName} uses the role; it is Stopped`
            : `notebook ${value?.NotebookInstanceName} is ${value?.NotebookInstanceStatus} with the role: stop it first, or its sessions fail at their next call`,
      };

  const models = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListModels',
      { MaxResults: 100, ...(NextToken ? { NextToken } : {}) },
      { signal },
    );
    return { items: page.Models, next: page.NextToken };
  });
  const withRole = new Set<string>();
  for await (const { value } of inBatches(models, ({ ModelName }) =>
    attempt(aws.call('sagemaker:DescribeModel', { ModelName }, { signal })),
  ))
    if (value?.ModelName && same(value.ExecutionRoleArn, role.arn)) {
      withRole.add(value.ModelName.toLowerCase());
      yield { kind: 'sagemaker.model', arn: value.ModelArn ?? '', why: `model ${value.ModelName} runs as the role` };
    }

  const endpoints = await allPages(async (NextToken) => {
    const page = await aws.call(
      'sagemaker:ListEndpoints',
      { MaxResults: 100, ...(NextToken ? { NextToken } : {}) },
      { signal },
    );
    return { items: page.Endpoints, next: page.NextToken };
  });
  for await (const { endpoint, config } of inBatches(endpoints, async (endpoint) => {
    const described = await attempt(
      aws.call('sagemaker:DescribeEndpoint', { EndpointName: endpoint.EndpointName }, { signal }),
    );
    const name = described.value?.EndpointConfigName;
    return {
      endpoint,
      config: name
        ? (await attempt(aws.call('sagemaker:DescribeEndpointConfig', { EndpointConfigName: name }, { signal }))).value
        : undefined,
    };
  })) {
    const served = [...(config?.ProductionVariants ?? []), ...(config?.ShadowProductionVariants ?? [])];
    const how = same(config?.ExecutionRoleArn, role.arn)
      ? 'its configuration names the role'
      : served.some(({ ModelName }) => withRole.has(ModelName?.toLowerCase() ?? ''))
        ? 'it serves a model that runs as the role'
        : undefined;
    if (!how) continue;
    yield {
      kind: 'sagemaker.endpoint',
      arn: endpoint.EndpointArn ?? '',
      why:
        endpoint.EndpointStatus === 'Deleting'
          ? `endpoint ${endpoint.EndpointName} is still being deleted and ${how}: restrict the role after it has gone, or it may get stuck`
          : `endpoint ${endpoint.EndpointName} is ${endpoint.EndpointStatus}: ${how}; delete it first if it is to go`,
    };
  }
}
