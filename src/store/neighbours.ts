import type { DatabaseSync } from 'node:sqlite';
import type { EdgeKind, GraphEdge, GraphNode, Neighbours } from '../model/graph.ts';
import { identityKey } from '../model/principal.ts';
import type { Relation } from '../model/resource.ts';
import { relations } from './dimension.ts';
import { GraphReader, type StoredHandover, type StoredPrincipal, type Tally } from './graph-reader.ts';

/** What a call did with the resources that it names. */
const kindOf: { readonly [Name in Relation]: EdgeKind } = {
  target: 'acted-on',
  created: 'created',
  uses: 'used',
  parent: 'used',
};

type Counts = Omit<Tally, 'a' | 'b'>;
interface Draft {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly kind: EdgeKind;
  counts: Counts | undefined;
  answered?: { readonly operation: string; readonly at: number };
}

/**
 * Everything that one node is joined to, with what proves each relation. Made from the events when it is asked for: its cost grows with the events
 * of that node alone. Lines of logs join nothing.
 */
export function neighboursOf(database: DatabaseSync, node: GraphNode, limit: number): Neighbours {
  return new Surroundings(new GraphReader(database), node).all(limit);
}

class Surroundings {
  readonly #graph: GraphReader;
  readonly #node: GraphNode;
  readonly #edges = new Map<string, Draft>();

  constructor(graph: GraphReader, node: GraphNode) {
    this.#graph = graph;
    this.#node = node;
  }

  all(limit: number): Neighbours {
    const node = this.#node;
    switch (node.type) {
      case 'resource':
        this.#ofResource(this.#graph.sameAs(node.ref));
        break;
      case 'principal':
        this.#ofPrincipals(this.#graph.byIdentity(node.key));
        break;
      case 'key': {
        const users = this.#graph.byKey(node.accessKeyId);
        this.#ofPrincipals(users);
        for (const handover of this.#graph.issuersOf(node.accessKeyId))
          this.#handedOver(handover, (who) => [who, node, 'issued']);
        break;
      }
      case 'address':
        for (const tally of this.#graph.tallies(
          'event where event.address = ?',
          ['event.principal'],
          this.#graph.address(node.address),
        ))
          this.#add(this.#principalOf(tally.a), node, 'from', tally);
    }
    const { from, to } = this.#graph.loaded();
    const newFrom = from + (to - from) / 10;
    const edges = [...this.#edges.values()].sort(byWeight);
    return {
      node,
      edges: edges.slice(0, limit).map((edge) => this.#edge(edge, newFrom)),
      more: Math.max(0, edges.length - limit),
    };
  }

  #ofResource(rows: readonly number[]): void {
    if (rows.length === 0) return;
    const graph = this.#graph;
    const node = this.#node;
    const list = rows.join(', ');
    const named = `event_resource join event on event.id = event_resource.event and event.origin <> 1 where event_resource.resource in (${list})`;
    for (const tally of graph.tallies(named, ['event.principal', 'event_resource.relation']))
      this.#add(this.#principalOf(tally.a), node, kindOf[relations[tally.b] ?? 'uses'], tally);
    const together = `event_resource as mine join event on event.id = mine.event and event.read_only is 0
      join event_resource as other on other.event = mine.event and other.resource not in (${list}) where mine.resource in (${list})`;
    for (const tally of graph.tallies(together, ['other.resource']))
      this.#add(node, this.#resourceOf(tally.a), 'named-with', tally);
    for (const handover of graph.handoversOf(rows)) {
      if (handover.kind === 1) this.#handedOver(handover, (who) => [who, node, 'opened']);
      else if (handover.kind === 3)
        this.#handedOver(handover, () =>
          rows.includes(handover.resource)
            ? [node, this.#resourceOf(handover.role), 'runs-as']
            : [this.#resourceOf(handover.resource), node, 'runs-as'],
        );
    }
    for (const { object, role, operation, at } of graph.known(rows, 'subject'))
      this.#add(node, this.#resourceOf(object), answeredKind(role), undefined, { operation, at });
    for (const { subject, role, operation, at } of graph.known(rows, 'object'))
      this.#add(this.#resourceOf(subject), node, answeredKind(role), undefined, { operation, at });
  }

  /** Of one principal by all its keys, or of one key. */
  #ofPrincipals(users: readonly StoredPrincipal[]): void {
    if (users.length === 0) return;
    const graph = this.#graph;
    const node = this.#node;
    const rows = users.map(({ row }) => row);
    const list = rows.join(', ');
    const byRow = new Map(users.map((user) => [user.row, user]));
    for (const tally of graph.tallies(`event where event.principal in (${list})`, [
      'event.principal',
      'event.address',
    ])) {
      const user = byRow.get(tally.a);
      const address = graph.text(tally.b);
      if (address !== '') this.#add(node, { type: 'address', address }, 'from', tally);
      if (!user) continue;
      if (node.type === 'key') this.#add(this.#principalOf(tally.a), node, 'with', tally);
      else if (user.accessKeyId) this.#add(node, { type: 'key', accessKeyId: user.accessKeyId }, 'with', tally);
    }
    const named = `event join event_resource on event_resource.event = event.id where event.principal in (${list})`;
    for (const tally of graph.tallies(named, ['event_resource.resource', 'event_resource.relation']))
      this.#add(node, this.#resourceOf(tally.a), kindOf[relations[tally.b] ?? 'uses'], tally);
    for (const handover of graph.handedOverBy(rows)) {
      const { key } = handover;
      if (handover.kind === 0 && key !== null)
        this.#handedOver(handover, () => [node, { type: 'key', accessKeyId: key }, 'issued']);
      else if (handover.kind === 1)
        this.#handedOver(handover, () => [node, this.#resourceOf(handover.resource), 'opened']);
    }
  }

  #handedOver(
    { event }: StoredHandover,
    join: (who: GraphNode | undefined) => readonly [GraphNode | undefined, GraphNode | undefined, EdgeKind],
  ): void {
    const by = this.#graph.event(event);
    if (!by) return;
    const [from, to, kind] = join(this.#principalOf(by.principal));
    const stamp = this.#graph.stampOf(event);
    this.#add(from, to, kind, { events: 1, errors: 0, changes: 1, first: stamp, last: stamp });
  }

  #principalOf(row: number): GraphNode | undefined {
    const principal = row === 0 ? undefined : this.#graph.principal(row);
    return principal && { type: 'principal', key: identityKey(principal), name: principal.name };
  }

  #resourceOf(row: number): GraphNode | undefined {
    const ref = this.#graph.resource(row);
    return ref && { type: 'resource', ref };
  }

  #add(
    from: GraphNode | undefined,
    to: GraphNode | undefined,
    kind: EdgeKind,
    more: Counts | undefined,
    answered?: Draft['answered'],
  ): void {
    if (!from || !to) return;
    const id = `${keyOf(from)}\0${kind}\0${keyOf(to)}`;
    let draft = this.#edges.get(id);
    if (!draft) {
      draft = { from, to, kind, counts: undefined };
      this.#edges.set(id, draft);
    }
    if (answered && (!draft.answered || answered.at > draft.answered.at)) draft.answered = answered;
    if (!more) return;
    const { counts } = draft;
    draft.counts = counts
      ? {
          events: counts.events + more.events,
          errors: counts.errors + more.errors,
          changes: counts.changes + more.changes,
          first: counts.first < more.first ? counts.first : more.first,
          last: counts.last > more.last ? counts.last : more.last,
        }
      : more;
  }

  #edge({ from, to, kind, counts, answered }: Draft, newFrom: number): GraphEdge {
    const plain = (stamp: string | undefined) => {
      const event = stamp === undefined ? undefined : this.#graph.stamped(stamp);
      return event && { rowId: event.rowId, id: event.id, at: event.at, action: event.action, region: event.region };
    };
    const first = plain(counts?.first);
    return {
      from,
      to,
      kind,
      events: counts?.events ?? 0,
      changes: counts?.changes ?? 0,
      errors: counts?.errors ?? 0,
      first,
      last: plain(counts?.last),
      ...(answered ? { answered } : {}),
      isNew: first !== undefined && first.at > newFrom,
    };
  }
}

/** AWS's answers call a role `role`; everything else keeps the name that they give it. */
const answeredKind = (role: string): EdgeKind => (role === 'role' ? 'runs-as' : role);

/** With and without ARN, and in any case, a resource is one. */
const keyOf = (node: GraphNode): string =>
  node.type === 'resource'
    ? `r ${node.ref.kind} ${node.ref.name.toLowerCase()}`
    : node.type === 'principal'
      ? `p ${node.key}`
      : node.type === 'key'
        ? `k ${node.accessKeyId}`
        : `a ${node.address}`;

/** Ways in and handed-over keys, then changes and failures; equal ones stay in their order. */
function byWeight(a: Draft, b: Draft): number {
  const [left, right] = [keyOf(a.from) + a.kind + keyOf(a.to), keyOf(b.from) + b.kind + keyOf(b.to)];
  return weightOf(b) - weightOf(a) || (left < right ? -1 : left > right ? 1 : 0);
}

const weightOf = ({ kind, counts, answered }: Draft): number =>
  (kind === 'opened' || kind === 'issued' || kind === 'runs-as' ? 100 : 0) +
  (answered ? 40 : 0) +
  8 * Math.log2(1 + (counts?.changes ?? 0)) +
  4 * Math.log2(1 + (counts?.errors ?? 0)) +
  Math.log2(1 + (counts?.events ?? 0));
