import type { Statement } from './policy.ts';

/** By which names resource policies know a caller. */
export interface CallerNames {
  readonly type: 'user' | 'role';
  readonly account: string;
  /** The user's or the role's ARN. */
  readonly identity: string;
  /** The ARN of the session that signs, where it is one of its own: of a role, of a federated user. */
  readonly session?: string | undefined;
}

/** How closely a statement names a caller: 1 by the account, 2 by the user or role, 3 by the very session, or by `*`, which is whoever signs. */
export type Named = 1 | 2 | 3;

const isAccount = (principal: string, account: string): boolean =>
  principal === account || (principal.startsWith('arn:') && principal.endsWith(`:iam::${account}:root`));

function nearest(principals: readonly string[], caller: CallerNames): Named | undefined {
  if (principals.includes('*') || (caller.session !== undefined && principals.includes(caller.session))) return 3;
  if (principals.includes(caller.identity)) return 2;
  return principals.some((principal) => isAccount(principal, caller.account)) ? 1 : undefined;
}

/**
 * How a resource policy's statement names the caller, if it does. `NotPrincipal` spares only who is listed by every name: account, role and
 * session; a deny with it spares nobody who has a boundary.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function namedBy(statement: Statement, caller: CallerNames, hasBoundary = false): Named | undefined {
  if (!statement.notPrincipals) return nearest(statement.principals, caller);
  if (hasBoundary && statement.effect === 'Deny') return 2;
  const listed = statement.notPrincipals;
  const spared =
    listed.some((principal) => isAccount(principal, caller.account)) &&
    listed.includes(caller.identity) &&
    (caller.session === undefined || listed.includes(caller.session));
  return spared ? undefined : 2;
}
