import { type ConditionContext, expanded, holds } from './condition.ts';
import { matches } from './pattern.ts';
import type { Statement } from './policy.ts';
import { type CallerNames, type Named, namedBy } from './principal.ts';

/** SimulatePrincipalPolicy's words. */
export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** Kinds of policies as refusals name them. */
export type PolicyKind = 'identity-based policy' | 'permissions boundary' | 'session policy' | 'resource-based policy';

/** A decision, and which kind of policy made it. */
export interface Ruling {
  readonly decision: Decision;
  readonly by: PolicyKind;
}

/** Every policy that has a say in one request. */
export interface Policies {
  readonly identity: readonly Statement[];
  /** Caps what the identity's policies allow. */
  readonly boundary?: readonly Statement[] | undefined;
  /** Caps what a session may do. */
  readonly session?: readonly Statement[] | undefined;
  readonly resource?:
    | {
        readonly statements: readonly Statement[];
        /** Whether it lies in the caller's account. */
        readonly sameAccount: boolean;
        /** A role's trust policy must allow whatever the caller's own policies say. */
        readonly mustAllow?: boolean;
      }
    | undefined;
}

/** Whether a statement speaks of this action on this resource under these circumstances; who it speaks of is not looked at. */
export function applies(statement: Statement, action: string, resource: string, context: ConditionContext): boolean {
  const acts = statement.notActions
    ? !statement.notActions.some((pattern) => matches(pattern, action, true))
    : statement.actions.some((pattern) => matches(pattern, action, true));
  if (!acts) return false;
  const covers = (pattern: string) => {
    const wanted = statement.variables ? expanded(pattern, context) : pattern;
    return wanted !== undefined && matches(wanted, resource);
  };
  // Trust policies name no resource: they are their role's.
  const reaches = statement.notResources
    ? !statement.notResources.some(covers)
    : statement.resources.length === 0 || statement.resources.some(covers);
  return reaches && statement.conditions.every((condition) => holds(condition, context, statement.variables));
}

/**
 * Policies of one kind: an explicit deny wins, then an allow, else it is denied implicitly.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: ConditionContext,
): Decision {
  let decision: Decision = 'implicitDeny';
  for (const statement of statements) {
    if (!applies(statement, action, resource, context)) continue;
    if (statement.effect === 'Deny') return 'explicitDeny';
    decision = 'allowed';
  }
  return decision;
}

/**
 * All policies together. Within one account a resource's policy that names the caller is enough by itself: a user or a session whatever
 * caps them, a role only within its boundary and the session's policy; one that names the account only lets the caller's own policies
 * decide. Across accounts both sides must allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function rule(
  policies: Policies,
  caller: CallerNames,
  action: string,
  resource: string,
  context: ConditionContext,
): Ruling {
  const { identity, boundary, session } = policies;
  const own = {
    'identity-based policy': evaluate(identity, action, resource, context),
    'permissions boundary': boundary ? evaluate(boundary, action, resource, context) : 'allowed',
    'session policy': session ? evaluate(session, action, resource, context) : 'allowed',
  } as const satisfies { readonly [Kind in PolicyKind]?: Decision };
  const kinds = Object.keys(own) as (keyof typeof own)[];
  const denied = kinds.find((kind) => own[kind] === 'explicitDeny');
  if (denied) return { decision: 'explicitDeny', by: denied };

  let named: Named | undefined;
  for (const statement of policies.resource?.statements ?? []) {
    const how = applies(statement, action, resource, context)
      ? namedBy(statement, caller, boundary !== undefined)
      : undefined;
    if (!how) continue;
    if (statement.effect === 'Deny') return { decision: 'explicitDeny', by: 'resource-based policy' };
    if (named === undefined || how > named) named = how;
  }

  const capped = kinds.find((kind) => kind !== 'identity-based policy' && own[kind] !== 'allowed');
  const allowed: Ruling = {
    decision: 'allowed',
    by: named === undefined ? 'identity-based policy' : 'resource-based policy',
  };
  const short = (by: PolicyKind): Ruling => ({ decision: 'implicitDeny', by });
  if (policies.resource && named === undefined && (policies.resource.mustAllow || !policies.resource.sameAccount))
    return own['identity-based policy'] === 'allowed' ? short('resource-based policy') : short('identity-based policy');
  if (policies.resource?.sameAccount && named !== undefined) {
    if (named >= namedRank.session || (named >= namedRank.identity && caller.type === 'user')) return allowed;
    if (named >= namedRank.identity && capped === undefined) return allowed;
  }
  if (own['identity-based policy'] !== 'allowed') return short('identity-based policy');
  return capped ? short(capped) : allowed;
}

/** How closely a policy names the caller. */
const namedRank = { account: 1, identity: 2, session: 3 } as const satisfies { readonly [how: string]: Named };
