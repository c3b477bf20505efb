import { AwsCallError, type AwsFailure, ExpectedError } from '../model/errors.ts';
import type { AssumeRole } from './assume-role.ts';
import type { Credentials } from './credentials.ts';
import type { Profiles } from './profiles.ts';
import type { clientConfig } from './sdk.ts';
import { silent } from './silent.ts';

type Profile = ReadonlyMap<string, string>;

/** Where a profile's keys come from. */
export type ProfileKind = 'keys' | 'assumed role' | 'web identity' | 'credential_process' | 'sso' | 'login';

/** What reading a profile's credentials needs. */
export interface ProfileContext {
  readonly profiles: Profiles;
  readonly env: NodeJS.ProcessEnv;
  readonly assumeRole: AssumeRole;
  readonly sessionName: string;
  /** Settings of clients of STS, and of the service that hands out the keys of an SSO session: its Region is the session's. */
  readonly sts: ReturnType<typeof clientConfig>;
  readonly sso: Omit<ReturnType<typeof clientConfig>, 'region'>;
}

const hasKeys = (profile: Profile) => profile.has('aws_access_key_id') && profile.has('aws_secret_access_key');
const takesRole = (profile: Profile) =>
  profile.has('role_arn') && profile.has('source_profile') !== profile.has('credential_source');

/** In the SDK's order, for a profile that sets several; `undefined` for one that holds no credentials. */
export function profileKind(profile: Profile | undefined): ProfileKind | undefined {
  if (!profile) return undefined;
  if (takesRole(profile)) return 'assumed role';
  if (hasKeys(profile)) return 'keys';
  if (profile.has('web_identity_token_file') && profile.has('role_arn')) return 'web identity';
  if (profile.has('credential_process')) return 'credential_process';
  if ([...profile.keys()].some((name) => name.startsWith('sso_'))) return 'sso';
  return profile.has('login_session') ? 'login' : undefined;
}

/** What makes the keys of a profile good again; `undefined` where no command of AWS's does. */
export function renewalOf(
  profiles: Profiles,
  name: string,
  visited: ReadonlySet<string> = new Set(),
): string | undefined {
  const profile = profiles.profiles.get(name);
  const source = profile?.get('source_profile');
  switch (profileKind(profile)) {
    case 'sso':
      return `Run \`aws sso login --profile ${name}\``;
    case 'login':
      return `Run \`aws login --profile ${name}\``;
    case 'credential_process':
      return `Renew what the credential_process of profile ${name} gives; Firebreak goes on by itself`;
    case 'assumed role':
      return source && !visited.has(source) ? renewalOf(profiles, source, new Set([...visited, name])) : undefined;
    default:
      return undefined;
  }
}

/** Credentials that cannot be had at present: sources show it and go on trying. */
export function unusable(
  message: string,
  nextSteps: readonly string[],
  reason: AwsFailure = 'expired',
  cause?: unknown,
) {
  return new AwsCallError({
    operation: 'credentials',
    code: 'CredentialsProviderError',
    message: message.replaceAll(/\s+/g, ' ').trim().slice(0, 2_000),
    reason,
    outcome: 'refused',
    nextSteps,
    cause,
  });
}

const onTheWay =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError|certificate/;

/**
 * Makes one sentence of the SDK's: it keeps of an error only its text, and tells of a process the whole command line.
 *
 * @param where `profile lab`, `web identity`.
 */
export function credentialError(
  error: unknown,
  where: string,
  options: { readonly kind?: ProfileKind | undefined; readonly renewal?: string | undefined } = {},
): unknown {
  // With metadata it is an answer of STS's, which tells more than a sentence.
  if (error instanceof ExpectedError || !(error instanceof Error) || '$metadata' in error) return error;
  const { kind, renewal = `Mend the settings of ${where}; Firebreak goes on by itself` } = options;
  if (kind === 'credential_process') {
    // The first line is the command, which may hold a secret; what the process printed stands below.
    const [first = '', ...rest] = error.message.split('\n');
    const told = first.startsWith('Command failed') ? rest.join(' ').trim() || 'it failed' : error.message;
    return unusable(`credential_process of ${where}: ${told}`, [renewal], 'expired', error);
  }
  if (onTheWay.test(error.message)) {
    const steps = ['Check the network and HTTPS_PROXY'];
    return unusable(`credentials of ${where}: ${error.message}`, steps, 'network', error);
  }
  if (kind === 'sso' && /ForbiddenException|No access/.test(error.message)) {
    const steps = [`Check sso_account_id and sso_role_name of ${where}`];
    return unusable(`${where}: ${error.message}`, steps, 'denied', error);
  }
  // The SDK stumbles over a section that is not there.
  const text = error instanceof TypeError ? 'its settings are not complete' : error.message;
  return unusable(`${where}: ${text}`, [renewal], 'expired', error);
}

async function fromSource(source: string, name: string, context: ProfileContext): Promise<Credentials> {
  const { fromContainerMetadata, fromHttp, fromInstanceMetadata, createCredentialChain } = await import(
    '@aws-sdk/credential-providers'
  );
  switch (source) {
    case 'Environment': {
      const keys = environmentKeys(context.env);
      if (keys) return keys;
      throw new Error('credential_source is Environment, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
    }
    case 'Ec2InstanceMetadata':
      return fromInstanceMetadata({ timeout: 1_000, maxRetries: 0 })();
    case 'EcsContainer':
      return createCredentialChain(fromHttp({ logger: silent }), fromContainerMetadata())();
    default:
      throw unusable(`profile ${name}: credential_source "${source}" is unknown`, [
        'Use Environment, Ec2InstanceMetadata or EcsContainer',
      ]);
  }
}

/** The keys in the environment's variables. */
export function environmentKeys(env: NodeJS.ProcessEnv): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  const expiration = new Date(AWS_CREDENTIAL_EXPIRATION ?? '');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    ...(Number.isNaN(expiration.getTime()) ? {} : { expiration }),
  };
}

/**
 * The keys of one profile, as the SDK reads them, except that a role is taken on here: the SDK asks for the MFA code while the source's
 * keys are still being fetched, and a failure of those in the meantime ends the process. https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 *
 * @throws AwsCallError that names the profile.
 */
export async function profileCredentials(
  name: string,
  context: ProfileContext,
  visited: ReadonlySet<string> = new Set(),
): Promise<Credentials> {
  const { profiles, assumeRole, sessionName } = context;
  const profile = profiles.profiles.get(name);
  if (!profile) throw unusable(`there is no profile "${name}"`, ['Mend the source_profile that names it']);
  // A role's source may be the very profile that names the role: then its keys are meant.
  const kind = visited.size > 0 && hasKeys(profile) ? 'keys' : profileKind(profile);
  try {
    if (kind === 'assumed role') {
      if (visited.has(name)) throw unusable(`profile ${name} is its own source`, ['Mend its source_profile']);
      const source = profile.get('source_profile');
      const keys = source
        ? await profileCredentials(source, context, new Set([...visited, name]))
        : await fromSource(profile.get('credential_source') as string, name, context);
      return await assumeRole(keys, {
        roleArn: profile.get('role_arn') as string,
        sessionName: profile.get('role_session_name') ?? sessionName,
        externalId: profile.get('external_id'),
        mfaSerial: profile.get('mfa_serial'),
        seconds: Number(profile.get('duration_seconds')) || undefined,
        profile: name,
      });
    }
    if (kind === 'keys') {
      const sessionToken = profile.get('aws_session_token');
      return {
        accessKeyId: profile.get('aws_access_key_id') as string,
        secretAccessKey: profile.get('aws_secret_access_key') as string,
        ...(sessionToken === undefined ? {} : { sessionToken }),
      };
    }
    const { fromIni } = await import('@aws-sdk/credential-providers');
    const [configFilepath = '', filepath = ''] = profiles.files;
    return await fromIni({
      profile: name,
      configFilepath,
      filepath,
      ignoreCache: true,
      logger: silent,
      clientConfig: context.sso,
      roleAssumerWithWebIdentity: async (parameters) => {
        const { getDefaultRoleAssumerWithWebIdentity } = await import('@aws-sdk/client-sts');
        const RoleSessionName = profile.get('role_session_name') ?? sessionName;
        return getDefaultRoleAssumerWithWebIdentity(context.sts)({ ...parameters, RoleSessionName });
      },
    })();
  } catch (error) {
    throw credentialError(error, `profile ${name}`, { kind, renewal: renewalOf(profiles, name) });
  }
}
