import { AwsCallError, ExpectedError } from '../model/errors.ts';
import type { Clock } from '../shared/clock.ts';
import { type AssumeRole, createAssumeRole, sessionNameOf } from './assume-role.ts';
import { type AskMfaCode, createMfa } from './mfa.ts';
import {
  credentialError,
  environmentKeys,
  profileCredentials,
  profileKind,
  renewalOf,
  unusable,
} from './profile-credentials.ts';
import { readProfiles } from './profiles.ts';
import { type ClientParts, clientConfig } from './sdk.ts';
import { holdsCredentials } from './settings.ts';
import { silent } from './silent.ts';

/** Keys as the SDK wants them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** A role that is taken on over whatever credentials there are. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId?: string;
}

/** Where the keys of every client come from. One for all, so that a hardware key or MFA is asked once. */
export interface CredentialSource {
  /** The SDK's provider. Never memoised by the SDK: `renew` must reach every client. */
  readonly provider: ((properties?: Record<string, unknown>) => Promise<Credentials>) & { memoized?: boolean };
  /**
   * Drops what is known, so that the next call reads files, SSO tokens and processes again.
   *
   * @param accessKeyId The keys that AWS refused: newer ones stay, since they may have cost an MFA code.
   */
  renew(accessKeyId?: string): void;
  /** Where the keys came from, in words; `undefined` before the first call and for keys that were given. */
  from(): string | undefined;
  /** What makes expired keys good again, one sentence; `undefined` when nothing particular does. */
  renewal(): string | undefined;
}

/** How long the instance metadata service may take when it is the only place left to look, ms. */
const metadataMs = 3_000;
/** Keys are fetched again this long before they end; those at hand go on meanwhile. */
const refreshMs = 5 * 60_000;
/** How often that is tried, ms: it may fail, and some keys live shorter than that from the start. */
const refreshAgainMs = 10_000;

/** Keys that come back although AWS refused them are not fetched again sooner: every call would start a process or ask STS, ms. */
const sameAgainMs = 5_000;

/** Keys that are fetched once for all who ask, and again before they end: by AWS's time. Intervals are our clock's, which does not jump. */
function kept(fetch: () => Promise<Credentials>, clock: Clock, awsNow: () => number) {
  let known: Credentials | undefined;
  let pending: Promise<Credentials> | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let refused: string | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;
  const fetchOnce = () => {
    pending ??= fetch()
      .then((keys) => {
        known = keys;
        fetchedAt = clock.now();
        return keys;
      })
      .finally(() => {
        notBefore = clock.now() + refreshAgainMs;
        pending = undefined;
      });
    return pending;
  };
  return {
    async get(): Promise<Credentials> {
      const leftMs = known?.expiration ? known.expiration.getTime() - awsNow() : Number.POSITIVE_INFINITY;
      if (!known || leftMs <= 0) return fetchOnce();
      // Its failure is told when the old keys have ended.
      if (leftMs < refreshMs && clock.now() >= notBefore) fetchOnce().catch(() => {});
      return known;
    },
    drop(accessKeyId: string | undefined) {
      if (accessKeyId !== undefined) {
        if (known?.accessKeyId !== accessKeyId) return;
        if (refused === accessKeyId && clock.now() - fetchedAt < sameAgainMs) return;
        refused = accessKeyId;
      }
      known = undefined;
    },
  };
}

/**
 * The order of the SDK: a named profile, the environment's keys, the default profile, a web identity, container, instance; over it a role,
 * where one is asked for. https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function createCredentials(options: {
  readonly given: Credentials | undefined;
  readonly parts: ClientParts;
  readonly clock: Clock;
  /** AWS's time, epoch ms: by it keys end. */
  readonly now: () => number;
  readonly env: NodeJS.ProcessEnv;
  readonly incident: string;
  readonly assume: AssumedRole | undefined;
  readonly askMfaCode: AskMfaCode | undefined;
}): CredentialSource {
  const { given, parts, clock, now, env, assume } = options;
  const { settings } = parts;
  const sessionName = sessionNameOf(options.incident);
  const sts = clientConfig(parts, 'sts', settings.region, 'standard');
  const assumeRole: AssumeRole = createAssumeRole(sts, createMfa(clock, options.askMfaCode));
  let from: string | undefined;
  let renewal: string | undefined;
  let mfaSerial: string | undefined;

  async function fetchBase(): Promise<Credentials> {
    if (given) return given;
    const named = settings.profile;
    const keys = named === undefined ? environmentKeys(env) : undefined;
    renewal = undefined;
    if (keys) {
      from = 'environment';
      return keys;
    }
    // Read again each time: whoever renews credentials may well write them there.
    const profiles = await readProfiles(env).catch((error: unknown) => {
      throw error instanceof ExpectedError ? unusable(error.message, error.nextSteps) : error;
    });
    const name = named ?? 'default';
    const profile = profiles.profiles.get(name);
    if (!holdsCredentials(profile)) {
      from = env.AWS_WEB_IDENTITY_TOKEN_FILE ? 'web identity' : 'container or instance';
      return fromElsewhere();
    }
    from = `profile ${name} (${profileKind(profile) ?? 'incomplete'})`;
    renewal = renewalOf(profiles, name);
    const { region: _, ...sso } = clientConfig(parts, 'sso', settings.region, 'standard');
    mfaSerial = profile?.get('mfa_serial');
    return profileCredentials(name, {
      profiles,
      env,
      assumeRole,
      sessionName,
      sts,
      sso,
    });
  }

  const notFound = () =>
    new AwsCallError({
      operation: 'credentials',
      code: 'CredentialsNotFound',
      message: settings.profile ? `profile "${settings.profile}" holds no credentials` : 'no AWS credentials found',
      reason: 'expired',
      outcome: 'refused',
      nextSteps: ['Run `aws configure`, set AWS_PROFILE, or try `firebreak drill`'],
    });

  /** Web identity, container, instance. */
  async function fromElsewhere(): Promise<Credentials> {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    const chain = fromNodeProviderChain({
      ...(settings.profile === undefined ? {} : { profile: settings.profile }),
      logger: silent,
      ignoreCache: true,
      roleAssumerWithWebIdentity: async (parameters) => {
        const { getDefaultRoleAssumerWithWebIdentity } = await import('@aws-sdk/client-sts');
        return getDefaultRoleAssumerWithWebIdentity(sts)(parameters);
      },
      timeout: 1_000,
      maxRetries: 0,
    });
    const keys = chain();
    if (settings.credentialsLikely) {
      return keys.catch((error: unknown) => {
        throw credentialError(error, from ?? 'the environment');
      });
    }
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
  }

  const base = kept(fetchBase, clock, now);
  const role =
    assume &&
    kept(
      async () => {
        const source = await base.get();
        try {
          return await assumeRole(source, { ...assume, sessionName, mfaSerial, profile: settings.profile ?? '' });
        } catch (error) {
          if (error instanceof ExpectedError && 'reason' in error && error.reason === 'expired')
            base.drop(source.accessKeyId);
          throw error;
        }
      },
      clock,
      now,
    );
  const provider: CredentialSource['provider'] = () => (role ?? base).get();
  provider.memoized = true;
  return {
    provider,
    renew(accessKeyId) {
      base.drop(accessKeyId);
      role?.drop(accessKeyId);
    },
    from: () => (assume ? [from, assume.roleArn].filter(Boolean).join(', then ') : from),
    renewal: () => renewal,
  };
}
