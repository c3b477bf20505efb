import { AwsCallError, UsageError } from '../model/errors.ts';
import type { Credentials } from './credentials.ts';
import { translate } from './errors.ts';
import { type Mfa, mfaError } from './mfa.ts';
import type { clientConfig } from './sdk.ts';
import { silent } from './silent.ts';

/** A role to take on, and what its trust policy asks for. */
export interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  readonly seconds?: number | undefined;
  /** The device whose code is given along. */
  readonly mfaSerial?: string | undefined;
  /** The profile that names the role; empty when none does. */
  readonly profile: string;
}

/** @throws AwsCallError that names the role: `denied`, or `expired` when keys or an MFA code are missing. */
export type AssumeRole = (source: Credentials, role: RoleRequest) => Promise<Credentials>;

/** `firebreak-<incident>` in the letters that STS takes for a session's name, 2 to 64. */
export const sessionNameOf = (incident: string): string =>
  (incident ? `firebreak-${incident}` : 'firebreak').replaceAll(/[^\w+=,.@-]+/g, '-').slice(0, 64);

/**
 * The role of an account by a template such as `arn:aws:iam::{account}:role/IncidentResponse`; a template without `{account}` is the
 * role itself.
 *
 * @throws UsageError the account has not twelve digits, or what comes out is no role's ARN.
 */
export function roleArnFor(template: string, account: string): string {
  if (template.includes('{account}') && !/^\d{12}$/.test(account)) {
    throw new UsageError(`"${account}" is no account: it has twelve digits`);
  }
  return checkRoleArn(template.replaceAll('{account}', account));
}

/** @throws UsageError it is no role's ARN. */
export function checkRoleArn(roleArn: string): string {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) return roleArn;
  throw new UsageError(`"${roleArn}" is no role ARN`, {
    nextSteps: ['Write one like arn:aws:iam::111122223333:role/IncidentResponse'],
  });
}

/** The one sentence about a role that could not be taken on. Nothing that waits for its keys was sent. */
function assumeError(error: unknown, role: RoleRequest, facts: { readonly region: string; readonly host: string }) {
  const known = translate(error, {
    operation: 'sts:AssumeRole',
    region: facts.region,
    host: facts.host,
    handedOver: true,
    aborted: false,
    profile: role.profile || undefined,
  });
  if (!(known instanceof AwsCallError)) return known;
  if (/MultiFactorAuthentication failed|tokenCode/i.test(known.message) && role.mfaSerial) {
    const message = /tokenCode/i.test(known.message) ? 'AWS does not take it for a code' : known.message;
    return mfaError(
      'MfaRefused',
      `cannot assume ${role.roleArn}: ${message}`,
      ['Give the next code of the device'],
      known,
    );
  }
  return new AwsCallError({
    operation: known.operation,
    region: known.region,
    requestId: known.requestId,
    code: known.code,
    reason: known.reason,
    message: `cannot assume ${role.roleArn}: ${known.message}`,
    outcome: 'refused',
    nextSteps:
      known.reason === 'denied'
        ? [`Needs sts:AssumeRole on ${role.roleArn}, and that role’s trust policy must name the caller`]
        : known.nextSteps,
    cause: known,
  });
}

/**
 * Takes on roles with the door's own connections, endpoint and Region. The MFA code is asked for last, when the source's keys are there.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 *
 * @param config Settings of an STS client.
 */
export function createAssumeRole(config: ReturnType<typeof clientConfig>, mfa: Mfa): AssumeRole {
  return async (source, role) => {
    const token = role.mfaSerial ? await mfa.code(role.mfaSerial, role.profile) : undefined;
    try {
      const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
      return await fromTemporaryCredentials({
        masterCredentials: source,
        params: {
          RoleArn: role.roleArn,
          RoleSessionName: role.sessionName,
          DurationSeconds: role.seconds ?? 3_600,
          ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
          ...(role.mfaSerial === undefined ? {} : { SerialNumber: role.mfaSerial }),
        },
        ...(token === undefined ? {} : { mfaCodeProvider: async () => token }),
        clientConfig: config,
        logger: silent,
      })();
    } catch (error) {
      throw assumeError(error, role, { region: config.region, host: config.endpoint ?? 'AWS STS' });
    }
  };
}
