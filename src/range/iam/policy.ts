import { conditionOperators, plainOperator } from './condition.ts';

/** One statement, its one-or-many members made lists. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly notResources: readonly string[] | undefined;
  /** Who a resource's policy speaks of: ARNs, account ids, service names, `*`. */
  readonly principals: readonly string[];
  readonly notPrincipals: readonly string[] | undefined;
  /** Whether `${…}` is a variable: in version 2012-10-17 only. */
  readonly variables: boolean;
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const many = (value: unknown): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);

function principals(value: unknown): readonly string[] {
  if (value === null || typeof value !== 'object') return many(value);
  return Object.values(value).flatMap(many);
}

function conditions(value: unknown): readonly Condition[] {
  return Object.entries((value ?? {}) as Record<string, Record<string, unknown>>).flatMap(([operator, keys]) =>
    Object.entries(keys ?? {}).map(([key, values]) => ({ operator, key, values: many(values) })),
  );
}

/**
 * Reads a policy document.
 *
 * @throws SyntaxError when it is no policy, or holds an operator that we cannot evaluate: accepting it would let a deny pass silently.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(document: string): readonly Statement[] {
  const policy = JSON.parse(document) as { Statement?: unknown; Version?: unknown };
  if (policy === null || typeof policy !== 'object' || policy.Statement === undefined)
    throw new SyntaxError('Syntax errors in policy.');
  const version = policy.Version;
  const list = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  return list.map((entry: unknown) => {
    if (entry === null || typeof entry !== 'object') throw new SyntaxError('Syntax errors in policy.');
    const statement = entry as Record<string, unknown>;
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
      throw new SyntaxError(`Invalid effect: ${String(statement.Effect)}`);
    if (statement.Action === undefined && statement.NotAction === undefined)
      throw new SyntaxError('Policy statement must contain actions.');
    const speaksOfSomeone = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
    if (statement.Resource === undefined && statement.NotResource === undefined && !speaksOfSomeone)
      throw new SyntaxError('Policy statement must contain resources.');
    const parsed = conditions(statement.Condition);
    for (const { operator } of parsed)
      if (!conditionOperators.has(plainOperator(operator)))
        throw new SyntaxError(`Invalid Condition type : ${operator}.`);
    return {
      effect: statement.Effect,
      actions: many(statement.Action),
      notActions: statement.NotAction === undefined ? undefined : many(statement.NotAction),
      resources: many(statement.Resource),
      notResources: statement.NotResource === undefined ? undefined : many(statement.NotResource),
      principals: principals(statement.Principal),
      notPrincipals: statement.NotPrincipal === undefined ? undefined : principals(statement.NotPrincipal),
      variables: version === '2012-10-17',
      conditions: parsed,
    };
  });
}
