import { version } from '../shared/version.ts';
import type { CredentialSource } from './credentials.ts';
import { refusesPrefix } from './hosts.ts';
import type { Network } from './network.ts';
import type { ServiceName } from './operations.ts';
import type { EndpointName, Settings } from './settings.ts';
import { silent, untold } from './silent.ts';

// The SDK warns about old Node versions through process.emitWarning, which would tear the screen.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** How often the SDK tries: as configured (AWS_MAX_ATTEMPTS, default 3), exactly once, or once over a connection of its own. */
export type Attempts = 'standard' | 'once' | 'stream';

/** The request and the answer as they cross the wire; only what the door looks at. */
export interface Exchange {
  readonly request: {
    readonly protocol: string;
    readonly hostname: string;
    readonly port?: number;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    body?: unknown;
  };
}

/** The part of an SDK command that we use; the packages' own types are used at the door's edge, in `operations.ts`. */
export interface Command {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: { request: Exchange['request'] }) => Promise<{ response: Exchange['response'] }>,
      ) => (args: { request: Exchange['request'] }) => Promise<{ response: Exchange['response'] }>,
      options: { step: 'deserialize'; priority: 'low'; name: string },
    ): void;
  };
}

/** The part of an SDK client that we use. */
export interface Client {
  readonly config: { systemClockOffset: number };
  send(
    command: Command,
    options: { readonly abortSignal: AbortSignal; readonly requestTimeout: number },
  ): Promise<{ readonly $metadata: { readonly requestId?: string } }>;
}

type Package = { readonly [name: string]: new (input: unknown) => unknown };

/** Loading a package takes 20 to 150 ms: only when its service is called, never before the first frame. */
const packages: { readonly [S in ServiceName]: { readonly client: string; load(): Promise<unknown> } } = {
  'application-autoscaling': {
    client: 'ApplicationAutoScalingClient',
    load: () => import('@aws-sdk/client-application-auto-scaling'),
  },
  cloudtrail: { client: 'CloudTrailClient', load: () => import('@aws-sdk/client-cloudtrail') },
  cloudwatch: { client: 'CloudWatchClient', load: () => import('@aws-sdk/client-cloudwatch') },
  events: { client: 'EventBridgeClient', load: () => import('@aws-sdk/client-eventbridge') },
  iam: { client: 'IAMClient', load: () => import('@aws-sdk/client-iam') },
  logs: { client: 'CloudWatchLogsClient', load: () => import('@aws-sdk/client-cloudwatch-logs') },
  s3: { client: 'S3Client', load: () => import('@aws-sdk/client-s3') },
  sagemaker: { client: 'SageMakerClient', load: () => import('@aws-sdk/client-sagemaker') },
  scheduler: { client: 'SchedulerClient', load: () => import('@aws-sdk/client-scheduler') },
  sts: { client: 'STSClient', load: () => import('@aws-sdk/client-sts') },
};

/** One client a service, Region and number of attempts; all share credentials and connections. */
export interface Sdk {
  prepare(
    operation: string,
    input: unknown,
    region: string,
    attempts: Attempts,
  ): Promise<{ readonly client: Client; readonly command: Command }>;
}

/** What every client is built of, whichever service it calls. */
export interface ClientParts {
  readonly settings: Settings;
  readonly network: Network;
  /** Set in code, as for the range: then neither the environment nor files have a say. */
  readonly isolated: boolean;
  /** Written behind the user agent, where CloudTrail records it. */
  readonly userAgent: string;
}

/**
 * The SDK's settings for a client, credentials apart. Everything that the SDK would look up by itself is said here: it knows one profile a
 * process only.
 */
export function clientConfig(parts: ClientParts, service: EndpointName, region: string, attempts: Attempts) {
  const { settings, network, isolated } = parts;
  const transports = { standard: network.kept, once: network.fresh, stream: network.streaming } as const;
  const endpoint = settings.endpoints.get(service);
  return {
    region,
    logger: untold,
    requestHandler: { ...transports[attempts], logger: silent },
    customUserAgent: [['firebreak', version], ...(parts.userAgent ? [[parts.userAgent]] : [])] as [string, string?][],
    ignoreConfiguredEndpointUrls: true,
    ...(endpoint ? { endpoint: endpoint.href } : {}),
    ...(endpoint && refusesPrefix(endpoint) ? { disableHostPrefix: true } : {}),
    // A bucket's name is anybody's choice: it never becomes part of the host that the call goes to.
    ...(service === 's3' ? { forcePathStyle: true } : {}),
    // Where the operator names a host, that is the host; the SDK refuses to call it with either of the two.
    useFipsEndpoint: settings.fips && !endpoint,
    useDualstackEndpoint: settings.dualStack && !endpoint,
    // `adaptive` would hold single attempts back by itself.
    ...(attempts === 'standard'
      ? { maxAttempts: settings.maxAttempts, retryMode: settings.retryMode }
      : { maxAttempts: 1, retryMode: 'standard' }),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(isolated ? { defaultsMode: 'standard' as const } : {}),
  };
}

/** Nothing is loaded until the first `prepare`. */
export function createSdk(parts: ClientParts, credentials: CredentialSource): Sdk {
  const clients = new Map<string, Client>();
  const create = (service: ServiceName, loaded: Package, region: string, attempts: Attempts): Client => {
    const Constructor = loaded[packages[service].client] as new (config: object) => Client;
    return new Constructor({
      ...clientConfig(parts, service, region, attempts),
      credentials: credentials.provider,
    });
  };
  return {
    async prepare(operation, input, region, attempts) {
      const colon = operation.indexOf(':');
      const service = operation.slice(0, colon) as ServiceName;
      const loaded = (await packages[service].load()) as Package;
      const key = `${service} ${region} ${attempts}`;
      const client = clients.get(key) ?? create(service, loaded, region, attempts);
      clients.set(key, client);
      const CommandConstructor = loaded[`${operation.slice(colon + 1)}Command`] as new (input: unknown) => Command;
      return { client, command: new CommandConstructor(input) };
    },
  };
}
