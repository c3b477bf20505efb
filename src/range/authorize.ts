import type { Account } from './account/account.ts';
import { type Credential, callerArn, callerId } from './account/identities.ts';
import { Fault } from './fault.ts';
import type { ConditionContext } from './iam/condition.ts';
import { type Decision, evaluate } from './iam/evaluate.ts';
import type { Permission } from './operation.ts';

/** STS answers who you are even to those who may do nothing. */
const alwaysAllowed = new Set(['sts:GetCallerIdentity']);

/**
 * The condition keys of a request. Long-lived keys have no token, hence no `aws:TokenIssueTime`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestContext(
  account: Account,
  caller: Credential,
  request: { readonly now: number; readonly sourceIp: string; readonly region: string },
): Map<string, string> {
  const { identity } = caller;
  const context = new Map([
    ['aws:currenttime', new Date(request.now).toISOString()],
    ['aws:epochtime', String(Math.floor(request.now / 1000))],
    ['aws:principalaccount', account.id],
    ['aws:principalarn', identity.arn],
    ['aws:principaltype', identity.type === 'user' ? 'User' : 'AssumedRole'],
    ['aws:requestedregion', request.region],
    ['aws:securetransport', 'true'],
    ['aws:sourceip', request.sourceIp],
    ['aws:userid', callerId(caller)],
  ]);
  if (identity.type === 'user') context.set('aws:username', identity.name);
  if (caller.session !== undefined) context.set('aws:tokenissuetime', new Date(caller.issuedAt).toISOString());
  for (const [key, value] of identity.tags) context.set(`aws:principaltag/${key.toLowerCase()}`, value);
  return context;
}

/** What the policies in force say of one permission. */
export function decide(caller: Credential, permission: Permission, context: ConditionContext): Decision {
  if (alwaysAllowed.has(permission.action)) return 'allowed';
  const extended = permission.context
    ? new Map([
        ...context,
        ...Object.entries(permission.context).map(([key, value]): [string, string] => [key.toLowerCase(), value]),
      ])
    : context;
  return evaluate(caller.identity.enforced, permission.action, permission.resource, extended);
}

/** AWS's wording of a refusal, which names the kind of deny. */
export function denial(caller: Credential, permission: Permission, decision: Decision): Fault {
  const why =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${permission.action} action`;
  return new Fault(
    'AccessDeniedException',
    `User: ${callerArn(caller)} is not authorized to perform: ${permission.action} on resource: ${permission.resource} ${why}`,
  );
}
