import { UsageError } from '../model/errors.ts';
import type { ServiceName } from './operations.ts';
import { type Profiles, readProfiles } from './profiles.ts';

/** What is decided before the first call: Region, profile, and where each service's requests will go. */
export interface Settings {
  /** `undefined` when credentials were given or no profile is named. */
  readonly profile: string | undefined;
  readonly region: string;
  /** Endpoints that replace AWS's own host, by service. */
  readonly endpoints: ReadonlyMap<ServiceName, URL>;
  /** Whether anything but the instance metadata service could hold credentials. */
  readonly credentialsLikely: boolean;
}

/** The service ids by which `AWS_ENDPOINT_URL_…` and `services` sections name them. */
const serviceIds: { readonly [S in ServiceName]: string } = {
  'application-autoscaling': 'application_auto_scaling',
  cloudtrail: 'cloudtrail',
  cloudwatch: 'cloudwatch',
  iam: 'iam',
  logs: 'cloudwatch_logs',
  sagemaker: 'sagemaker',
  sts: 'sts',
};

function parseEndpoint(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`${where}: "${text}" is no http or https URL`);
}

/** The SDK's precedence: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function configuredEndpoints(env: NodeJS.ProcessEnv, profiles: Profiles, profile: string): Map<ServiceName, URL> {
  const endpoints = new Map<ServiceName, URL>();
  const settings = profiles.profiles.get(profile);
  const ignored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? settings?.get('ignore_configured_endpoint_urls');
  if (ignored?.toLowerCase() === 'true') return endpoints;
  const section = profiles.services.get(settings?.get('services') ?? '');
  for (const [service, id] of Object.entries(serviceIds) as [ServiceName, string][]) {
    const variable = `AWS_ENDPOINT_URL_${id.toUpperCase()}`;
    const found = (
      [
        [env[variable], variable],
        [env.AWS_ENDPOINT_URL, 'AWS_ENDPOINT_URL'],
        [section?.get(`${id}.endpoint_url`), `services section of profile ${profile}`],
        [settings?.get('endpoint_url'), `endpoint_url of profile ${profile}`],
      ] as const
    ).find(([text]) => text);
    if (found?.[0]) endpoints.set(service, parseEndpoint(found[0], found[1]));
  }
  return endpoints;
}

const credentialSettings =
  /^(?:aws_access_key_id|role_arn|credential_process|credential_source|web_identity_token_file|login_session|sso_)/;

/**
 * Reads the environment and the shared files as the SDK will, so that a missing Region or profile is told at once and by name.
 * With `endpoint` and `credentials` (the range) neither is looked at.
 *
 * @throws UsageError no Region, no such profile, an endpoint that is no URL.
 */
export async function resolveSettings(options: {
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly ownCredentials: boolean;
  readonly env: NodeJS.ProcessEnv;
}): Promise<Settings> {
  const { env } = options;
  const isolated = options.ownCredentials && options.endpoint !== undefined;
  const profiles = isolated ? { files: [], profiles: new Map(), services: new Map() } : await readProfiles(env);
  const named = isolated ? undefined : options.profile || env.AWS_PROFILE || undefined;
  if (named !== undefined && !profiles.profiles.has(named) && !options.ownCredentials) {
    const known = [...profiles.profiles.keys()].sort();
    throw new UsageError(
      `no profile "${named}" in ${profiles.files.join(' or ')}${known.length ? `: there are ${known.join(', ')}` : ''}`,
      { nextSteps: [known.length ? 'Name one of these with --profile' : 'Run `aws configure`, or unset AWS_PROFILE'] },
    );
  }
  const profile = profiles.profiles.get(named ?? 'default');
  // The SDK for JavaScript does not read AWS_DEFAULT_REGION; every other AWS tool does.
  const region =
    options.region || (isolated ? '' : env.AWS_REGION || env.AWS_DEFAULT_REGION || profile?.get('region')) || '';
  if (!region) throw new UsageError('no Region: set --region, AWS_REGION or a profile with one');
  if (!/^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(region)) {
    throw new UsageError(`"${region}" is no Region: write one like us-east-1`);
  }
  const endpoints = options.endpoint
    ? new Map(
        (Object.keys(serviceIds) as ServiceName[]).map((service) => [
          service,
          parseEndpoint(options.endpoint as string, 'endpoint'),
        ]),
      )
    : configuredEndpoints(env, profiles, named ?? 'default');
  return {
    profile: named,
    region,
    endpoints,
    credentialsLikely:
      options.ownCredentials ||
      [...(profile?.keys() ?? [])].some((name) => credentialSettings.test(name)) ||
      Boolean(
        (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) ||
          env.AWS_WEB_IDENTITY_TOKEN_FILE ||
          env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
          env.AWS_CONTAINER_CREDENTIALS_FULL_URI,
      ),
  };
}
