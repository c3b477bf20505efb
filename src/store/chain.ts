import type { DatabaseSync } from 'node:sqlite';
import type { ChainLink, CredentialChain } from '../model/chain.ts';
import { chainDown } from './chain-down.ts';
import { ChainDrafts, type Draft } from './chain-drafts.ts';
import { linkOf } from './chain-link.ts';
import { chainUp } from './chain-up.ts';
import { GraphReader } from './graph-reader.ts';

const empty: CredentialChain = { links: [], at: -1, searched: [], sameSecond: [], more: [] };

/** Whose credentials made an event, where they came from and what they led to. Index look-ups only: its cost grows with what it shows. */
export function chainOf(database: DatabaseSync, rowId: number): CredentialChain {
  const graph = new GraphReader(database);
  const event = graph.event(rowId);
  const drafts = new ChainDrafts(graph);
  const own = event && drafts.holderOf(event.principal);
  if (!event || !own) return empty;
  drafts.seen.add(own.id);
  const at = drafts.draft(own);
  const { path, searched } = chainUp(drafts, at, event);
  const { below, more } = chainDown(drafts, at, path.length);
  const order = inOrder([...path, ...below]);
  const place = new Map(order.map((draft, index) => [draft, index]));
  const links = order.map((draft) => ({
    ...linkOf(graph, draft),
    parent: draft.parent && place.get(draft.parent),
  }));
  return {
    links,
    at: place.get(at) ?? -1,
    searched,
    sameSecond: sameSecond(links),
    more: [...more].map(([parent, count]) => ({ parent: place.get(parent), links: count })),
  };
}

/** Parents before their children, branches one after the other. */
function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  const children = new Map<Draft | undefined, Draft[]>();
  for (const draft of drafts) children.set(draft.parent, [...(children.get(draft.parent) ?? []), draft]);
  const ordered: Draft[] = [];
  const visit = (draft: Draft) => {
    ordered.push(draft);
    for (const child of children.get(draft) ?? []) visit(child);
  };
  for (const root of children.get(undefined) ?? []) visit(root);
  return ordered;
}

/** Links whose handovers bear one second: CloudTrail does not tell their order. */
function sameSecond(links: readonly ChainLink[]): readonly (readonly number[])[] {
  const bySecond = new Map<number, number[]>();
  for (const [index, { by }] of links.entries()) {
    if (!by) continue;
    const second = Math.floor(by.at / 1_000);
    bySecond.set(second, [...(bySecond.get(second) ?? []), index]);
  }
  return [...bySecond.values()].filter((group) => group.length > 1);
}
