import { callerArn, issueSession } from '../../account/identities.ts';
import { Fault } from '../../fault.ts';
import { matches } from '../../iam/pattern.ts';
import { parsePolicy } from '../../iam/policy.ts';
import { type Operation, text } from '../../operation.ts';

/**
 * The trust policy must name the caller, its role or its account; conditions of trust policies are not evaluated.
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
  },
  resources: (input) => [text(input, 'RoleArn')],
  run(input, { account, caller, now, random }) {
    const arn = text(input, 'RoleArn');
    const role = [...account.roles.values()].find((entry) => entry.arn === arn);
    const principals = [callerArn(caller), caller.identity.arn, `arn:aws:iam::${account.id}:root`, account.id];
    const trusts =
      role &&
      parsePolicy(role.trust).some(
        (statement) =>
          statement.effect === 'Allow' &&
          statement.actions.some((action) => matches(action, 'sts:AssumeRole', true)) &&
          statement.principals.some((principal) => principal === '*' || principals.includes(principal)),
      );
    if (!role || !trusts)
      // AWS does not tell whether the role exists.
      throw new Fault(
        'AccessDeniedException',
        `User: ${callerArn(caller)} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    const seconds = typeof input.DurationSeconds === 'number' ? input.DurationSeconds : 3600;
    const session = text(input, 'RoleSessionName');
    const credential = issueSession(account.credentials, role, session, now, seconds * 1000, random);
    return {
      Credentials: {
        AccessKeyId: credential.accessKeyId,
        SecretAccessKey: credential.secretAccessKey,
        SessionToken: credential.sessionToken,
        Expiration: new Date(credential.expiresAt),
      },
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${session}`, Arn: callerArn(credential) },
    };
  },
  recorded: (output) => {
    const { SecretAccessKey: _secret, ...credentials } = output.Credentials as { SecretAccessKey: string };
    return { ...output, Credentials: credentials };
  },
} satisfies Operation;
