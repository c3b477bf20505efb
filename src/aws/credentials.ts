import { AwsCallError } from '../model/errors.ts';
import type { Clock } from '../shared/clock.ts';

/** Keys as the SDK wants them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Where the keys of every client come from. One for all, so that a hardware key or MFA is asked once. */
export interface CredentialSource {
  /** The SDK's provider. Never memoised by the SDK: `renew` must reach every client. */
  readonly provider: ((properties?: Record<string, unknown>) => Promise<Credentials>) & { memoized?: boolean };
  /** Drops what is known, so that the next call reads files, SSO tokens and processes again. At most once in five seconds. */
  renew(): void;
}

/** The SDK writes to the console without one. */
export const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** How long the instance metadata service may take when it is the only place left to look, ms. */
const metadataMs = 3_000;
const renewEveryMs = 5_000;

/**
 * The chain of the SDK: environment, SSO, profile, process, web identity, container, instance.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function createCredentials(options: {
  readonly given: Credentials | undefined;
  readonly profile: string | undefined;
  readonly likely: boolean;
  readonly clock: Clock;
}): CredentialSource {
  const { given, profile, likely, clock } = options;
  let chain: ReturnType<typeof load> | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  async function load(fresh: boolean) {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    return fromNodeProviderChain({
      ...(profile === undefined ? {} : { profile }),
      logger: silent,
      clientConfig: { logger: silent },
      ignoreCache: fresh,
      timeout: 1_000,
      maxRetries: 0,
    });
  }
  const notFound = () =>
    new AwsCallError({
      operation: 'credentials',
      code: 'CredentialsNotFound',
      message: 'no AWS credentials found',
      reason: 'expired',
      outcome: 'refused',
      nextSteps: ['Run `aws configure`, set AWS_PROFILE, or try `firebreak drill`'],
    });
  const provider: CredentialSource['provider'] = async (properties) => {
    if (given) return given;
    chain ??= load(renewedAt > 0);
    const keys = (await chain)(properties as never);
    if (likely) return keys;
    // Elsewhere than on EC2 its address leads nowhere, and each of the SDK's questions waits for its own time-out.
    const done = new AbortController();
    const late = clock.sleep(metadataMs, done.signal).then(() => {
      throw notFound();
    });
    try {
      return await Promise.race([keys, late]);
    } catch {
      throw notFound();
    } finally {
      done.abort();
      // The loser of the race has nobody left to tell.
      late.catch(() => {});
      keys.catch(() => {});
    }
  };
  provider.memoized = true;
  return {
    provider,
    renew() {
      if (given || clock.now() - renewedAt < renewEveryMs) return;
      renewedAt = clock.now();
      chain = undefined;
    },
  };
}
