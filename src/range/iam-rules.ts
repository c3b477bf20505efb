import { findIdentity, type Identity, writtenPolicies } from './account/identities.ts';
import { Fault } from './fault.ts';
import { parsePolicy } from './iam/policy.ts';
import type { CallContext, MemberRule, Members } from './operation.ts';
import { text } from './operation.ts';

/** Names as IAM allows them. */
export const iamName: MemberRule = { type: 'string', required: true, pattern: /^[\w+=,.@-]+$/, max: 128 };

/** Measured once by others: a policy is enforced some seconds after it can be read. */
const enforcementLagMs = 4000;

/** The role of a call. @throws Fault `NoSuchEntity`. */
export const roleOf = (input: Members, { account }: CallContext): Identity =>
  findIdentity(account.roles, 'role', text(input, 'RoleName'));

/** The user of a call; the caller's own when it names none. @throws Fault `NoSuchEntity`. */
export function userOf(input: Members, { account, caller }: CallContext): Identity {
  const name = text(input, 'UserName');
  if (name !== '') return findIdentity(account.users, 'user', name);
  if (caller.identity.type === 'user') return caller.identity;
  throw new Fault('ValidationException', 'Must specify userName when calling with non-User credentials');
}

/** The ARN a role's permissions are evaluated on: with its path where there is such a role. */
export function roleArnOf(input: Members, { account }: CallContext): readonly string[] {
  const name = text(input, 'RoleName');
  return [account.roles.get(name.toLowerCase())?.arn ?? `arn:aws:iam::${account.id}:role/${name}`];
}

export function userArnOf(input: Members, { account, caller }: CallContext): readonly string[] {
  const name = text(input, 'UserName') || caller.identity.name;
  return [account.users.get(name.toLowerCase())?.arn ?? `arn:aws:iam::${account.id}:user/${name}`];
}

/** Roles that AWS owns cannot be changed. @throws Fault `UnmodifiableEntity`. */
export function refuseServiceLinked(identity: Identity): void {
  if (identity.path.startsWith('/aws-service-role/'))
    throw new Fault(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${identity.name}' - this role is only modifiable by AWS`,
    );
}

/** @throws Fault `MalformedPolicyDocument`. */
export function checkDocument(document: string): void {
  try {
    parsePolicy(document);
  } catch (error) {
    throw new Fault(
      'MalformedPolicyDocument',
      error instanceof SyntaxError && /policy|Condition|effect/i.test(error.message)
        ? error.message
        : 'This policy contains invalid Json',
    );
  }
}

/** What is written now is in force after the lag; later writes follow in their own time. */
export function enforceLater(identity: Identity, context: CallContext): void {
  const statements = writtenPolicies(identity, context.account.managedPolicies);
  context.later(enforcementLagMs, () => {
    identity.enforced = statements;
  });
}

/** Policy documents come URL-encoded, as RFC 3986 has it. */
export const encoded = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Members of a role as GetRole and ListRoles answer them. */
export const roleMembers = (role: Identity): Members => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encoded(role.trust),
  Description: role.description || undefined,
  MaxSessionDuration: 3600,
});

export const userMembers = (user: Identity): Members => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: new Date(user.createdAt),
});
