import { expanded, holds } from './condition.ts';
import { globMatches, literalPrefix } from './glob.ts';
import type { PolicyRequest, RequestKeys, RequestPrincipal, RequestResource } from './request.ts';
import type { Statement } from './statement.ts';
import { every, not, some, type Truth } from './truth.ts';

/** Actions are compared without case. */
const actionFits = (patterns: readonly string[], action: string): boolean =>
  patterns.some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase()));

/** Stands for a name that no pattern spells. */
const anyName = '\u0000';

function arnFits(pattern: string, { arn, within }: RequestResource): Truth {
  if (!within) return globMatches(pattern, arn);
  if (globMatches(pattern, `${arn}/${anyName}`)) return true;
  const [begin, inside] = [literalPrefix(pattern), `${arn}/`];
  return begin.startsWith(inside) || inside.startsWith(begin) ? undefined : false;
}

const resourceFits = (
  patterns: readonly string[],
  resource: RequestResource,
  keys: RequestKeys,
  variables: boolean,
): Truth =>
  some(patterns, (text) => {
    const pattern = variables ? expanded(text, keys) : text;
    return pattern === undefined ? undefined : pattern !== 'absent' && arnFits(pattern, resource);
  });

function resourcesFit(
  { resources, notResources, variables }: Statement,
  request: PolicyRequest,
  keys: RequestKeys,
): Truth {
  const patterns = resources ?? notResources;
  // A trust policy speaks of its own role.
  if (patterns === undefined || (resources && patterns.includes('*'))) return true;
  if (request.resources === undefined) {
    // Told as an unknown key, so that whoever asks can look it up.
    keys('resources');
    return undefined;
  }
  const asked = request.resources.length === 0 ? [{ arn: '*' }] : request.resources;
  // Each resource is authorised by itself: one that is refused refuses the call.
  return some(asked, (resource) => {
    const fits = resourceFits(patterns, resource, keys, variables);
    return resources ? fits : not(fits);
  });
}

function nameFits(name: string, { arns, account }: RequestPrincipal): boolean {
  if (name === '*') return true;
  if (/^\d{12}$/.test(name)) return name === account;
  return arns.includes(name) || (/^arn:[^:]*:iam::\d{12}:root$/.test(name) && name.split(':')[4] === account);
}

function principalFits({ principals }: Statement, principal: RequestPrincipal): Truth {
  if (principals === undefined || principals === '*') return true;
  return some(Object.entries(principals), ([type, names]) => {
    if (names.includes('*')) return true;
    if (type === 'AWS') return principal.service === '' && names.some((name) => nameFits(name, principal));
    if (type === 'Service') return names.includes(principal.service);
    return undefined;
  });
}

/** Whether a statement speaks of a request. `undefined`: that cannot be said. */
export function applies(
  statement: Statement,
  request: PolicyRequest,
  principal: RequestPrincipal,
  keys: RequestKeys,
): Truth {
  const { actions, notActions, conditions, isOdd, variables } = statement;
  if (actions && !actionFits(actions, request.action)) return false;
  if (notActions && actionFits(notActions, request.action)) return false;
  const fits = every(
    [
      () => principalFits(statement, principal),
      // The cheap and the decisive first: what is false here need not be looked up.
      () => every(conditions, (condition) => holds(condition, keys, variables)),
      () => resourcesFit(statement, request, keys),
    ],
    (test) => test(),
  );
  return isOdd && fits ? undefined : fits;
}
