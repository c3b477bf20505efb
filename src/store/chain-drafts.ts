import type { ChainEvent, ChainLink } from '../model/chain.ts';
import { identityKey, isCompute } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { GraphReader, MadeEvent, StoredPrincipal } from './graph-reader.ts';
import { actorOf } from './heat.ts';

/** Doors of which nobody says what they lead to, that addresses are compared for. */
const mostGuesses = 4;
/** Other records that a link could come from. */
export const mostOthers = 5;
/** A URL's five minutes and a session's twelve hours: what is assumed where a record does not say. */
export const longestDoorMs = (300 + 43_200) * 1_000;
/** A console session's keys are issued with the sign-in; its record may be stamped a little later. */
export const signInBeforeMs = 60_000;
export const signInAfterMs = 5 * 60_000;

/** One set of credentials: a key, or all keys of code on compute, which change while the code stays the same. */
export interface Holder {
  readonly id: string;
  readonly principal: StoredPrincipal;
  readonly rows: readonly number[];
  readonly keys: readonly string[];
}

/** A link that is being made. */
export interface Draft {
  parent: Draft | undefined;
  readonly holder: Holder | undefined;
  readonly name: string;
  readonly resource: ResourceRef | undefined;
  handover: ChainLink['handover'];
  by: MadeEvent | undefined;
  certainty: ChainLink['certainty'];
  why: string;
  otherwise: readonly ChainEvent[];
  until: number | undefined;
  /** Of a key that nobody has called with yet. */
  readonly key?: string;
}

/** What both ways through a chain share: who holds which credentials, and what stands in the chain already. */
export class ChainDrafts {
  readonly graph: GraphReader;
  /** Credentials and doors that stand in the chain already: a key that issued itself ends here. */
  readonly seen = new Set<string>();
  #guesses = 0;

  constructor(graph: GraphReader) {
    this.graph = graph;
  }

  draft(holder: Holder, more: Partial<Draft> = {}): Draft {
    return {
      parent: undefined,
      holder,
      name: holder.principal.name,
      resource: actorOf(holder.principal),
      handover: 'origin',
      by: undefined,
      certainty: 'recorded',
      why: 'no record that is loaded shows where these credentials came from',
      otherwise: [],
      until: undefined,
      ...more,
    };
  }

  /** The credentials behind a principal; `undefined` for services and for records that name nobody. */
  holderOf(row: number): Holder | undefined {
    const principal = row === 0 ? undefined : this.graph.principal(row);
    return principal && principal.type !== 'AWSService' ? this.holder(principal) : undefined;
  }

  holder(principal: StoredPrincipal): Holder {
    const { type, arn, name, accessKeyId = '' } = principal;
    const graph = this.graph;
    const byKey = accessKeyId !== '' && !isCompute(principal);
    const all = byKey ? graph.byKey(accessKeyId) : arn !== '' ? graph.byArn(type, arn) : graph.byName(type, name);
    // Whoever called without a key is not whoever had one of that name, unless it is code on compute.
    const mine = byKey || isCompute(principal) ? all : all.filter((one) => (one.accessKeyId ?? '') === '');
    return {
      id: byKey ? `key ${accessKeyId}` : `identity ${identityKey(principal)}`,
      principal,
      rows: mine.map((one) => one.row),
      keys: [...new Set(mine.flatMap((one) => one.accessKeyId ?? []))],
    };
  }

  sameRows(row: number): readonly number[] {
    const ref = this.graph.resource(row);
    return ref ? this.graph.sameAs(ref) : [];
  }

  rolesBehind(resources: readonly number[]): readonly { readonly role: ResourceRef; readonly proof: string }[] {
    if (resources.length === 0) return [];
    const graph = this.graph;
    const found = new Map<string, { readonly role: ResourceRef; readonly proof: string }>();
    const add = (row: number, proof: string) => {
      const role = graph.resource(row);
      if (role?.kind === 'iam.role' && !found.has(role.name)) found.set(role.name, { role, proof });
    };
    for (const { role, event } of graph.rolesOf(resources)) {
      const by = graph.event(event);
      add(role, by ? `${by.action} ${clock(by.at)}` : '');
    }
    for (const { object, operation } of graph.known(resources, 'subject')) add(object, operation);
    return [...found.values()];
  }

  /** Whether nobody says what a resource runs as; a guess, of which there are not many. */
  isUnknown(resource: number): boolean {
    return this.mayGuess() && this.rolesBehind(this.sameRows(resource)).length === 0;
  }

  /** @returns Whether one more door of which nobody says what it leads to may be guessed about. */
  mayGuess(): boolean {
    if (this.#guesses >= mostGuesses) return false;
    this.#guesses += 1;
    return true;
  }
}

/** What a link says of an event. */
export const plain = ({ rowId, id, at, action, region }: ChainEvent): ChainEvent => ({ rowId, id, at, action, region });
/** Whether both were made from one address. */
export const isFrom = (a: MadeEvent, b: MadeEvent): boolean => a.address !== 0 && a.address === b.address;
/** Where nothing else decides. */
export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** By which `seen` knows a link. */
export const seenId = ({ holder, key, resource, handover }: Draft): string =>
  holder
    ? holder.id
    : key !== undefined
      ? `key ${key}`
      : `door ${handover} ${resource?.kind} ${resource?.arn || resource?.name}`;

/** Times as sentences write them: a time of day, a minute of a day, a duration of `ms`. */
export const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);
export const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
export function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return `${Math.round(ms / 1_000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
