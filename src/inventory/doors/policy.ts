import { parseArn } from '../../model/arn.ts';
import { decodeDocument } from '../../shared/policy-document.ts';

/** Members of a part of a record. */
export type Members = { readonly [member: string]: unknown };

/** A structure; empty for anything else, lists included. */
export const members = (value: unknown): Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : {};

/** A text; empty for anything else. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
const mostNamed = 20;

/**
 * The principals of a policy, a trust or a list of a share that lie outside of our accounts: `*`, other accounts, their users and roles,
 * identity providers of others. Services of AWS are none. What cannot be read names nobody: the caller cannot tell more than the record.
 *
 * @param document A policy as JSON text (URL-encoded by some services) or structure, or a list of principals.
 */
export function outsidersOf(document: unknown, ours: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  const add = (principal: string) => {
    if (principal !== '' && found.size < mostNamed && isOutside(principal, ours)) found.add(principal);
  };
  if (Array.isArray(document)) for (const principal of document.slice(0, 1_000)) add(text(principal));
  for (const statement of list(members(parsed(document)).Statement).slice(0, 1_000)) {
    const { Effect, Principal, Condition } = members(statement);
    if (text(Effect) !== 'Allow') continue;
    const named =
      typeof Principal === 'string'
        ? [Principal]
        : [...list(members(Principal).AWS), ...list(members(Principal).Federated)];
    for (const one of named) {
      const principal = text(one);
      // Everybody, but only from our own accounts: nobody from outside.
      if (principal === '*' && limitsToOurs(Condition, ours)) continue;
      add(principal);
    }
  }
  return [...found];
}

function parsed(document: unknown): unknown {
  if (typeof document !== 'string') return Array.isArray(document) ? undefined : document;
  try {
    return JSON.parse(decodeDocument(document));
  } catch {
    return undefined; // No policy at all: it names nobody.
  }
}

function isOutside(principal: string, ours: ReadonlySet<string>): boolean {
  if (principal === '*') return true;
  if (/^\d{12}$/.test(principal)) return !ours.has(principal);
  const arn = parseArn(principal);
  if (!arn) return /^[A-Z0-9]{20,}$/.test(principal) ? false : !principal.endsWith('.amazonaws.com');
  return arn.account !== '' && arn.account !== 'aws' && !ours.has(arn.account);
}

const keysOfAccount = /^aws:(?:PrincipalAccount|SourceAccount|PrincipalOrgID|PrincipalOrgPaths|SourceOrgID)$/i;

/** A condition on the account or organisation; whose organisation it is is not known, but it is not everybody. */
function limitsToOurs(condition: unknown, ours: ReadonlySet<string>): boolean {
  for (const [operator, tests] of Object.entries(members(condition))) {
    if (!/^(?:ForAnyValue:)?String(?:Equals|Like)$/i.test(operator) && !/^Arn(?:Equals|Like)$/i.test(operator))
      continue;
    for (const [key, values] of Object.entries(members(tests))) {
      if (!keysOfAccount.test(key)) continue;
      const accounts = list(values).map(text);
      if (/Org/i.test(key) || accounts.every((account) => ours.has(account))) return true;
    }
  }
  return false;
}
