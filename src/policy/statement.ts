/** One condition: an operator, a key and the values it is held against. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement of a policy, every element as a list. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Exactly one of both is there. */
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  /** None of both: the policy belongs to the resource itself (a trust policy). */
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  /** By type (`AWS`, `Service`, …); absent in policies of identities. `*` for everybody. */
  readonly principals?: '*' | { readonly [type: string]: readonly string[] };
  readonly conditions: readonly Condition[];
  /** Whether `${…}` is a variable: in version 2012-10-17 only. */
  readonly variables: boolean;
  /** Holds something that is not understood (`NotPrincipal`): what it does cannot be said. */
  readonly isOdd: boolean;
}

type Members = { readonly [member: string]: unknown };

const isMembers = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A text or a list of texts; numbers and booleans are written as texts too. */
function texts(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.every((one) => ['string', 'number', 'boolean'].includes(typeof one)) ? list.map(String) : undefined;
}

const understood = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'Condition',
]);

function principalsOf(value: unknown): Statement['principals'] {
  if (value === '*') return '*';
  if (!isMembers(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([type, names]) => [type, texts(names) ?? []]));
}

function conditionsOf(value: unknown): readonly Condition[] | undefined {
  if (value === undefined) return [];
  if (!isMembers(value)) return undefined;
  const found: Condition[] = [];
  for (const [operator, keys] of Object.entries(value)) {
    if (!isMembers(keys)) return undefined;
    for (const [key, wanted] of Object.entries(keys)) {
      const values = texts(wanted);
      if (!values) return undefined;
      found.push({ operator, key, values });
    }
  }
  return found;
}

function statementOf(value: unknown, variables: boolean): Statement | undefined {
  if (!isMembers(value) || (value.Effect !== 'Allow' && value.Effect !== 'Deny')) return undefined;
  const list = (member: string) => (value[member] === undefined ? undefined : texts(value[member]));
  const [actions, notActions, resources, notResources] = ['Action', 'NotAction', 'Resource', 'NotResource'].map(list);
  const principals = principalsOf(value.Principal);
  const conditions = conditionsOf(value.Condition);
  return {
    effect: value.Effect,
    ...(actions ? { actions } : {}),
    ...(notActions ? { notActions } : {}),
    ...(resources ? { resources } : {}),
    ...(notResources ? { notResources } : {}),
    ...(principals ? { principals } : {}),
    conditions: conditions ?? [],
    variables,
    isOdd:
      conditions === undefined ||
      (actions === undefined) === (notActions === undefined) ||
      (value.Principal !== undefined && principals === undefined) ||
      Object.keys(value).some((member) => !understood.has(member)),
  };
}

/**
 * The statements of a policy document; `undefined` when it is no JSON, or no policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function statementsIn(document: string): readonly Statement[] | undefined {
  let policy: unknown;
  try {
    policy = JSON.parse(document);
  } catch {
    return undefined; // Somebody else's text under a policy's name: whoever asked says so.
  }
  if (!isMembers(policy)) return undefined;
  const variables = policy.Version === '2012-10-17';
  const list = (Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]).map((one) =>
    statementOf(one, variables),
  );
  return list.every((one) => one !== undefined) ? (list as Statement[]) : undefined;
}
