import type { ChainSearch } from '../model/chain.ts';
import { isCompute } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import {
  ago,
  type ChainDrafts,
  clock,
  type Draft,
  type Holder,
  isFrom,
  longestDoorMs,
  minute,
  mostOthers,
  order,
  plain,
  signInAfterMs,
  signInBeforeMs,
} from './chain-drafts.ts';
import type { GraphReader, MadeEvent, StoredHandover, StoredPrincipal } from './graph-reader.ts';
import { actorOf } from './heat.ts';

const mostSteps = 32;

/**
 * Where credentials came from, step by step.
 *
 * @returns From the first known credentials to those of the event, and what was looked for in vain.
 */
export function chainUp(
  drafts: ChainDrafts,
  at: Draft,
  event: MadeEvent,
): { readonly path: readonly Draft[]; readonly searched: readonly ChainSearch[] } {
  const up = new ChainUp(drafts);
  return { path: up.upwards(at, event), searched: up.searched };
}

/** A way into what may run code. */
interface OpenedDoor {
  readonly by: MadeEvent;
  readonly handover: StoredHandover;
  /** The resource that is known to act as the role; `undefined` where nobody says what it runs as. */
  readonly runsAs: number | undefined;
}

/** What acts as a role. */
interface Running {
  readonly acting: ReturnType<GraphReader['actingAs']>;
  readonly answers: ReturnType<GraphReader['known']>;
  /** What says that a resource does. */
  proofOf(resource: number): string;
}

/** Code on compute whose credentials are looked for. */
interface Code {
  readonly draft: Draft;
  readonly principal: StoredPrincipal;
  readonly role: ResourceRef;
  readonly seenFrom: MadeEvent;
  /** The service's own call that took them. */
  readonly service: MadeEvent | undefined;
}

class ChainUp {
  readonly #drafts: ChainDrafts;
  readonly searched: ChainSearch[] = [];

  constructor(drafts: ChainDrafts) {
    this.#drafts = drafts;
  }

  upwards(at: Draft, event: MadeEvent): readonly Draft[] {
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
    const own = this.#drafts.graph.principal(seenFrom.principal)?.accessKeyId ?? '';
    const keys = [...new Set([...holder.keys.filter((key) => key === own), ...holder.keys])].slice(0, 20);
    let service: MadeEvent | undefined;
    for (const key of keys) {
      for (const { event, until } of this.#drafts.graph.issuersOf(key)) {
        const by = this.#drafts.graph.event(event);
        const parent = by && this.#drafts.holderOf(by.principal);
        if (by && !parent) service ??= by;
        if (!by || !parent || this.#drafts.seen.has(parent.id)) continue;
        this.#drafts.seen.add(parent.id);
        Object.assign(draft, {
          handover: 'issued',
          by,
          certainty: 'recorded',
          why: `${by.action} answered with key ${key}`,
        });
        if (until !== null) draft.until = until;
        return [this.#drafts.draft(parent)];
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
    { principal }: Holder,
    seenFrom: MadeEvent,
    service: MadeEvent | undefined,
  ): readonly Draft[] | undefined {
    const role = actorOf(principal);
    if (!role || (!isCompute(principal) && !service)) return undefined;
    const code = { draft, principal, role, seenFrom, service };
    const running = this.#runningAs(role);
    const doors = this.#doorsInto(running, seenFrom);
    return doors[0] ? this.#opened(code, running, [doors[0], ...doors.slice(1)]) : this.#made(code, running);
  }

  /** What acts as a role, by records and by what AWS answered. */
  #runningAs(role: ResourceRef): Running {
    const { graph } = this.#drafts;
    const roles = graph.sameAs(role);
    const acting = graph.actingAs(roles);
    const answers = graph.known(roles, 'object');
    return {
      acting,
      answers,
      proofOf(resource) {
        const handover = acting.find((one) => one.resource === resource);
        const proof = handover && graph.event(handover.event);
        if (proof) return `${proof.action} ${clock(proof.at)}`;
        return answers.find(({ subject }) => subject === resource)?.operation ?? '';
      },
    };
  }

  /** Ways in that stood open, the likeliest first. */
  #doorsInto({ acting, answers }: Running, seenFrom: MadeEvent): readonly OpenedDoor[] {
    const { graph } = this.#drafts;
    const runs = new Set([...acting.map(({ resource }) => resource), ...answers.map(({ subject }) => subject)]);
    // The same resource by another spelling of its name or ARN.
    const same = new Map([...runs].flatMap((row) => this.#drafts.sameRows(row).map((each) => [each, row] as const)));
    const doors = graph.doorsOpenAt(seenFrom.at, longestDoorMs).flatMap((handover): readonly OpenedDoor[] => {
      const runsAs =
        same.get(handover.resource) ??
        graph
          .namedBy(handover.event)
          .map((row) => same.get(row))
          .find(Boolean);
      const by = graph.event(handover.event);
      // What runs as another role by all that is known is out; what is not known of counts when it was opened from where the code calls from.
      const fits =
        runsAs !== undefined || (by !== undefined && isFrom(by, seenFrom) && this.#drafts.isUnknown(handover.resource));
      return by && fits ? [{ by, handover, runsAs }] : [];
    });
    // The attacker's own address before a later visit of somebody else.
    return doors.sort(
      (a, b) =>
        Number(b.runsAs !== undefined) - Number(a.runsAs !== undefined) ||
        Number(isFrom(b.by, seenFrom)) - Number(isFrom(a.by, seenFrom)) ||
        b.by.at - a.by.at ||
        order(a.by.id, b.by.id),
    );
  }

  /** Somebody opened what the code runs on. */
  #opened(
    { draft, role, seenFrom, service }: Code,
    { proofOf }: Running,
    [chosen, ...others]: readonly [OpenedDoor, ...OpenedDoor[]],
  ): readonly Draft[] {
    const { graph } = this.#drafts;
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
    return this.#before(door, this.#drafts.holderOf(chosen.by.principal));
  }

  /** Nobody opened anything: jobs run by themselves, as soon as they are made. */
  #made({ draft, principal, role, seenFrom, service }: Code, { acting, answers }: Running): readonly Draft[] {
    const { graph } = this.#drafts;
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
        principal,
      );
      return [];
    }
    this.#tell(
      `no record that is loaded opened what runs as ${role.name}`,
      { attribute: 'ResourceName', value: runner.name },
      principal,
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
    return this.#before(door, maker ? this.#drafts.holderOf(maker.by.principal) : undefined);
  }

  /** A door with whoever opened it, unless that one stands in the chain already. */
  #before(door: Draft, opener: Holder | undefined): readonly Draft[] {
    if (!opener || this.#drafts.seen.has(opener.id)) return [door];
    this.#drafts.seen.add(opener.id);
    return [this.#drafts.draft(opener), door];
  }

  /** Keys of a console session are named by no record: they are issued to the same identity with the sign-in. */
  #signIn(draft: Draft, principal: StoredPrincipal): readonly Draft[] {
    const { arn, issuedAt } = principal;
    if (issuedAt === undefined || arn === '') return [];
    const [found, ...others] = this.#drafts.graph.consoleOf(arn, issuedAt - signInBeforeMs, issuedAt + signInAfterMs);
    const by = found && this.#drafts.graph.event(found.event);
    if (!by) return [];
    Object.assign(draft, {
      handover: 'console',
      by,
      certainty: 'inferred',
      why: `its credentials were issued ${clock(issuedAt)}, with the sign-in to the console`,
      otherwise: others.slice(0, mostOthers).flatMap(({ event }) => {
        const other = this.#drafts.graph.event(event);
        return other ? [plain(other)] : [];
      }),
    });
    const parent = this.#drafts.holderOf(by.principal);
    if (!parent || this.#drafts.seen.has(parent.id)) return [];
    this.#drafts.seen.add(parent.id);
    return [this.#drafts.draft(parent)];
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
    const { regions, from, to } = this.#drafts.graph.loaded();
    const partition = arn.split(':')[1] ?? 'aws';
    const global = partition === 'aws-cn' ? 'cn-north-1' : partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1';
    const where = `the events of ${regions.length === 0 ? 'no Region' : regions.slice(0, 4).join(', ')}${regions.length > 4 ? ` and ${regions.length - 4} more` : ''} from ${minute(from)} to ${minute(to)}`;
    this.searched.push({
      what: `${isMissing ? `${what} is not among ${where}` : `${what}; looked at ${where}`}${this.#drafts.graph.hasUnread() ? '; of those that an older Firebreak stored it is not known what they hand over: load them into a new incident' : ''}`,
      ...(lookup ? { lookup } : {}),
      regions: [...new Set([global, ...regions])],
    });
  }
}
