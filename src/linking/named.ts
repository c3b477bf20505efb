import type { Relation } from '../model/resource.ts';
import type { Call, Found, Linker } from './linker.ts';

/** How a service names a resource. */
export interface Name {
  /** `service.type` */
  readonly kind: string;
  /** After the account, where the name is enough to build the ARN: `function:{name}`. A leading `:` leaves the account out, `::` Region and account. */
  readonly arn?: string;
  readonly relation?: Relation;
  /** Only as a member of the request itself: the word is too common to mean the resource deeper down. */
  readonly outermost?: true;
}

export type Names = { readonly [member: string]: Name };

/** The resource that a value names; the call's own place is that of the ARN. */
export function build(call: Call, name: Name, value: string, depth = 1): Found {
  const { kind, arn: format, relation } = name;
  const service = kind.slice(0, kind.indexOf('.'));
  const { account, region, partition } = call;
  let arn = '';
  if (format?.startsWith('::')) arn = `arn:${partition}:${service}:::${format.slice(2)}`;
  else if (format?.startsWith(':') && region !== '') arn = `arn:${partition}:${service}:${region}::${format.slice(1)}`;
  else if (format && region !== '' && account !== '')
    arn = `arn:${partition}:${service}:${region}:${account}:${format}`;
  // Replaced by a function: `$` in a hostile name must stay what it is.
  const filled = arn.replace('{name}', () => value);
  const found: Found = depth <= 1 ? { kind, arn: filled, name: value } : { kind, arn: filled, name: value, depth };
  return relation ? { ...found, relation } : found;
}

/** Finds what a table of names knows; an ARN in a name's place is that resource. */
export function namedIn(call: Call, names: ReadonlyMap<string, Name>, found: Found[]): void {
  for (const { key, value, depth, resource } of call.request) {
    const name = names.get(key);
    if (!name || (name.outermost && depth > 1)) continue;
    if (resource) found.push({ ...resource, depth, ...(name.relation ? { relation: name.relation } : {}) });
    else if (!value.startsWith('arn:')) found.push(build(call, name, value, depth));
  }
}

/** As a map: a member called `constructor` must not be found. */
export const namesOf = (names: Names): ReadonlyMap<string, Name> => new Map(Object.entries(names));

/** A linker that is a table: the members of a service's requests, in lower case, that name something. */
export function named(service: string, table: Names): Linker {
  const names = namesOf(table);
  return {
    id: service,
    services: [service],
    link(call) {
      const found: Found[] = [];
      namedIn(call, names, found);
      return found;
    },
  };
}
