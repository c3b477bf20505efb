/** A policy document as far as its principals are looked at. */
interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
}

/** `undefined` for what is no policy document. */
function statementsOf(
  document: string,
): { readonly policy: object; readonly statements: readonly Statement[] } | undefined {
  let policy: unknown;
  try {
    policy = JSON.parse(document);
  } catch {
    return undefined; // No JSON: said as "cannot be taken apart".
  }
  if (policy === null || typeof policy !== 'object' || !('Statement' in policy)) return undefined;
  const { Statement } = policy as { readonly Statement: unknown };
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return statements.every((one) => one !== null && typeof one === 'object')
    ? { policy, statements: statements as readonly Statement[] }
    : undefined;
}

/** The account that a principal of type AWS is of: a bare id, or an ARN. Empty when it names none (`*`, an id of a deleted role). */
const accountOf = (principal: string): string =>
  /^\d{12}$/.test(principal) ? principal : (/^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(principal)?.[1] ?? '');

const listOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** Principals of other accounts, and `*`, in one `Principal` member. Services are AWS's own, not outside. */
function outsideOf(principal: unknown, account: string): readonly string[] {
  if (principal === '*') return ['*'];
  if (principal === null || typeof principal !== 'object') return [];
  const { AWS, Federated } = principal as { readonly AWS?: unknown; readonly Federated?: unknown };
  return [
    ...listOf(AWS).filter((one) => accountOf(one) !== account),
    ...listOf(Federated).filter((one) => accountOf(one) !== account),
  ];
}

/**
 * Who of outside the account a resource policy lets in, each once; `undefined` when the document cannot be taken apart.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function outsidePrincipals(document: string, account: string): readonly string[] | undefined {
  const parsed = statementsOf(document);
  if (!parsed) return undefined;
  return [
    ...new Set(
      parsed.statements
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Principal, NotPrincipal }) =>
          NotPrincipal === undefined ? outsideOf(Principal, account) : ['everybody but those of NotPrincipal'],
        ),
    ),
  ];
}

/**
 * The document without them: principals are taken out, statements that name nobody else are dropped; denials stay.
 * @returns Empty when no statement is left; `undefined` when the document cannot be taken apart, or allows by `NotPrincipal`.
 */
export function withoutOutside(document: string, account: string): string | undefined {
  const parsed = statementsOf(document);
  if (!parsed) return undefined;
  const left: Statement[] = [];
  for (const statement of parsed.statements) {
    if (statement.Effect !== 'Allow') {
      left.push(statement);
      continue;
    }
    if (statement.NotPrincipal !== undefined) return undefined;
    const outside = new Set(outsideOf(statement.Principal, account));
    if (outside.size === 0) {
      left.push(statement);
      continue;
    }
    if (statement.Principal === '*') continue;
    const kept = Object.entries(statement.Principal as object).flatMap(
      ([type, value]): [string, readonly string[]][] => {
        const inside = listOf(value).filter((one) => !outside.has(one));
        return inside.length > 0 ? [[type, inside]] : [];
      },
    );
    if (kept.length > 0) left.push({ ...statement, Principal: Object.fromEntries(kept) });
  }
  // Denials alone let nobody in: there is nothing left to keep them for.
  if (!left.some(({ Effect }) => Effect === 'Allow')) return '';
  return JSON.stringify({ ...parsed.policy, Statement: left });
}
