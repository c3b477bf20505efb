import { accountOf, type Credential, callerArn, isLongLived, issueCredentials } from '../../account/identities.ts';
import { Fault } from '../../fault.ts';
import { type CallContext, type Members, type Operation, text } from '../../operation.ts';
import { recordedCredentials, sessionPolicyOf, sessionRules } from '../../session-rules.ts';

const service = 'sts';
const twelveHours = 43_200;
const duration = { DurationSeconds: { type: 'number', min: 900, max: 129_600 } } as const;

/** @throws Fault: credentials that were issued cannot issue others of this kind. */
function refuseSession(caller: Credential, operation: string): void {
  if (!isLongLived(caller))
    throw new Fault('AccessDeniedException', `Cannot call ${operation} with session credentials`);
}

const lifeMs = (input: Members): number =>
  (typeof input.DurationSeconds === 'number' ? input.DurationSeconds : twelveHours) * 1000;

const members = (credential: ReturnType<typeof issueCredentials>): Members => ({
  AccessKeyId: credential.accessKeyId,
  SecretAccessKey: credential.secretAccessKey,
  SessionToken: credential.sessionToken,
  Expiration: new Date(credential.expiresAt),
});

/** Temporary credentials that a user's key vouches for. They outlive the key. */
export default [
  {
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    service,
    name: 'GetSessionToken',
    readOnly: true,
    input: duration,
    run(input, { account, caller, now, random }: CallContext) {
      refuseSession(caller, 'GetSessionToken');
      return {
        Credentials: members(issueCredentials(account.credentials, caller.identity, {}, now, lifeMs(input), random)),
      };
    },
    recorded: recordedCredentials,
  },
  {
    // Without a session policy the credentials may do nothing but what resources grant them. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    service,
    name: 'GetFederationToken',
    readOnly: true,
    input: {
      ...duration,
      Name: { type: 'string', required: true, pattern: /^[\w+=,.@-]*$/, min: 2, max: 32 },
      ...sessionRules,
    },
    resources: (input, { account }) => [`arn:aws:sts::${account.id}:federated-user/${text(input, 'Name')}`],
    run(input, context) {
      const { account, caller, now, random } = context;
      refuseSession(caller, 'GetFederationToken');
      const federated = text(input, 'Name');
      const credential = issueCredentials(
        account.credentials,
        caller.identity,
        { federated, sessionPolicy: sessionPolicyOf(input, context) ?? [] },
        now,
        lifeMs(input),
        random,
      );
      return {
        Credentials: members(credential),
        FederatedUser: { FederatedUserId: `${accountOf(caller.identity)}:${federated}`, Arn: callerArn(credential) },
        PackedPolicySize: 0,
      };
    },
    recorded: recordedCredentials,
  },
] satisfies readonly Operation[];
