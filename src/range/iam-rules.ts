import {
  type Credential,
  findIdentity,
  type Identity,
  type ManagedPolicy,
  writtenPolicies,
} from './account/identities.ts';
import { Fault, noSuchEntity } from './fault.ts';
import { parsePolicy } from './iam/policy.ts';
import { type CallContext, type MemberRule, type Members, text } from './operation.ts';
import { cutPage } from './page.ts';

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

/** Roles and users, for families of calls that differ only in the noun. */
export interface Holder {
  readonly noun: 'Role' | 'User';
  find(input: Members, context: CallContext): Identity;
  resources(input: Members, context: CallContext): readonly string[];
}
export const policyHolders: readonly Holder[] = [
  { noun: 'Role', find: roleOf, resources: roleArnOf },
  { noun: 'User', find: userOf, resources: userArnOf },
];

/** Roles that AWS owns cannot be changed. @throws Fault `UnmodifiableEntity`. */
export function refuseServiceLinked(identity: Identity): void {
  if (/^\/(aws-service-role|aws-reserved)\//.test(identity.path))
    throw new Fault(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${identity.name}' - this role is only modifiable by AWS`,
    );
}

const malformed = (message: string): Fault => new Fault('MalformedPolicyDocument', message);

/** Where a document is put decides what it must and must not say. */
export type DocumentUse = 'identity' | 'trust' | 'resource';

/**
 * Holds a document against the grammar, as far as AWS tells what is wrong with it.
 * @throws Fault `MalformedPolicyDocument`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function checkDocument(document: string, use: DocumentUse, account: CallContext['account']): void {
  let statements: ReturnType<typeof parsePolicy>;
  try {
    statements = parsePolicy(document);
  } catch (error) {
    // What names neither a resource nor somebody lacks, where a resource is not allowed, somebody.
    if (use !== 'identity' && error instanceof SyntaxError && /contain resources/.test(error.message))
      throw malformed('Missing required field Principal');
    throw malformed(
      error instanceof SyntaxError && /policy|Condition|effect/i.test(error.message)
        ? error.message
        : 'This policy contains invalid Json',
    );
  }
  for (const statement of statements) {
    const principals = [...statement.principals, ...(statement.notPrincipals ?? [])];
    const named = statement.principals.length > 0 || statement.notPrincipals !== undefined;
    if (use === 'identity' && named) throw malformed('Policy document should not specify a principal.');
    if (use !== 'identity' && !named) throw malformed('Missing required field Principal');
    if (use === 'trust' && (statement.resources.length > 0 || statement.notResources))
      throw malformed('Has prohibited field Resource');
    for (const action of [...statement.actions, ...(statement.notActions ?? [])])
      if (action !== '*' && !/^[\w-]+:.+$/.test(action))
        throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    for (const resource of [...statement.resources, ...(statement.notResources ?? [])])
      if (resource !== '*' && !/^arn:|^\$\{|^\*/.test(resource))
        throw malformed(`Resource ${resource} must be in ARN format or "*".`);
    for (const principal of principals)
      if (!principalExists(principal, account)) throw malformed(`Invalid principal in policy: "AWS":"${principal}"`);
  }
}

/** Whether AWS would take a principal: of this account only what is there, of others whatever looks like one. */
function principalExists(principal: string, account: CallContext['account']): boolean {
  const [, service, owner, kind, rest] = /^arn:aws:(iam|sts)::(\d{12}):([\w-]+)(?:\/(.+))?$/.exec(principal) ?? [];
  if (service === undefined)
    return principal === '*' || /^\d{12}$/.test(principal) || /^[\w.-]+\.[a-z]+$/.test(principal);
  if (owner !== account.id || kind === 'root' || kind === 'federated-user') return true;
  if (kind === 'assumed-role') return account.roles.has((rest?.split('/')[0] ?? '').toLowerCase());
  return [...account.roles.values(), ...account.users.values()].some(({ arn }) => arn === principal);
}

/** What is written now is in force after the lag; later writes follow in their own time. */
export function enforceLater(identity: Identity, context: CallContext): void {
  const enforced = writtenPolicies(identity, context.account.managedPolicies);
  context.later(enforcementLagMs, () => {
    identity.enforced = enforced;
  });
}

/** Services take, or refuse, a key some seconds after IAM says so. */
export function acceptLater(key: Credential, context: CallContext, accepted: boolean): void {
  context.later(enforcementLagMs, () => {
    key.accepted = accepted;
    if (key.gone) context.account.credentials.delete(key.accessKeyId);
  });
}

/** @throws Fault `NoSuchEntity`. */
export function policyOf(input: Members, { account }: CallContext): ManagedPolicy {
  const arn = text(input, 'PolicyArn');
  const policy = account.managedPolicies.get(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** The ARN of the policy a call is about. */
export const policyArnOf = (input: Members): readonly string[] => [text(input, 'PolicyArn')];

/** Everybody who has a policy attached, or as a boundary. */
export const holdersOf = (arn: string, { account }: CallContext): readonly Identity[] =>
  [...account.roles.values(), ...account.users.values()].filter(
    ({ attached, boundary }) => attached.includes(arn) || boundary === arn,
  );

/** Members by which IAM's lists are paged. */
export const pageRules: { readonly [member: string]: MemberRule } = {
  Marker: { type: 'string', min: 1 },
  MaxItems: { type: 'number', min: 1, max: 1000 },
};

/** One page of a list; 100 entries unless asked otherwise. @throws Fault on a marker of another question. */
export function iamPage(items: readonly unknown[], input: Members, member: string): Members {
  const { page, next } = cutPage(items, input, {
    list: member,
    token: 'Marker',
    size: 'MaxItems',
    usual: 100,
    refuse: () => new Fault('ValidationException', 'Invalid Marker.'),
  });
  return { [member]: page, IsTruncated: next !== undefined, ...(next === undefined ? {} : { Marker: next }) };
}

/** @throws Fault `LimitExceeded`. */
export const limitExceeded = (message: string): Fault => new Fault('LimitExceeded', message, 409);
export const alreadyExists = (message: string): Fault => new Fault('EntityAlreadyExists', message, 409);
export const deleteConflict = (message: string): Fault => new Fault('DeleteConflict', message, 409);

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
  MaxSessionDuration: role.maxSessionMs / 1000,
});

/** What GetRole and GetUser say of the boundary; lists leave it out. */
export const boundaryMembers = ({ boundary }: Identity): Members =>
  boundary === undefined
    ? {}
    : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } };

export const userMembers = (user: Identity): Members => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: new Date(user.createdAt),
});
