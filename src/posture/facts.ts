import type { InputOf, OutputOf, ReadName } from '../aws/operations.ts';
import type { ResourceRef } from '../model/resource.ts';

/** What a call answered, or why it did not. */
export type Reading<Value> =
  | { readonly state: 'read'; readonly from: ReadName; readonly value: Value }
  /** `permission`: the IAM action that is missing. */
  | { readonly state: 'denied'; readonly from: ReadName; readonly permission: string }
  | { readonly state: 'failed'; readonly from: ReadName; readonly why: string }
  /** AWS says that there is no such thing, with its code: `NoSuchBucketPolicy`. */
  | { readonly state: 'gone'; readonly from: ReadName; readonly code: string }
  /** Not asked yet; asking for it here has it asked. */
  | { readonly state: 'waiting'; readonly from: ReadName };

/**
 * What AWS says. A check asks for what it needs; what is not there yet is fetched by whoever reads, and the check is asked again. So nothing
 * is read that no check wants, and every check says by its own code what it reads.
 */
export type Ask = <Name extends ReadName>(name: Name, input: InputOf<Name>) => Reading<OutputOf<Name>>;

/** A resource that is looked at. */
export interface Subject extends ResourceRef {
  /** What it has to do with the incident, a sentence each; empty where it is only what others use. */
  readonly here: readonly string[];
  /** How it came in: "fraud-lab runs as it"; empty for what the incident names itself. */
  readonly via: string;
}

/** Who runs as a role, as far as was looked. */
export interface RoleUsers {
  readonly users: readonly ResourceRef[];
  /** What was not looked at, a sentence each: without it "nobody else" is no answer. */
  readonly unseen: readonly string[];
}

/** What the checks are asked about one account and Region. */
export interface PostureFacts {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Accounts that belong together, as far as is known. */
  readonly ours: ReadonlySet<string>;
  /** Every resource that is looked at, so far. */
  readonly subjects: readonly Subject[];
  readonly ask: Ask;
  usersOf(role: ResourceRef): RoleUsers;
}

/** The kind of what is not one resource but the account in a Region. */
export const accountKind = 'account';

/** All pages of a listing, as far as they were read; at most `mostPages`. The first reading that is none ends it. */
export function pagesOf<Value, Item>(
  ask: (token: string | undefined) => Reading<Value>,
  page: (value: Value) => { readonly items: readonly Item[] | undefined; readonly next: string | undefined },
  mostPages = 10,
): Reading<{ readonly items: readonly Item[]; readonly more: boolean }> {
  const items: Item[] = [];
  let token: string | undefined;
  for (let count = 1; ; count += 1) {
    const reading = ask(token);
    if (reading.state !== 'read') return reading;
    const { items: found, next } = page(reading.value);
    items.push(...(found ?? []));
    const ended = !next || next === token;
    if (ended || count >= mostPages) return { state: 'read', from: reading.from, value: { items, more: !ended } };
    token = next;
  }
}
