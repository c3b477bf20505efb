import type { ActionContext } from './action.ts';
import { attempt } from './attempt.ts';
import type { Endpoint } from './endpoint-reading.ts';

/** How many configs of the account are looked at, newest first; each costs a Describe. */
const mostLookedAt = 40;

/** A move of the endpoint to a config, as CloudTrail tells. */
interface Move {
  readonly config: string;
  readonly at: number;
  /** The key that signed it. */
  readonly key: string;
  /** Sent by Firebreak and by who acts now: it went back to this config, away from the one before. The user agent alone anybody can write. */
  readonly isOurs: boolean;
}

/** The endpoint's moves, newest first, as CloudTrail's event history of 90 days tells. */
async function movesOf(name: string, { aws, signal, responderArn }: ActionContext): Promise<readonly Move[]> {
  const moves: Move[] = [];
  for (const AttributeValue of ['UpdateEndpoint', 'CreateEndpoint']) {
    const { value } = await attempt(
      aws.call(
        'cloudtrail:LookupEvents',
        { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue }], MaxResults: 50 },
        { signal, priority: 'operator' },
      ),
    );
    for (const { CloudTrailEvent = '' } of value?.Events ?? []) {
      const move = moveIn(CloudTrailEvent, name, responderArn);
      if (move) moves.push(move);
    }
  }
  return moves.sort((a, b) => b.at - a.at);
}

/** Configs that were replaced by a move of ours: whatever was wrong with them, we went away from them. */
function leftByUs(moves: readonly Move[]): ReadonlySet<string> {
  return new Set(moves.flatMap(({ isOurs }, index) => (isOurs ? (moves[index + 1]?.config ?? []) : [])));
}

/** How many letters two names begin with in common. */
function alike(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}

function moveIn(record: string, endpoint: string, responderArn: string): Move | undefined {
  try {
    const { errorCode, requestParameters, eventTime, userAgent, userIdentity } = JSON.parse(record) as {
      errorCode?: unknown;
      eventTime?: unknown;
      userAgent?: unknown;
      userIdentity?: { accessKeyId?: unknown; arn?: unknown } | null;
      requestParameters?: { endpointName?: unknown; endpointConfigName?: unknown } | null;
    };
    const config = requestParameters?.endpointConfigName;
    if (errorCode || requestParameters?.endpointName !== endpoint || typeof config !== 'string') return undefined;
    return {
      config,
      at: Date.parse(String(eventTime)) || 0,
      key: String(userIdentity?.accessKeyId ?? ''),
      isOurs: userIdentity?.arn === responderArn && /\bfirebreak[/-]/.test(String(userAgent)),
    };
  } catch {
    return undefined; // What is no JSON names no config.
  }
}

/**
 * Configs that an endpoint could go back to, the likeliest first: those it served before, newest first, but those that were put there by
 * the same key as the present one after the others; those with the very models that it serves; others that have its variants, of equals those
 * that are named like it; at last those that we went away from. A config that it is being moved to is not among them. Configs of the other sort (models in the variants, or inference components on them) are left out.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpointConfigs.html
 */
export async function configsOf(endpoint: Endpoint, context: ActionContext): Promise<readonly string[]> {
  const { aws, signal } = context;
  const name = endpoint.EndpointName ?? '';
  // While it is being updated AWS names the config that it is moved away from: there it can go back to, and not to where it is going.
  const pending = endpoint.PendingDeploymentSummary?.EndpointConfigName;
  const serves = endpoint.EndpointConfigName ?? '';
  const current = pending ?? serves;
  const moves = await movesOf(name, context);
  const before = [...new Set([...(pending ? [serves] : []), ...moves.map(({ config }) => config)])];
  const left = leftByUs(moves);
  const present = moves.find(({ config }) => config === current)?.key ?? '';
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
    const called = config?.EndpointConfigName ?? '';
    if (left.has(called)) return 5;
    // Whoever moved it twice within one attack must not be gone back to halfway.
    if (before.includes(called))
      return present !== '' && moves.find((move) => move.config === called)?.key === present ? 1 : 0;
    if (String(models(config)) === String(models(now))) return 2;
    return variants(now).every((variant) => variants(config).includes(variant)) ? 3 : 4;
  };
  const age = (config: string): number => (before.includes(config) ? before.indexOf(config) : before.length);
  return (
    others
      .filter((config) => config && holdsModels(config) === holdsModels(now))
      .map((config) => ({ name: config?.EndpointConfigName ?? '', rank: rank(config) }))
      // Of equals the one that is named like the endpoint: people call a config by what it is for.
      .sort((a, b) => a.rank - b.rank || age(a.name) - age(b.name) || alike(b.name, name) - alike(a.name, name))
      .map((one) => one.name)
  );
}
