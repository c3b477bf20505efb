import { version } from '../shared/version.ts';
import type { CredentialSource } from './credentials.ts';
import { silent } from './credentials.ts';
import { refusesPrefix } from './hosts.ts';
import type { Network } from './network.ts';
import type { ServiceName } from './operations.ts';
import type { Settings } from './settings.ts';

// The SDK warns about old Node versions through process.emitWarning, which would tear the screen.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** How often the SDK tries: as configured (AWS_MAX_ATTEMPTS, default 3), exactly once, or once over a connection of its own. */
export type Attempts = 'standard' | 'once' | 'stream';

/** The request and the answer as they cross the wire; only what the door looks at. */
export interface Exchange {
  readonly request: { readonly protocol: string; readonly hostname: string; readonly port?: number };
  readonly response: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };
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
  iam: { client: 'IAMClient', load: () => import('@aws-sdk/client-iam') },
  logs: { client: 'CloudWatchLogsClient', load: () => import('@aws-sdk/client-cloudwatch-logs') },
  sagemaker: { client: 'SageMakerClient', load: () => import('@aws-sdk/client-sagemaker') },
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

/** Nothing is loaded until the first `prepare`. */
export function createSdk(options: {
  readonly settings: Settings;
  readonly network: Network;
  readonly credentials: CredentialSource;
  /** Set in code, as for the range: then neither the environment nor files have a say. */
  readonly isolated: boolean;
  readonly endpoint: string | undefined;
  /** Written behind the user agent, where CloudTrail records it. */
  readonly userAgent: string;
}): Sdk {
  const { settings, network, credentials, isolated, endpoint } = options;
  const transports = { standard: network.kept, once: network.fresh, stream: network.streaming } as const;
  const clients = new Map<string, Client>();
  const create = (service: ServiceName, loaded: Package, region: string, attempts: Attempts): Client => {
    const Constructor = loaded[packages[service].client] as new (config: object) => Client;
    const configured = settings.endpoints.get(service);
    return new Constructor({
      region,
      credentials: credentials.provider,
      logger: silent,
      requestHandler: { ...transports[attempts], logger: silent },
      customUserAgent: [['firebreak', version], ...(options.userAgent ? [[options.userAgent]] : [])],
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(configured && refusesPrefix(configured) ? { disableHostPrefix: true } : {}),
      // `adaptive` would hold single attempts back by itself.
      ...(attempts !== 'standard' ? { maxAttempts: 1, retryMode: 'standard' } : {}),
      ...(isolated && attempts === 'standard' ? { maxAttempts: 3, retryMode: 'standard' } : {}),
      ...(isolated ? { useFipsEndpoint: false, useDualstackEndpoint: false, defaultsMode: 'standard' } : {}),
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
