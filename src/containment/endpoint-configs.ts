import type { ActionContext } from './action.ts';
import { attempt } from './attempt.ts';
import type { Endpoint } from './endpoint-reading.ts';

/** How many configs of the account are looked at, newest first; each costs a Describe. */
const mostLookedAt = 40;

/** Configs that the endpoint was moved to before, newest first, as CloudTrail's event history of 90 days tells. */
async function served(name: string, { aws, signal }: ActionContext): Promise<readonly string[]> {
  const names: string[] = [];
  for (const AttributeValue of ['UpdateEndpoint', 'CreateEndpoint']) {
    const { value } = await attempt(
      aws.call(
        'cloudtrail:LookupEvents',
        { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue }], MaxResults: 50 },
        { signal, priority: 'operator' },
      ),
    );
    for (const { CloudTrailEvent = '' } of value?.Events ?? []) {
      const config = configIn(CloudTrailEvent, name);
      if (config) names.push(config);
    }
  }
  return names;
}

/** How many letters two names begin with in common. */
function alike(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}

function configIn(record: string, endpoint: string): string | undefined {
  try {
    const { errorCode, requestParameters } = JSON.parse(record) as {
      errorCode?: unknown;
      requestParameters?: { endpointName?: unknown; endpointConfigName?: unknown } | null;
    };
    const config = requestParameters?.endpointConfigName;
    return !errorCode && requestParameters?.endpointName === endpoint && typeof config === 'string'
      ? config
      : undefined;
  } catch {
    return undefined; // What is no JSON names no config.
  }
}

/**
 * Configs that an endpoint could go back to, the likeliest first: those it served before, those with the very models that it serves, then
 * others that have its variants, of equals those that are named like it. Configs of the other sort (models in the variants, or inference components on them) are left out.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpointConfigs.html
 */
export async function configsOf(endpoint: Endpoint, context: ActionContext): Promise<readonly string[]> {
  const { aws, signal } = context;
  const name = endpoint.EndpointName ?? '';
  const current = endpoint.EndpointConfigName ?? '';
  const before = await served(name, context);
  const listed = await attempt(
    aws.call(
      'sagemaker:ListEndpointConfigs',
      { SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: mostLookedAt },
      { signal, priority: 'operator' },
    ),
  );
  const candidates = [
    ...new Set([
      ...before,
      ...(listed.value?.EndpointConfigs ?? []).map(({ EndpointConfigName = '' }) => EndpointConfigName),
    ]),
  ].slice(0, mostLookedAt);
  const described = await Promise.all(
    [current, ...candidates.filter((one) => one !== current && one !== '')].map((EndpointConfigName) =>
      attempt(aws.call('sagemaker:DescribeEndpointConfig', { EndpointConfigName }, { signal, priority: 'operator' })),
    ),
  );
  const [now, ...others] = described.map(({ value }) => value);
  const holdsModels = (config: typeof now) => config?.ProductionVariants?.some(({ ModelName }) => Boolean(ModelName));
  const variants = (config: typeof now) =>
    (config?.ProductionVariants ?? []).map(({ VariantName, InstanceType }) => `${VariantName} ${InstanceType}`);
  const models = (config: typeof now) =>
    (config?.ProductionVariants ?? []).map(({ ModelName }) => ModelName ?? '').sort();
  // A siphon is a new config of the same models: one that served before is good, else one with these very models.
  const rank = (config: typeof now): number => {
    if (before.includes(config?.EndpointConfigName ?? '')) return 0;
    if (String(models(config)) === String(models(now))) return 1;
    return variants(now).every((variant) => variants(config).includes(variant)) ? 2 : 3;
  };
  return (
    others
      .filter((config) => config && holdsModels(config) === holdsModels(now))
      .map((config) => ({ name: config?.EndpointConfigName ?? '', rank: rank(config) }))
      // Of equals the one that is named like the endpoint: people call a config by what it is for.
      .sort((a, b) => a.rank - b.rank || alike(b.name, name) - alike(a.name, name))
      .map((one) => one.name)
  );
}
