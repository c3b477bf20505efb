import { UsageError } from '../model/errors.ts';
import type { CertificateBundle } from './network.ts';
import type { ServiceName } from './operations.ts';
import { type Profiles, readProfiles } from './profiles.ts';
import { checkRegion, checkRegionName } from './regions.ts';

/** Services with an endpoint of their own: those that we call, and the one that hands out the keys of an SSO session. */
export type EndpointName = ServiceName | 'sso';

/**
 * What is decided before the first call: Region, profile, where each service's requests will go, and how. All of it is handed to the SDK
 * in code: left to itself it reads one profile a process, that of AWS_PROFILE, and several doors may be open at once.
 */
export interface Settings {
  /** `undefined` when credentials were given or no profile is named. */
  readonly profile: string | undefined;
  readonly region: string;
  /** Endpoints that replace AWS's own host, by service. */
  readonly endpoints: ReadonlyMap<EndpointName, URL>;
  /** Which variable, flag or profile said a value; absent where it is the default. Endpoints as `endpoint SERVICE`. */
  readonly setBy: ReadonlyMap<string, string>;
  /** Hosts of FIPS 140, and hosts that answer over IPv6 too. */
  readonly fips: boolean;
  readonly dualStack: boolean;
  /** How often the SDK tries a call that may be repeated, at least 1. */
  readonly maxAttempts: number;
  readonly retryMode: 'standard' | 'adaptive';
  readonly certificates: CertificateBundle | undefined;
  /** Whether anything but the instance metadata service could hold credentials. */
  readonly credentialsLikely: boolean;
}

/** The service ids by which `AWS_ENDPOINT_URL_…` and `services` sections name them. */
const serviceIds: { readonly [S in EndpointName]: string } = {
  'application-autoscaling': 'application_auto_scaling',
  cloudtrail: 'cloudtrail',
  cloudwatch: 'cloudwatch',
  events: 'eventbridge',
  iam: 'iam',
  logs: 'cloudwatch_logs',
  s3: 's3',
  sagemaker: 'sagemaker',
  scheduler: 'scheduler',
  sso: 'sso',
  sts: 'sts',
};

function parseEndpoint(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`${where}: "${text}" is no http or https URL`);
}

/** The SDK's precedence: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function configuredEndpoints(
  env: NodeJS.ProcessEnv,
  profiles: Profiles,
  profile: string,
  setBy: Map<string, string>,
): Map<EndpointName, URL> {
  const endpoints = new Map<EndpointName, URL>();
  const settings = profiles.profiles.get(profile);
  const ignored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? settings?.get('ignore_configured_endpoint_urls');
  if (ignored?.toLowerCase() === 'true') return endpoints;
  const named = settings?.get('services');
  const section = profiles.services.get(named ?? '');
  if (named !== undefined && !section) {
    throw new UsageError(`profile ${profile}: there is no section [services ${named}] in ${profiles.files[0]}`);
  }
  for (const [service, id] of Object.entries(serviceIds) as [EndpointName, string][]) {
    const variable = `AWS_ENDPOINT_URL_${id.toUpperCase()}`;
    const found = (
      [
        [env[variable], variable],
        [env.AWS_ENDPOINT_URL, 'AWS_ENDPOINT_URL'],
        [section?.get(`${id}.endpoint_url`), `services section of profile ${profile}`],
        [settings?.get('endpoint_url'), `endpoint_url of profile ${profile}`],
      ] as const
    ).find(([text]) => text);
    if (!found?.[0]) continue;
    endpoints.set(service, parseEndpoint(found[0], found[1]));
    setBy.set(`endpoint ${service}`, found[1]);
  }
  return endpoints;
}

const credentialSettings =
  /^(?:aws_access_key_id|role_arn|credential_process|credential_source|web_identity_token_file|login_session|sso_)/;

/** Whether a profile says where keys come from: one that holds only a Region does not. */
export const holdsCredentials = (profile: ReadonlyMap<string, string> | undefined): boolean =>
  [...(profile?.keys() ?? [])].some((name) => credentialSettings.test(name));

/** A setting by its variable or else by the profile, and the one of the two that said it. */
type Lookup = (variable: string, name: string) => { readonly text: string; readonly setBy: string } | undefined;

function choose<Value extends string>(lookup: Lookup, variable: string, name: string, words: readonly Value[]) {
  const found = lookup(variable, name);
  const value = words.find((word) => word === found?.text.toLowerCase());
  if (found && value === undefined) {
    throw new UsageError(`${found.setBy}: "${found.text}" is none of ${words.join(', ')}`);
  }
  return value;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function attemptsOf(lookup: Lookup): number {
  const found = lookup('AWS_MAX_ATTEMPTS', 'max_attempts');
  if (!found) return 3;
  if (/^[1-9]\d{0,2}$/.test(found.text)) return Number(found.text);
  throw new UsageError(`${found.setBy}: "${found.text}" is no number of attempts: write one from 1 on`);
}

/**
 * Reads the environment and the shared files as the SDK will, so that a missing Region or profile is told at once and by name.
 * With `endpoint` and `credentials` (the range) neither is looked at.
 *
 * @throws UsageError no Region or none that exists, no such profile, a file that cannot be read, a setting that cannot be used.
 */
export async function resolveSettings(options: {
  readonly profile?: string;
  readonly region?: string;
  readonly regions?: readonly string[];
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
      {
        nextSteps: [
          known.length
            ? 'Name one of these with --profile'
            : options.profile
              ? 'Run `aws configure` with its name, or leave the profile out'
              : 'Run `aws configure`, or unset AWS_PROFILE',
        ],
      },
    );
  }
  const profile = profiles.profiles.get(named ?? 'default');
  // The SDK for JavaScript does not read AWS_DEFAULT_REGION; every other AWS tool does.
  const places = [
    [options.region, ''],
    ...(isolated
      ? []
      : ([
          [env.AWS_REGION, 'AWS_REGION'],
          [env.AWS_DEFAULT_REGION, 'AWS_DEFAULT_REGION'],
          [profile?.get('region'), `region of profile ${named ?? 'default'}`],
        ] as const)),
  ] as const;
  const [region = '', regionSetBy = ''] = places.find(([text]) => text) ?? [];
  const setBy = new Map(regionSetBy ? [['region', regionSetBy]] : []);
  if (!region) throw new UsageError('no Region: set --region, AWS_REGION or a profile with one');
  const endpoints = options.endpoint
    ? new Map(
        (Object.keys(serviceIds) as EndpointName[]).map((service) => [
          service,
          parseEndpoint(options.endpoint as string, 'endpoint'),
        ]),
      )
    : configuredEndpoints(env, profiles, named ?? 'default', setBy);
  // Another host than AWS's may serve whatever it likes, as long as it can be part of a host's name.
  for (const one of [region, ...(options.regions ?? [])]) {
    if (endpoints.size === 0) checkRegion(one);
    else checkRegionName(one);
  }
  const lookup: Lookup = (variable, name) => {
    if (isolated) return undefined;
    const own = profile?.get(name);
    const found = env[variable]
      ? { text: env[variable], setBy: variable }
      : own && { text: own, setBy: `${name} of profile ${named ?? 'default'}` };
    if (found) setBy.set(name, found.setBy);
    return found || undefined;
  };
  const bundle = lookup('AWS_CA_BUNDLE', 'ca_bundle');
  return {
    profile: named,
    region,
    endpoints,
    setBy,
    fips: choose(lookup, 'AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint', ['true', 'false']) === 'true',
    dualStack: choose(lookup, 'AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint', ['true', 'false']) === 'true',
    maxAttempts: attemptsOf(lookup),
    // The SDK knows no `legacy` mode: standard is what it does instead.
    retryMode:
      choose(lookup, 'AWS_RETRY_MODE', 'retry_mode', ['standard', 'legacy', 'adaptive']) === 'adaptive'
        ? 'adaptive'
        : 'standard',
    certificates: bundle && { path: bundle.text, setBy: bundle.setBy },
    credentialsLikely:
      options.ownCredentials ||
      holdsCredentials(profile) ||
      Boolean(
        (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) ||
          env.AWS_WEB_IDENTITY_TOKEN_FILE ||
          env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
          env.AWS_CONTAINER_CREDENTIALS_FULL_URI,
      ),
  };
}
