import { type Account, tagged } from './account/account.ts';
import { bucketOf } from './account/buckets.ts';
import { accountOf, type Credential, callerArn, callerId, callerNames, isLongLived } from './account/identities.ts';
import { thingOf } from './account/things.ts';
import { Fault } from './fault.ts';
import type { ConditionContext } from './iam/condition.ts';
import { type Policies, type Ruling, rule } from './iam/evaluate.ts';
import { parsePolicy } from './iam/policy.ts';
import type { Permission } from './operation.ts';

/** STS answers who you are even to those who may do nothing. */
const alwaysAllowed = new Set(['sts:GetCallerIdentity']);
/** Needs no policy that allows it; that a deny reaches it is our reading. */
const neverNeeded = new Set(['sts:GetSessionToken']);

/**
 * The condition keys of a request. Long-lived keys have no token, hence no `aws:TokenIssueTime`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestContext(
  account: Account,
  caller: Credential,
  request: { readonly now: number; readonly sourceIp: string; readonly region: string },
): Map<string, string | readonly string[]> {
  const { identity } = caller;
  const context = new Map<string, string | readonly string[]>([
    ['aws:currenttime', new Date(request.now).toISOString()],
    ['aws:epochtime', String(Math.floor(request.now / 1000))],
    ['aws:principalaccount', accountOf(identity)],
    ['aws:principalarn', caller.federated === undefined ? identity.arn : callerArn(caller)],
    ['aws:principaltype', caller.federated ? 'FederatedUser' : identity.type === 'user' ? 'User' : 'AssumedRole'],
    ['aws:principalisawsservice', 'false'],
    ['aws:viaawsservice', 'false'],
    ['aws:requestedregion', request.region],
    ['aws:resourceaccount', account.id],
    ['aws:securetransport', 'true'],
    ['aws:sourceip', request.sourceIp],
    ['aws:userid', callerId(caller)],
  ]);
  if (identity.type === 'user' && caller.federated === undefined) context.set('aws:username', identity.name);
  if (!isLongLived(caller)) {
    context.set('aws:tokenissuetime', new Date(caller.issuedAt).toISOString());
    context.set('aws:multifactorauthpresent', 'false');
  }
  if (caller.sourceIdentity !== undefined) context.set('aws:sourceidentity', caller.sourceIdentity);
  for (const [key, value] of [...identity.tags, ...(caller.sessionTags ?? [])])
    context.set(`aws:principaltag/${key.toLowerCase()}`, value);
  return context;
}

/** Tags of what is acted on, as the two families of keys that speak of them. */
function resourceTags(account: Account, resource: string): readonly (readonly [string, string])[] {
  const [, , service = '', region = ''] = resource.split(':');
  const tags =
    service === 'sagemaker' && region !== ''
      ? [...tagged(account.region(region))].find(({ arn }) => arn === resource)?.tags
      : service === 'iam'
        ? [...account.roles.values(), ...account.users.values()].find(({ arn }) => arn === resource)?.tags
        : undefined;
  return [...(tags ?? [])].flatMap(([key, value]) =>
    ['aws', service].map((prefix) => [`${prefix}:resourcetag/${key.toLowerCase()}`, value] as const),
  );
}

/** The resource's own policy: of a bucket, of a group of model packages and what is in it, or whom a role trusts. */
function resourcePolicy(account: Account, caller: Credential, permission: Permission): Policies['resource'] {
  const ownAccount = accountOf(caller.identity);
  const name = bucketOf(permission.resource);
  const bucket = name === undefined ? undefined : account.buckets.get(name);
  if (bucket) return { statements: bucket.enforced, sameAccount: bucket.owner === ownAccount };
  const [, region = '', group = ''] =
    /^arn:aws:sagemaker:([^:]+):\d+:model-package(?:-group)?\/([^/]+)/.exec(permission.resource) ?? [];
  const shared = group === '' ? undefined : thingOf(account.region(region), 'model-package-group', group);
  if (typeof shared?.members.policy === 'string')
    return { statements: parsePolicy(shared.members.policy), sameAccount: ownAccount === account.id };
  if (/^sts:(AssumeRole|SetSourceIdentity|TagSession)$/.test(permission.action)) {
    const role = [...account.roles.values()].find(({ arn }) => arn === permission.resource);
    return { statements: role?.enforced.trust ?? [], sameAccount: ownAccount === account.id, mustAllow: true };
  }
  // Without a policy that lets them in, nothing here is another account's.
  return ownAccount === account.id ? undefined : { statements: [], sameAccount: false };
}

/** What the policies in force say of one permission. */
export function decide(
  account: Account,
  caller: Credential,
  permission: Permission,
  context: ConditionContext,
): Ruling {
  const allowed: Ruling = { decision: 'allowed', by: 'identity-based policy' };
  if (alwaysAllowed.has(permission.action)) return allowed;
  const extended = new Map([
    ...context,
    ...resourceTags(account, permission.resource),
    ...Object.entries(permission.context ?? {}).map(([key, value]): [string, string | readonly string[]] => [
      key.toLowerCase(),
      value,
    ]),
  ]);
  const { policies, boundary } = caller.identity.enforced;
  const ruling = rule(
    {
      identity: policies,
      boundary,
      session: caller.sessionPolicy,
      resource: resourcePolicy(account, caller, permission),
    },
    callerNames(caller),
    permission.action,
    permission.resource,
    extended,
  );
  return ruling.decision === 'implicitDeny' && neverNeeded.has(permission.action) ? allowed : ruling;
}

/** What is said where nothing allows a call. */
export const noPolicyAllows: Ruling = { decision: 'implicitDeny', by: 'identity-based policy' };

const article = (by: Ruling['by']): string => (by === 'identity-based policy' ? 'an' : 'a');

/** AWS's wording of a refusal, which names the kind of deny. Of assuming roles it says less, so that nobody learns which roles exist. */
export function denial(caller: Credential, permission: Permission, { decision, by }: Ruling): Fault {
  const what = `User: ${callerArn(caller)} is not authorized to perform: ${permission.action} on resource: ${permission.resource}`;
  const why =
    decision === 'explicitDeny'
      ? ` with an explicit deny in ${article(by)} ${by}`
      : permission.action.startsWith('sts:')
        ? ''
        : ` because no ${by} allows the ${permission.action} action`;
  return new Fault('AccessDeniedException', `${what}${why}`);
}

/**
 * What credentials of GetSessionToken and GetFederationToken cannot do whatever the policies say.
 * @throws Fault `UnrecognizedClientException`, as AWS answers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
 */
export function refuseUserToken(caller: Credential, action: string): void {
  if (isLongLived(caller) || caller.identity.type !== 'user') return;
  const iam = action.startsWith('iam:');
  const sts =
    action.startsWith('sts:') &&
    action !== 'sts:GetCallerIdentity' &&
    (caller.federated !== undefined || action !== 'sts:AssumeRole');
  if (iam || sts)
    throw new Fault('UnrecognizedClientException', 'The security token included in the request is invalid');
}

/** Whether a service may act so with a role, as code on SageMaker does. */
export function roleMay(account: Account, roleArn: string, permission: Permission, now: number): boolean {
  const identity = [...account.roles.values()].find(({ arn }) => arn === roleArn);
  if (!identity) return false;
  const caller: Credential = {
    accessKeyId: '',
    secretAccessKey: '',
    identity,
    session: 'SageMaker',
    issuedAt: now,
    active: true,
    accepted: true,
  };
  const keys = requestContext(account, caller, { now, sourceIp: '10.0.0.1', region: account.homeRegion });
  return decide(account, caller, permission, keys).decision === 'allowed';
}

/** Whether a role lets a service assume it. */
export function trustsService(account: Account, roleArn: string, service: string): boolean {
  const role = [...account.roles.values()].find(({ arn }) => arn === roleArn);
  const speaking = (role?.enforced.trust ?? []).filter(({ principals }) =>
    principals.some((name) => name === service || name === '*'),
  );
  return speaking.some(({ effect }) => effect === 'Allow') && !speaking.some(({ effect }) => effect === 'Deny');
}
