import { callerArn, issueCredentials } from '../../account/identities.ts';
import { Fault, validationFault } from '../../fault.ts';
import type { Operation } from '../../operation.ts';
import { optionalText, structures, text } from '../../operation.ts';
import { recordedCredentials, sessionPolicyOf, sessionRules } from '../../session-rules.ts';

/** A role that was assumed by a role lives an hour at most, whatever the role allows. */
const chainedSeconds = 3600;

/**
 * The trust policy must allow the caller, and where it names only the account, the caller's own policies too; the door has checked both.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export default {
  service: 'sts',
  name: 'AssumeRole',
  readOnly: true,
  input: {
    RoleArn: { type: 'string', required: true, min: 20, max: 2048 },
    RoleSessionName: { type: 'string', required: true, pattern: /^[\w+=,.@-]*$/, min: 2, max: 64 },
    DurationSeconds: { type: 'number', min: 900, max: 43_200 },
    SourceIdentity: { type: 'string', pattern: /^[\w+=,.@-]*$/, min: 2, max: 64 },
    ExternalId: { type: 'string', min: 2, max: 1224 },
    ...sessionRules,
  },
  resources: (input) => [text(input, 'RoleArn')],
  alsoNeeds: (input) => [
    ...(input.SourceIdentity === undefined
      ? []
      : [{ action: 'sts:SetSourceIdentity', resource: text(input, 'RoleArn') }]),
    ...(structures(input.Tags).length > 0 ? [{ action: 'sts:TagSession', resource: text(input, 'RoleArn') }] : []),
  ],
  run(input, context) {
    const { account, caller, now, random } = context;
    const role = [...account.roles.values()].find(({ arn }) => arn === text(input, 'RoleArn'));
    // The door refuses what is not there: nobody trusts anybody in it.
    if (!role) throw new Fault('AccessDeniedException', `there is no ${text(input, 'RoleArn')}`);
    const seconds = typeof input.DurationSeconds === 'number' ? input.DurationSeconds : 3600;
    if (caller.session !== undefined && seconds > chainedSeconds)
      throw validationFault(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    if (seconds * 1000 > role.maxSessionMs)
      throw validationFault('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    const sourceIdentity = optionalText(input, 'SourceIdentity') ?? caller.sourceIdentity;
    if (caller.sourceIdentity !== undefined && sourceIdentity !== caller.sourceIdentity)
      throw new Fault(
        'AccessDeniedException',
        `User: ${callerArn(caller)} is not authorized to perform: sts:SetSourceIdentity on resource: ${role.arn}`,
      );
    const session = text(input, 'RoleSessionName');
    const credential = issueCredentials(
      account.credentials,
      role,
      {
        session,
        sessionPolicy: sessionPolicyOf(input, context),
        sourceIdentity,
        sessionTags: new Map(structures(input.Tags).map(({ Key, Value }) => [String(Key), String(Value)])),
      },
      now,
      seconds * 1000,
      random,
    );
    return {
      Credentials: {
        AccessKeyId: credential.accessKeyId,
        SecretAccessKey: credential.secretAccessKey,
        SessionToken: credential.sessionToken,
        Expiration: new Date(credential.expiresAt),
      },
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${session}`, Arn: callerArn(credential) },
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    };
  },
  recorded: recordedCredentials,
} satisfies Operation;
