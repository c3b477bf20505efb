import { isCompute } from '../model/principal.ts';
import {
  type ChainDrafts,
  clock,
  type Draft,
  type Holder,
  longestDoorMs,
  mostOthers,
  order,
  plain,
  seenId,
  signInAfterMs,
  signInBeforeMs,
} from './chain-drafts.ts';
import type { Deeds, MadeEvent, StoredHandover, StoredPrincipal } from './graph-reader.ts';

/** Bounds what one answer can cost and hold: the most telling stay, the rest is counted. */
const mostOfSort = 12;
const mostLinks = 60;
/** Links whose own children are looked for; of the others it is only counted what they handed over. */
const mostExpanded = 12;
const mostLevels = 32;

/**
 * What came of some credentials, level by level; the bound holds over all levels.
 *
 * @param before Links that stand in the chain already.
 * @returns The links, parents first, and how many more each has that are not shown.
 */
export function chainDown(
  drafts: ChainDrafts,
  at: Draft,
  before: number,
): { readonly below: readonly Draft[]; readonly more: ReadonlyMap<Draft, number> } {
  const down = new ChainDown(drafts);
  down.downwards(at, before);
  return { below: down.made, more: down.more };
}

class ChainDown {
  readonly #drafts: ChainDrafts;
  readonly made: Draft[] = [];
  readonly more = new Map<Draft, number>();

  constructor(drafts: ChainDrafts) {
    this.#drafts = drafts;
  }

  downwards(at: Draft, before: number): void {
    let level: readonly Draft[] = [at];
    let room = mostLinks - before;
    let expanded = 0;
    for (let depth = 0; depth < mostLevels && level.length > 0; depth += 1) {
      const next: Draft[] = [];
      for (const draft of level) {
        expanded += 1;
        if (expanded > mostExpanded) {
          const count = draft.holder ? this.#drafts.graph.countHandedOver(draft.holder.rows) : 0;
          if (count > 0) this.#leaveOut(draft, count);
          continue;
        }
        const children = draft.holder ? this.#handedOver(draft, draft.holder) : this.#behind(draft);
        const shown = children.slice(0, Math.max(0, room));
        room -= shown.length;
        if (children.length > shown.length) this.#leaveOut(draft, children.length - shown.length);
        for (const child of shown) this.#drafts.seen.add(seenId(child));
        this.made.push(...shown);
        next.push(...shown);
      }
      level = next;
    }
  }

  /** Keys, ways in, console sessions and what was made to run, that came from some credentials; of each the most telling. */
  #handedOver(parent: Draft, { rows, principal }: Holder): readonly Draft[] {
    const graph = this.#drafts.graph;
    const issued = new Map<string, StoredHandover>();
    const byResource = new Map<string, [StoredHandover, ...StoredHandover[]]>();
    const console: Draft[] = [];
    for (const handover of rows.length === 0 ? [] : graph.handedOverBy(rows)) {
      if (handover.kind === 0 && handover.key !== null) {
        if (!issued.has(handover.key) && !this.#drafts.seen.has(`key ${handover.key}`))
          issued.set(handover.key, handover);
      } else if (handover.kind === 2) console.push(...this.#consoleKeys(parent, principal, handover));
      else {
        const id = `${handover.kind} ${handover.resource}`;
        const before = byResource.get(id);
        if (before) before.push(handover);
        else byResource.set(id, [handover]);
      }
    }
    const ofKind = (kind: number) =>
      this.#some(
        parent,
        [...byResource.values()].filter(([first]) => first.kind === kind),
      );
    const open = (handovers: readonly [StoredHandover, ...StoredHandover[]]) => this.#door(parent, handovers);
    const deeds = issued.size === 0 ? undefined : graph.deedsOfKeys([...issued.keys()]);
    const weight = ({ key }: StoredHandover) => weightOf(deeds?.get(key ?? ''));
    const keys = [...issued.values()].sort(
      (a, b) => weight(b) - weight(a) || a.at - b.at || order(a.key ?? '', b.key ?? ''),
    );
    return [
      ...ofKind(1).flatMap(open),
      ...this.#some(parent, console),
      ...this.#some(parent, keys).flatMap((handover) => this.#issued(parent, handover) ?? []),
      ...ofKind(3).flatMap(open),
    ];
  }

  /** As many as are shown of one sort; the others are counted. */
  #some<Item>(parent: Draft, items: readonly Item[]): readonly Item[] {
    if (items.length > mostOfSort) this.#leaveOut(parent, items.length - mostOfSort);
    return items.slice(0, mostOfSort);
  }

  #leaveOut(parent: Draft, count: number): void {
    this.more.set(parent, (this.more.get(parent) ?? 0) + count);
  }

  #door(parent: Draft, [first, ...later]: readonly [StoredHandover, ...StoredHandover[]]): readonly Draft[] {
    const graph = this.#drafts.graph;
    const by = graph.event(first.event);
    const resource = graph.resource(first.resource);
    if (!by || !resource) return [];
    const isMint = first.kind === 1;
    const until = Math.max(first.until ?? 0, ...later.map((one) => one.until ?? 0));
    const draft: Draft = {
      parent,
      holder: undefined,
      name: resource.name,
      resource,
      handover: isMint ? 'presigned' : 'compute',
      by,
      certainty: 'recorded',
      why: isMint
        ? `${by.action} handed out a way into ${resource.name}`
        : `${by.action} made ${resource.name} run as ${graph.resource(first.role)?.name ?? 'a role'}`,
      otherwise: later
        .slice(-mostOthers)
        .reverse()
        .flatMap(({ event }) => {
          const other = graph.event(event);
          return other ? [plain(other)] : [];
        }),
      until: until === 0 ? undefined : until,
    };
    return this.#drafts.seen.has(seenId(draft)) ? [] : [draft];
  }

  #issued(parent: Draft, { key, event, until, resource }: StoredHandover): Draft | undefined {
    const by = this.#drafts.graph.event(event);
    const [user] = this.#drafts.graph.byKey(key ?? '');
    if (!by || key === null) return undefined;
    const more: Partial<Draft> = {
      parent,
      handover: 'issued',
      by,
      why: `${by.action} answered with key ${key}`,
      until: until ?? undefined,
    };
    if (user) return this.#drafts.draft(this.#drafts.holder(user), more);
    const as = this.#drafts.graph.resource(resource);
    return {
      parent,
      holder: undefined,
      name: as?.name ?? key,
      resource: as,
      handover: 'issued',
      by,
      certainty: 'recorded',
      why: `${by.action} answered with key ${key}; no event that is loaded was made with it`,
      otherwise: [],
      until: until ?? undefined,
      key,
    };
  }

  #consoleKeys(parent: Draft, { type, arn }: StoredPrincipal, { event }: StoredHandover): readonly Draft[] {
    const by = this.#drafts.graph.event(event);
    if (!by || arn === '') return [];
    return this.#drafts.graph.byArn(type, arn).flatMap((one) => {
      const { issuedAt = 0, accessKeyId = '' } = one;
      if (!/^ASIA/.test(accessKeyId) || this.#drafts.seen.has(`key ${accessKeyId}`)) return [];
      if (issuedAt < by.at - signInAfterMs || issuedAt > by.at + signInBeforeMs) return [];
      return [
        this.#drafts.draft(this.#drafts.holder(one), {
          parent,
          handover: 'console',
          by,
          certainty: 'inferred',
          why: `its credentials were issued ${clock(issuedAt)}, with the sign-in to the console`,
        }),
      ];
    });
  }

  /** Role sessions of the code behind a door, that called while it stood open. */
  #behind(parent: Draft): readonly Draft[] {
    const { resource, by, until } = parent;
    const graph = this.#drafts.graph;
    if (!resource || !by || parent.key !== undefined) return [];
    const isMint = parent.handover === 'presigned';
    const own = graph.sameAs(resource);
    let roles = this.#drafts.rolesBehind(own);
    // A user profile without a role of its own has its domain's.
    if (roles.length === 0)
      roles = this.#drafts.rolesBehind(graph.namedBy(by.rowId).flatMap((row) => this.#drafts.sameRows(row)));
    if (roles.length === 0 && isMint) return this.#some(parent, this.#fromSameAddress(parent, by, until));
    const children = roles.flatMap(({ role, proof }) => {
      const byIdentity = new Map<string, StoredPrincipal>();
      // Jobs' sessions go by other names: those that no record issued.
      for (const session of graph.sessionsOf(role, isMint)) {
        const id = isCompute(session) ? session.arn : `${session.accessKeyId}`;
        if (!byIdentity.has(id)) byIdentity.set(id, session);
      }
      return [...byIdentity.values()].flatMap((session) => {
        const holder = this.#drafts.holder(session);
        const deeds = graph.deeds(holder.rows);
        const end = until ?? Number.POSITIVE_INFINITY;
        if (this.#drafts.seen.has(holder.id) || deeds.events === 0 || deeds.lastAt < by.at || deeds.firstAt > end)
          return [];
        const draft = this.#drafts.draft(holder, {
          parent,
          handover: 'compute',
          certainty: 'inferred',
          why: `${resource.name} runs as ${role.name}${proof === '' ? '' : ` (${proof})`}; its code called AWS after ${isMint ? 'it was opened' : 'it was made'}`,
        });
        return [{ draft, weight: weightOf(deeds) }];
      });
    });
    return this.#some(
      parent,
      children.sort((a, b) => b.weight - a.weight || order(a.draft.name, b.draft.name)).map(({ draft }) => draft),
    );
  }

  /** Nobody says what runs behind a door: code on SageMaker that called from where it was opened. */
  #fromSameAddress(parent: Draft, by: MadeEvent, until = by.at + longestDoorMs): readonly Draft[] {
    if (!this.#drafts.mayGuess()) return [];
    const graph = this.#drafts.graph;
    const byArn = new Map(graph.computeFrom(by.address, by.at, until).map((session) => [session.arn, session]));
    return [...byArn.values()].flatMap((session) => {
      const holder = this.#drafts.holder(session);
      if (this.#drafts.seen.has(holder.id)) return [];
      return [
        this.#drafts.draft(holder, {
          parent,
          handover: 'compute',
          certainty: 'inferred',
          why: `what ${parent.name} runs as is not known: ask AWS; this code called from the same address, ${graph.text(by.address)}, after it was opened`,
        }),
      ];
    });
  }
}

/** Changes count most, then refusals, then that it was used at all. */
const weightOf = (deeds: Deeds | undefined): number =>
  !deeds || deeds.events === 0
    ? 0
    : 1 + 8 * Math.log2(1 + deeds.changes) + 4 * Math.log2(1 + deeds.errors) + Math.log2(1 + deeds.events);
