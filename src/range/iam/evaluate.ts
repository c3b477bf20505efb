import { type ConditionContext, holds } from './condition.ts';
import { matches } from './pattern.ts';
import type { Statement } from './policy.ts';

/** SimulatePrincipalPolicy's words. */
export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** Whether a statement speaks of this action on this resource under these circumstances. */
export function applies(statement: Statement, action: string, resource: string, context: ConditionContext): boolean {
  const acts = statement.notActions
    ? !statement.notActions.some((pattern) => matches(pattern, action, true))
    : statement.actions.some((pattern) => matches(pattern, action, true));
  if (!acts) return false;
  const reaches = statement.notResources
    ? !statement.notResources.some((pattern) => matches(pattern, resource))
    : statement.resources.some((pattern) => matches(pattern, resource));
  return reaches && statement.conditions.every((condition) => holds(condition, context));
}

/**
 * Identity-based policies of one principal: an explicit deny wins, then an allow, else it is denied implicitly.
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
