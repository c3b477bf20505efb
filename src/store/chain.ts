import type { DatabaseSync } from 'node:sqlite';
import {
  type ChainEvent,
  type ChainLink,
  type ChainSearch,
  type CredentialChain,
  firstActions,
} from '../model/chain.ts';
import { identityKey, isCompute } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { type Deeds, GraphReader, type MadeEvent, type StoredHandover, type StoredPrincipal } from './graph-reader.ts';
import { actorOf } from './heat.ts';

/** Bounds what one answer can cost and hold: the most telling stay, the rest is counted. */
const mostOfSort = 12;
const mostLinks = 60;
/** Links whose own children are looked for; of the others it is only counted what they handed over. */
const mostExpanded = 12;
const mostSteps = 32;
/** Doors of which nobody says what they lead to, that addresses are compared for. */
const mostGuesses = 4;
const mostActions = 10;
const mostOthers = 5;
/** A URL's five minutes and a session's twelve hours: what is assumed where a record does not say. */
const longestDoorMs = (300 + 43_200) * 1_000;
/** A console session's keys are issued with the sign-in; its record may be stamped a little later. */
const signInBeforeMs = 60_000;
const signInAfterMs = 5 * 60_000;

/** One set of credentials: a key, or all keys of code on compute, which change while the code stays the same. */
interface Holder {
  readonly id: string;
  readonly principal: StoredPrincipal;
  readonly rows: readonly number[];
  readonly keys: readonly string[];
}

/** A link that is being made. */
interface Draft {
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

/** Whose credentials made an event, where they came from and what they led to. Index look-ups only: its cost grows with what it shows. */
export function chainOf(database: DatabaseSync, rowId: number): CredentialChain {
  return new ChainBuilder(new GraphReader(database)).chain(rowId);
}

const empty: CredentialChain = { links: [], at: -1, searched: [], sameSecond: [], more: [] };

class ChainBuilder {
  readonly #graph: GraphReader;
  readonly #searched: ChainSearch[] = [];
  readonly #drafts: Draft[] = [];
  readonly #more = new Map<Draft | undefined, number>();
  #guesses = 0;
  /** Credentials and doors that stand in the chain already: a key that issued itself ends here. */
  readonly #seen = new Set<string>();

  constructor(graph: GraphReader) {
    this.#graph = graph;
  }

  chain(rowId: number): CredentialChain {
    const event = this.#graph.event(rowId);
    const own = event && this.#holderOf(event.principal);
    if (!event || !own) return empty;
    this.#seen.add(own.id);
    const at = this.#draft(own);
    const path = this.#upwards(at, event);
    this.#drafts.push(...path);
    this.#downwards(at, path.length);
    const order = inOrder(this.#drafts);
    const place = new Map(order.map((draft, index) => [draft, index]));
    const links = order.map((draft) => ({
      ...this.#link(draft),
      parent: draft.parent && place.get(draft.parent),
    }));
    return {
      links,
      at: place.get(at) ?? -1,
      searched: this.#searched,
      sameSecond: sameSecond(links),
      more: [...this.#more].map(([parent, count]) => ({ parent: parent && place.get(parent), links: count })),
    };
  }

  #draft(holder: Holder, more: Partial<Draft> = {}): Draft {
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
  #holderOf(row: number): Holder | undefined {
    const principal = row === 0 ? undefined : this.#graph.principal(row);
    return principal && principal.type !== 'AWSService' ? this.#holder(principal) : undefined;
  }

  #holder(principal: StoredPrincipal): Holder {
    const { type, arn, name, accessKeyId = '' } = principal;
    const graph = this.#graph;
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

  /** @returns From the first known credentials to those of the event. */
  #upwards(at: Draft, event: MadeEvent): readonly Draft[] {
    const path = [at];
    let seenFrom = event;
    for (let step = 0; step < mostSteps; step += 1) {
      const draft = path[0]!;
      const { holder } = draft;
      if (!holder) break;
      const before = this.#parentsOf(draft, holder, seenFrom);
      if (before.length === 0) break;
      path.unshift(...before);
      // Whoever stands before it had his credentials when he opened the door or asked for the key.
      seenFrom = before.find(({ by }) => by)?.by ?? draft.by ?? seenFrom;
      if (path.length > mostSteps) break;
    }
    for (const [index, draft] of path.entries()) draft.parent = path[index - 1];
    return path;
  }

  /** Sets how `draft` came to be. @returns What stands before it, oldest first. */
  #parentsOf(draft: Draft, holder: Holder, seenFrom: MadeEvent): readonly Draft[] {
    const { principal } = holder;
    const own = this.#graph.principal(seenFrom.principal)?.accessKeyId ?? '';
    const keys = [...new Set([...holder.keys.filter((key) => key === own), ...holder.keys])].slice(0, 20);
    let service: MadeEvent | undefined;
    for (const key of keys) {
      for (const { event, until } of this.#graph.issuersOf(key)) {
        const by = this.#graph.event(event);
        const parent = by && this.#holderOf(by.principal);
        if (by && !parent) service ??= by;
        if (!by || !parent || this.#seen.has(parent.id)) continue;
        this.#seen.add(parent.id);
        Object.assign(draft, {
          handover: 'issued',
          by,
          certainty: 'recorded',
          why: `${by.action} answered with key ${key}`,
        });
        if (until !== null) draft.until = until;
        return [this.#draft(parent)];
      }
    }
    if (principal.type === 'AssumedRole') {
      const door = this.#doorInto(draft, holder, seenFrom, service);
      if (door) return door;
    }
    const signIn = this.#signIn(draft, principal);
    if (signIn.length > 0) return signIn;
    this.#tellSearch(principal, keys[0] ?? '');
    return [];
  }

  /**
   * Code on compute gets its role's credentials from the service. Which resource it runs on no record says: one that acts as this role, opened or
   * made before, and whose session may still have lasted.
   *
   * @returns `undefined` when it is no code on compute; nothing when no resource is known, which is told.
   */
  #doorInto(
    draft: Draft,
    holder: Holder,
    seenFrom: MadeEvent,
    service: MadeEvent | undefined,
  ): readonly Draft[] | undefined {
    const graph = this.#graph;
    const role = actorOf(holder.principal);
    if (!role || (!isCompute(holder.principal) && !service)) return undefined;
    const roles = graph.sameAs(role);
    const acting = graph.actingAs(roles);
    const answers = graph.known(roles, 'object');
    const runs = new Set([...acting.map(({ resource }) => resource), ...answers.map(({ subject }) => subject)]);
    const proofOf = (resource: number): string => {
      const handover = acting.find((one) => one.resource === resource);
      const proof = handover && graph.event(handover.event);
      if (proof) return `${proof.action} ${clock(proof.at)}`;
      return answers.find(({ subject }) => subject === resource)?.operation ?? '';
    };
    // The same resource by another spelling of its name or ARN.
    const same = new Map([...runs].flatMap((row) => this.#sameRows(row).map((each) => [each, row] as const)));
    const doors = graph.doorsOpenAt(seenFrom.at, longestDoorMs).flatMap((handover) => {
      const runsAs =
        same.get(handover.resource) ??
        graph
          .namedBy(handover.event)
          .map((row) => same.get(row))
          .find(Boolean);
      const by = graph.event(handover.event);
      // What runs as another role by all that is known is out; what is not known of counts when it was opened from where the code calls from.
      const fits =
        runsAs !== undefined || (by !== undefined && isFrom(by, seenFrom) && this.#isUnknown(handover.resource));
      return by && fits ? [{ by, handover, runsAs }] : [];
    });
    // The attacker's own address before a later visit of somebody else.
    doors.sort(
      (a, b) =>
        Number(b.runsAs !== undefined) - Number(a.runsAs !== undefined) ||
        Number(isFrom(b.by, seenFrom)) - Number(isFrom(a.by, seenFrom)) ||
        b.by.at - a.by.at ||
        order(a.by.id, b.by.id),
    );
    const [chosen, ...others] = doors;
    if (chosen) {
      const resource = graph.resource(chosen.handover.resource);
      const proof = chosen.runsAs === undefined ? '' : proofOf(chosen.runsAs);
      const runner = graph.resource(chosen.runsAs ?? chosen.handover.resource);
      Object.assign(draft, {
        handover: 'compute',
        by: service,
        certainty: 'inferred',
        why: [
          chosen.runsAs === undefined
            ? `what ${runner?.name ?? ''} runs as is not known: ask AWS`
            : `${runner?.name ?? ''} runs as ${role.name}${proof === '' ? '' : ` (${proof})`}`,
          `it was opened ${ago(seenFrom.at - chosen.by.at)} before`,
          ...(isFrom(chosen.by, seenFrom) ? [`from the same address, ${graph.text(seenFrom.address)}`] : []),
        ].join('; '),
        otherwise: others.slice(0, mostOthers).map(({ by }) => plain(by)),
      });
      const opener = this.#holderOf(chosen.by.principal);
      const door: Draft = {
        parent: undefined,
        holder: undefined,
        name: resource?.name ?? '',
        resource,
        handover: 'presigned',
        by: chosen.by,
        certainty: 'recorded',
        why: `${chosen.by.action} handed out a way into ${resource?.name ?? ''}`,
        otherwise: [],
        until: chosen.handover.until ?? undefined,
      };
      return this.#before(door, opener);
    }
    // Nobody opened anything: jobs run by themselves, as soon as they are made.
    const made = acting
      .filter(({ at }) => at <= seenFrom.at)
      .slice(0, 1 + mostOthers)
      .flatMap((handover) => {
        const by = graph.event(handover.event);
        return by ? [{ by, handover }] : [];
      });
    const maker = made[0];
    const runner = maker ? graph.resource(maker.handover.resource) : graph.resource(answers[0]?.subject ?? 0);
    if (!runner) {
      this.#tell(
        `nothing that runs as ${role.name} is known: no record that is loaded made anything with this role, and AWS was not asked`,
        { attribute: 'ResourceName', value: role.name },
        holder.principal,
      );
      return [];
    }
    this.#tell(
      `no record that is loaded opened what runs as ${role.name}`,
      { attribute: 'ResourceName', value: runner.name },
      holder.principal,
    );
    Object.assign(draft, {
      handover: 'compute',
      by: service,
      certainty: 'inferred',
      why: `${runner.name} runs as ${role.name} (${maker ? `${maker.by.action} ${clock(maker.by.at)}` : answers[0]?.operation}); nobody is known to have opened it`,
      otherwise: made.slice(1, 1 + mostOthers).map(({ by }) => plain(by)),
    });
    const door: Draft = {
      parent: undefined,
      holder: undefined,
      name: runner.name,
      resource: runner,
      handover: 'compute',
      by: maker?.by,
      certainty: maker ? 'recorded' : 'inferred',
      why: maker
        ? `${maker.by.action} made ${runner.name} run as ${role.name}`
        : `AWS answers that ${runner.name} runs as ${role.name}`,
      otherwise: [],
      until: undefined,
    };
    return this.#before(door, maker ? this.#holderOf(maker.by.principal) : undefined);
  }

  /** A door with whoever opened it, unless that one stands in the chain already. */
  #before(door: Draft, opener: Holder | undefined): readonly Draft[] {
    if (!opener || this.#seen.has(opener.id)) return [door];
    this.#seen.add(opener.id);
    return [this.#draft(opener), door];
  }

  #sameRows(row: number): readonly number[] {
    const ref = this.#graph.resource(row);
    return ref ? this.#graph.sameAs(ref) : [];
  }

  /** Keys of a console session are named by no record: they are issued to the same identity with the sign-in. */
  #signIn(draft: Draft, principal: StoredPrincipal): readonly Draft[] {
    const { arn, issuedAt } = principal;
    if (issuedAt === undefined || arn === '') return [];
    const [found, ...others] = this.#graph.consoleOf(arn, issuedAt - signInBeforeMs, issuedAt + signInAfterMs);
    const by = found && this.#graph.event(found.event);
    if (!by) return [];
    Object.assign(draft, {
      handover: 'console',
      by,
      certainty: 'inferred',
      why: `its credentials were issued ${clock(issuedAt)}, with the sign-in to the console`,
      otherwise: others.slice(0, mostOthers).flatMap(({ event }) => {
        const other = this.#graph.event(event);
        return other ? [plain(other)] : [];
      }),
    });
    const parent = this.#holderOf(by.principal);
    if (!parent || this.#seen.has(parent.id)) return [];
    this.#seen.add(parent.id);
    return [this.#draft(parent)];
  }

  #tellSearch(principal: StoredPrincipal, key: string): void {
    const { type } = principal;
    if (key === '') return;
    const lookup = { attribute: 'ResourceName', value: key } as const;
    if (/^AKIA/.test(key)) this.#tell(`the CreateAccessKey that made ${key}`, lookup, principal, true);
    else if (type === 'AssumedRole') this.#tell(`the AssumeRole that issued ${key}`, lookup, principal, true);
    else if (type === 'FederatedUser') this.#tell(`the GetFederationToken that issued ${key}`, lookup, principal, true);
    else if (/^ASIA/.test(key))
      this.#tell(`the GetSessionToken or sign-in that issued ${key}`, lookup, principal, true);
  }

  /** @param isMissing `what` names a record, and it is said where it is missing. */
  #tell(what: string, lookup: ChainSearch['lookup'], { arn }: StoredPrincipal, isMissing = false): void {
    const { regions, from, to } = this.#graph.loaded();
    const partition = arn.split(':')[1] ?? 'aws';
    const global = partition === 'aws-cn' ? 'cn-north-1' : partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1';
    const where = `the events of ${regions.length === 0 ? 'no Region' : regions.slice(0, 4).join(', ')}${regions.length > 4 ? ` and ${regions.length - 4} more` : ''} from ${minute(from)} to ${minute(to)}`;
    this.#searched.push({
      what: `${isMissing ? `${what} is not among ${where}` : `${what}; looked at ${where}`}${this.#graph.hasUnread() ? '; of those that an older Firebreak stored it is not known what they hand over: load them into a new incident' : ''}`,
      ...(lookup ? { lookup } : {}),
      regions: [...new Set([global, ...regions])],
    });
  }

  /** What came of some credentials, level by level; the bound holds over all levels. */
  #downwards(at: Draft, before: number): void {
    let level: readonly Draft[] = [at];
    let room = mostLinks - before;
    let expanded = 0;
    for (let depth = 0; depth < mostSteps && level.length > 0; depth += 1) {
      const next: Draft[] = [];
      for (const draft of level) {
        expanded += 1;
        if (expanded > mostExpanded) {
          const count = draft.holder ? this.#graph.countHandedOver(draft.holder.rows) : 0;
          if (count > 0) this.#leaveOut(draft, count);
          continue;
        }
        const children = draft.holder ? this.#handedOver(draft, draft.holder) : this.#behind(draft);
        const shown = children.slice(0, Math.max(0, room));
        room -= shown.length;
        if (children.length > shown.length) this.#leaveOut(draft, children.length - shown.length);
        for (const child of shown) this.#seen.add(seenId(child));
        this.#drafts.push(...shown);
        next.push(...shown);
      }
      level = next;
    }
  }

  /** Keys, ways in, console sessions and what was made to run, that came from some credentials; of each the most telling. */
  #handedOver(parent: Draft, { rows, principal }: Holder): readonly Draft[] {
    const graph = this.#graph;
    const issued = new Map<string, StoredHandover>();
    const byResource = new Map<string, [StoredHandover, ...StoredHandover[]]>();
    const console: Draft[] = [];
    for (const handover of rows.length === 0 ? [] : graph.handedOverBy(rows)) {
      if (handover.kind === 0 && handover.key !== null) {
        if (!issued.has(handover.key) && !this.#seen.has(`key ${handover.key}`)) issued.set(handover.key, handover);
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
    this.#more.set(parent, (this.#more.get(parent) ?? 0) + count);
  }

  #door(parent: Draft, [first, ...later]: readonly [StoredHandover, ...StoredHandover[]]): readonly Draft[] {
    const graph = this.#graph;
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
    return this.#seen.has(seenId(draft)) ? [] : [draft];
  }

  #issued(parent: Draft, { key, event, until, resource }: StoredHandover): Draft | undefined {
    const by = this.#graph.event(event);
    const [user] = this.#graph.byKey(key ?? '');
    if (!by || key === null) return undefined;
    const more: Partial<Draft> = {
      parent,
      handover: 'issued',
      by,
      why: `${by.action} answered with key ${key}`,
      until: until ?? undefined,
    };
    if (user) return this.#draft(this.#holder(user), more);
    const as = this.#graph.resource(resource);
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
    const by = this.#graph.event(event);
    if (!by || arn === '') return [];
    return this.#graph.byArn(type, arn).flatMap((one) => {
      const { issuedAt = 0, accessKeyId = '' } = one;
      if (!/^ASIA/.test(accessKeyId) || this.#seen.has(`key ${accessKeyId}`)) return [];
      if (issuedAt < by.at - signInAfterMs || issuedAt > by.at + signInBeforeMs) return [];
      return [
        this.#draft(this.#holder(one), {
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
    const graph = this.#graph;
    if (!resource || !by || parent.key !== undefined) return [];
    const isMint = parent.handover === 'presigned';
    const own = graph.sameAs(resource);
    let roles = this.#rolesBehind(own);
    // A user profile without a role of its own has its domain's.
    if (roles.length === 0) roles = this.#rolesBehind(graph.namedBy(by.rowId).flatMap((row) => this.#sameRows(row)));
    if (roles.length === 0 && isMint) return this.#some(parent, this.#fromSameAddress(parent, by, until));
    const children = roles.flatMap(({ role, proof }) => {
      const byIdentity = new Map<string, StoredPrincipal>();
      // Jobs' sessions go by other names: those that no record issued.
      for (const session of graph.sessionsOf(role, isMint)) {
        const id = isCompute(session) ? session.arn : `${session.accessKeyId}`;
        if (!byIdentity.has(id)) byIdentity.set(id, session);
      }
      return [...byIdentity.values()].flatMap((session) => {
        const holder = this.#holder(session);
        const deeds = graph.deeds(holder.rows);
        const end = until ?? Number.POSITIVE_INFINITY;
        if (this.#seen.has(holder.id) || deeds.events === 0 || deeds.lastAt < by.at || deeds.firstAt > end) return [];
        const draft = this.#draft(holder, {
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

  #isUnknown(resource: number): boolean {
    if (this.#guesses >= mostGuesses) return false;
    this.#guesses += 1;
    return this.#rolesBehind(this.#sameRows(resource)).length === 0;
  }

  /** Nobody says what runs behind a door: code on SageMaker that called from where it was opened. */
  #fromSameAddress(parent: Draft, by: MadeEvent, until = by.at + longestDoorMs): readonly Draft[] {
    if (this.#guesses >= mostGuesses) return [];
    this.#guesses += 1;
    const graph = this.#graph;
    const byArn = new Map(graph.computeFrom(by.address, by.at, until).map((session) => [session.arn, session]));
    return [...byArn.values()].flatMap((session) => {
      const holder = this.#holder(session);
      if (this.#seen.has(holder.id)) return [];
      return [
        this.#draft(holder, {
          parent,
          handover: 'compute',
          certainty: 'inferred',
          why: `what ${parent.name} runs as is not known: ask AWS; this code called from the same address, ${graph.text(by.address)}, after it was opened`,
        }),
      ];
    });
  }

  #rolesBehind(resources: readonly number[]): readonly { readonly role: ResourceRef; readonly proof: string }[] {
    if (resources.length === 0) return [];
    const graph = this.#graph;
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

  #link(draft: Draft): ChainLink {
    const { holder, name, handover, certainty, why, otherwise, until, resource } = draft;
    const common = { handover, name, resource, by: draft.by && plain(draft.by), certainty, why, otherwise, until };
    if (!holder)
      return {
        ...common,
        accessKeyId: draft.key ?? '',
        keys: draft.key ? 1 : 0,
        events: 0,
        errors: 0,
        first: undefined,
        last: undefined,
        actions: [],
      };
    const graph = this.#graph;
    const deeds = graph.deeds(holder.rows);
    const of = (at: number) => {
      const events = holder.rows.flatMap((row) => graph.eventAt(row, at) ?? []).sort((a, b) => order(a.id, b.id));
      return events[0] && plain(events[0]);
    };
    return {
      ...common,
      accessKeyId: holder.principal.accessKeyId ?? '',
      keys: holder.keys.length,
      events: deeds.events,
      errors: deeds.errors,
      first: deeds.events === 0 ? undefined : of(deeds.firstAt),
      last: deeds.events === 0 ? undefined : of(deeds.lastAt),
      actions: this.#actions(holder),
    };
  }

  /**
   * Changes, then reads of data, then the rest; within each the rarer first: what is done once tells more than what is done all day. However
   * many changes there are, one read of data stands among the first: that data left is what the incident will be about.
   */
  #actions({ rows }: Holder): ChainLink['actions'] {
    const graph = this.#graph;
    const byAction = new Map<number, { events: number; changes: number; firstAt: number; principal: number }>();
    for (const { action, events, changes, firstAt, principal } of graph.deedsByAction(rows)) {
      const before = byAction.get(action);
      if (!before) byAction.set(action, { events, changes, firstAt, principal });
      else {
        before.events += events;
        before.changes += changes;
        if (firstAt < before.firstAt) Object.assign(before, { firstAt, principal });
      }
    }
    const ranked = [...byAction]
      .map(([id, deed]) => ({
        id,
        action: graph.text(id),
        ...deed,
        rank: deed.changes > 0 ? 0 : readsData(graph.text(id)) ? 1 : 2,
      }))
      .sort((a, b) => a.rank - b.rank || a.events - b.events || order(a.action, b.action));
    const reads = ranked.filter(({ rank }) => rank === 1);
    const read = reads.find(({ action }) => contents.test(action)) ?? reads[0];
    if (read && ranked.indexOf(read) >= firstActions) {
      ranked.splice(ranked.indexOf(read), 1);
      ranked.splice(firstActions - 1, 0, read);
    }
    return ranked.slice(0, mostActions).flatMap(({ id, action, events, changes, firstAt, principal }) => {
      const first = graph.eventAt(principal, firstAt, id);
      return first ? [{ action, events, isChange: changes > 0, first: plain(first) }] : [];
    });
  }
}

/** Reads that carry data out, not descriptions. */
const dataReads =
  /^(?:s3:GetObject|s3:SelectObjectContent|secretsmanager:(?:Batch)?GetSecretValue|ssm:GetParameters?(?:ByPath)?|kms:Decrypt|dynamodb:(?:Scan|Query|(?:Batch)?GetItem)|sagemaker:(?:(?:Batch)?GetRecord|Invoke\w*)|ecr:BatchGetImage|ecr:GetDownloadUrlForLayer|logs:(?:GetLogEvents|FilterLogEvents|GetQueryResults)|athena:GetQueryResults|lambda:Invoke)/;
/** Services whose reads of data give the content itself, not a key to it or a line about it. */
const contents = /^(?:s3|secretsmanager|ssm|dynamodb):/;
const readsData = (action: string): boolean => dataReads.test(action);

/** Changes count most, then refusals, then that it was used at all. */
const weightOf = (deeds: Deeds | undefined): number =>
  !deeds || deeds.events === 0
    ? 0
    : 1 + 8 * Math.log2(1 + deeds.changes) + 4 * Math.log2(1 + deeds.errors) + Math.log2(1 + deeds.events);

const plain = ({ rowId, id, at, action, region }: ChainEvent): ChainEvent => ({ rowId, id, at, action, region });
const isFrom = (a: MadeEvent, b: MadeEvent): boolean => a.address !== 0 && a.address === b.address;
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const seenId = ({ holder, key, resource, handover }: Draft): string =>
  holder
    ? holder.id
    : key !== undefined
      ? `key ${key}`
      : `door ${handover} ${resource?.kind} ${resource?.arn || resource?.name}`;

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

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);
const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return `${Math.round(ms / 1_000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
