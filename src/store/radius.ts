import type { DatabaseSync } from 'node:sqlite';
import { identityKey, isMachineSession, type Principal, sessionName } from '../model/principal.ts';
import { isObjectCall } from '../policy/calls.ts';
import type { CallerClass, CallerRadius, PassingCalls, RecordedRadius } from '../policy/radius.ts';
import { issuedLater, type RecordedCall } from '../policy/recorded.ts';
import { type Judge, type Judgement, judgeAll, judgeFor, type Restriction } from '../policy/restriction.ts';
import { callersOf } from './callers.ts';
import { chainOf } from './chain.ts';
import { origins, relations } from './dimension.ts';
import { EventReader, type OwnCalls, principalOfCells } from './event-reader.ts';
import { principalColumns } from './schema.ts';

const mostCallers = 40;
const mostPassing = 20;
/** Suspects whose credentials are followed: a chain takes tens of milliseconds. */
const mostChains = 3;
/** Judgements kept in memory. */
const mostKept = 200_000;
const cloudtrail = origins.indexOf('cloudtrail');

/** Whose calls are held against what. */
export interface RadiusQuestion {
  readonly restrictions: readonly Restriction[];
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Epoch ms from which on events are loaded; absent: the oldest event's time. */
  readonly loadedSince?: number;
  /** Access keys that are suspect though nothing is marked: what the incident began with. */
  readonly suspectKeys: readonly string[];
}

/** Who is suspect: credentials, and actors whatever their keys. */
interface Suspects {
  readonly keys: ReadonlySet<string>;
  readonly actors: ReadonlySet<string>;
}

/** Equal calls of one principal, as the index counts them. */
interface Group {
  readonly action: number;
  readonly error: number;
  readonly calls: number;
  readonly lastAt: number;
  readonly lastRow: number;
}

/**
 * Holds recorded calls against what a plan would refuse: those of whom it concerns, of suspects, and of everybody on what it names. Reads the
 * index by principal; single events only where their resources decide.
 */
export function radiusOf(database: DatabaseSync, question: RadiusQuestion, own: OwnCalls | undefined): RecordedRadius {
  return new Count(database, question, own).radius();
}

/** One event, as far as it decides; `kind` and `arn` are those of its first resource. */
interface EventCells {
  readonly id: number;
  readonly principal: number;
  readonly action: number;
  readonly error: number;
  readonly address: number;
  readonly region: number;
  readonly agent: number;
  readonly at: number;
  readonly resource: number;
  readonly kind: string | null;
  readonly arn: string | null;
}

/** A principal whose events must be looked at. */
interface Undecided {
  readonly principal: Principal;
  readonly isSuspect: boolean;
  /** Only what is refused is of interest: whoever assumed another role is no business of this plan. */
  readonly hitsOnly: boolean;
  readonly actions: Set<number>;
}

interface Tally {
  is: CallerClass;
  readonly name: string;
  readonly keys: Set<string>;
  calls: number;
  refused: number;
  renewed: number;
  unsaid: number;
  failed: number;
  lastAt: number;
}

class Count {
  readonly #database: DatabaseSync;
  readonly #question: RadiusQuestion;
  readonly #own: OwnCalls | undefined;
  readonly #judges: readonly Judge[];
  readonly #reader: EventReader;
  readonly #statements: ReturnType<typeof prepareAll>;
  readonly #counted = new Set<number>();
  /** Principals with the actions whose events must be looked at. */
  readonly #undecided = new Map<number, Undecided>();
  readonly #tallies = new Map<string, Tally>();
  readonly #passing = new Map<string, PassingCalls & { readonly row: number }>();
  readonly #why = new Set<string>();

  constructor(database: DatabaseSync, question: RadiusQuestion, own: OwnCalls | undefined) {
    this.#database = database;
    this.#question = question;
    this.#own = own;
    this.#judges = question.restrictions.map(judgeFor);
    this.#reader = new EventReader(database);
    this.#statements = prepareAll(database);
  }

  radius(): RecordedRadius {
    const suspects = this.#suspects();
    const all = this.#principals();
    const others = this.#onNamed();
    let hasSuspects = suspects.keys.size > 0;
    for (const [id, principal] of all) {
      const isSuspect =
        (principal.accessKeyId !== undefined && suspects.keys.has(principal.accessKeyId)) ||
        suspects.actors.has(identityKey(principal));
      hasSuspects ||= isSuspect;
      if (
        !isSuspect &&
        !this.#judges.some((judge) => judge.restriction.type !== 'trust' && judge.concerns(principal))
      ) {
        const group = others.get(id);
        if (group) this.#add(principal, false, group, { refused: false, why: [] }, false);
        continue;
      }
      this.#counted.add(id);
      this.#count(id, principal, isSuspect);
    }
    this.#lookAtAssuming(all);
    this.#countEach();
    const { from, to, loadedSince } = this.#question;
    const oldest = Number(this.#statements.oldest.get()?.at ?? to);
    const loaded = loadedSince ?? oldest;
    const callers = [...this.#tallies.values()].sort(
      (a, b) => rank(a.is) - rank(b.is) || b.refused - a.refused || b.calls - a.calls || (a.name < b.name ? -1 : 1),
    );
    const rest = callers.slice(mostCallers);
    return {
      from,
      to,
      loadedFrom: loaded > from ? Math.min(loaded, to) : undefined,
      callers: callers.slice(0, mostCallers).map((tally): CallerRadius => ({ ...tally, keys: tally.keys.size })),
      more: {
        callers: rest.length,
        calls: rest.reduce((sum, { calls }) => sum + calls, 0),
        refused: rest.reduce((sum, { refused }) => sum + refused, 0),
      },
      passing: [...this.#passing.values()]
        .sort((a, b) => b.calls - a.calls || (a.action < b.action ? -1 : 1))
        .slice(0, mostPassing)
        .map(({ row, ...one }) => ({ ...one, eventId: this.#reader.event(row)?.id ?? '' })),
      hasSuspects,
      unsaidWhy: [...this.#why],
    };
  }

  #suspects(): Suspects {
    const { principals } = callersOf(this.#database).suspects;
    const keys = new Set(this.#question.suspectKeys);
    const actors = new Set<string>();
    for (const one of principals) {
      if (one.accessKeyId) keys.add(one.accessKeyId);
      // Code on compute shares its name with all other code of the role: there only the key tells.
      if (!isMachine(one)) actors.add(identityKey(one));
    }
    for (const { eventId } of principals.toSorted((a, b) => b.at - a.at).slice(0, mostChains)) {
      const row = this.#reader.find(eventId);
      if (row === undefined) continue;
      const { links, at } = chainOf(this.#database, row);
      // Up the chain stands whom they came from, down it what they got: both are the suspect's.
      for (const [index, { accessKeyId, certainty }] of links.entries())
        if (accessKeyId !== '' && (certainty === 'recorded' || index >= at)) keys.add(accessKeyId);
    }
    return { keys, actors };
  }

  #principals(): readonly (readonly [number, Principal])[] {
    return this.#statements.principals.all().map((cells) => [cells.id as number, principalOfCells(cells)] as const);
  }

  /** Calls on what the restrictions name, by principal: of those whom they do not concern, to say that they go on. */
  #onNamed(): ReadonlyMap<number, Group> {
    const found = new Map<number, Group>();
    for (const arn of new Set(this.#judges.flatMap(({ named }) => named)))
      for (const { id } of this.#statements.resourceByArn.all(arn))
        for (const row of this.#statements.onResource.all(id as number, this.#question.from))
          found.set(row.principal as number, { action: 0, error: 0, ...row } as unknown as Group);
    return found;
  }

  /** By the index alone; where that cannot say, events are looked at, all in one pass. */
  #count(id: number, principal: Principal, isSuspect: boolean): void {
    for (const group of this.#statements.groups.all(id, this.#question.from) as unknown as Group[]) {
      const call = { action: this.#reader.valueById(group.action), principal };
      const judgement = judgeAll(this.#judges, call);
      if (judgement.refused === undefined && judgement.why.some((why) => inRecords.has(why)))
        this.#lookAt(id, principal, isSuspect, group.action);
      else this.#add(principal, isSuspect, group, judgement, this.#isRenewed(call, judgement), call.action);
    }
  }

  #lookAt(id: number, principal: Principal, isSuspect: boolean, action: number, hitsOnly = false): void {
    const actions = this.#undecided.get(id)?.actions ?? new Set();
    this.#undecided.set(id, { principal, isSuspect, hitsOnly, actions: actions.add(action) });
  }

  /** Whoever assumed a role whose trust is taken away, whatever else they do. */
  #lookAtAssuming(all: readonly (readonly [number, Principal])[]): void {
    if (!this.#judges.some(({ restriction }) => restriction.type === 'trust')) return;
    const actions = this.#statements.assuming.all().map(({ id }) => id as number);
    for (const [id, principal] of all)
      if (!this.#counted.has(id)) for (const action of actions) this.#lookAt(id, principal, false, action, true);
  }

  /**
   * Where address, Region, agent or what was acted on decide. The rows lie on the disk as they came: read in that order, each page is read
   * once, whoever the calls are of.
   */
  #countEach(): void {
    const actions = new Set([...this.#undecided.values()].flatMap((one) => [...one.actions]));
    if (actions.size === 0) return;
    const { from } = this.#question;
    const known = new Map<string, { readonly judgement: Judgement; readonly isRenewed: boolean }>();
    const first = Number(this.#statements.firstRow.get(from)?.id ?? 0);
    for (const row of this.#database.prepare(eventsOf([...actions])).iterate(first, from)) {
      const cells = row as unknown as EventCells;
      const of = this.#undecided.get(cells.principal);
      if (!of?.actions.has(cells.action)) continue;
      const key = `${cells.principal} ${cells.action} ${cells.resource} ${cells.address} ${cells.region} ${cells.agent}`;
      let found = known.get(key);
      if (!found) {
        const call = this.#callOf(cells, of.principal);
        const judgement = judgeAll(this.#judges, call);
        found = { judgement, isRenewed: this.#isRenewed(call, judgement) };
        if (known.size >= mostKept) known.clear();
        known.set(key, found);
      }
      if (of.hitsOnly && found.judgement.refused === false) continue;
      const group = { action: cells.action, error: cells.error, calls: 1, lastAt: cells.at, lastRow: cells.id };
      this.#add(
        of.principal,
        of.isSuspect,
        group,
        found.judgement,
        found.isRenewed,
        this.#reader.valueById(cells.action),
      );
    }
  }

  /** Calls of one name on one resource are taken to be alike in what else they act on. */
  #callOf({ id, action, address, region, agent, kind, arn }: EventCells, principal: Principal): RecordedCall {
    const name = this.#reader.valueById(action);
    return {
      action: name,
      principal,
      sourceIp: this.#reader.valueById(address),
      region: this.#reader.valueById(region),
      userAgent: this.#reader.valueById(agent),
      // An object's bucket is in its ARN; only copies have a source besides.
      resources:
        /^s3:(?!.*Copy)/.test(name) && kind === (isObjectCall(name) ? 's3.object' : 's3.bucket')
          ? [{ kind, arn: arn ?? '', name: '', relation: 'target' }]
          : this.#statements.links.all(id).map((link) => ({
              kind: String(link.kind),
              arn: String(link.arn),
              name: String(link.name),
              relation: relations[link.relation as number] ?? 'uses',
            })),
    };
  }

  #isRenewed(call: RecordedCall, { refused }: Judgement): boolean {
    const { principal } = call;
    if (!refused || principal.issuedAt === undefined || !isMachine(principal)) return false;
    return judgeAll(this.#judges, { ...call, principal: { ...principal, issuedAt: issuedLater } }).refused === false;
  }

  #who(principal: Principal, isSuspect: boolean): { readonly key: string; readonly is: CallerClass } {
    const is: CallerClass = this.#own?.arns.has(principal.arn)
      ? 'you'
      : isSuspect
        ? 'suspect'
        : isMachine(principal)
          ? 'compute'
          : principal.type === 'AWSService'
            ? 'service'
            : 'person';
    return { key: `${is} ${identityKey(principal)}`, is };
  }

  #add(
    principal: Principal,
    isSuspect: boolean,
    { error, lastAt, lastRow, calls }: Group,
    { refused, why }: Judgement,
    isRenewed: boolean,
    action = '',
  ): void {
    const { key, is } = this.#who(principal, isSuspect);
    const tally = this.#tallies.get(key) ?? {
      is,
      name: principal.name,
      keys: new Set<string>(),
      calls: 0,
      refused: 0,
      renewed: 0,
      unsaid: 0,
      failed: 0,
      lastAt: 0,
    };
    this.#tallies.set(key, tally);
    tally.keys.add(principal.accessKeyId ?? '');
    tally.calls += calls;
    tally.lastAt = Math.max(tally.lastAt, lastAt);
    if (refused) tally.refused += calls;
    if (isRenewed) tally.renewed += calls;
    if (refused === undefined) {
      tally.unsaid += calls;
      for (const reason of why) this.#why.add(reason);
    }
    if (error !== 0) tally.failed += calls;
    if (is !== 'suspect' || error !== 0 || refused === undefined || (refused && !isRenewed)) return;
    const passing = `${key} ${action} ${isRenewed}`;
    const before = this.#passing.get(passing);
    this.#passing.set(passing, {
      name: principal.name,
      action,
      calls: (before?.calls ?? 0) + calls,
      eventId: '',
      row: Math.max(before?.row ?? 0, lastRow),
      isRenewed,
    });
  }
}

/** What the first count leaves out, and events hold. */
const inRecords = new Set(['resources', 'aws:sourceip', 'aws:requestedregion', 'aws:useragent']);

/** Events of these actions in the order in which they came, each with its first resource. */
const eventsOf = (actions: readonly number[]): string =>
  `select event.id as id, principal, action, error, address, region, agent, at, resource, kind, arn
   from event not indexed left join resource on resource.id = event.resource
   where event.id >= ? and at >= ? and action in (${actions.join(', ')}) order by event.id`;

/** Who acts where nobody chose the session: code on compute, instances, SDKs. */
const isMachine = (principal: Pick<Principal, 'type' | 'name'>): boolean => {
  const session = principal.type === 'AssumedRole' ? sessionName(principal) : undefined;
  return session !== undefined && isMachineSession(session);
};

const order: readonly CallerClass[] = ['suspect', 'you', 'compute', 'person', 'service'];
const rank = (is: CallerClass): number => order.indexOf(is);

const prepareAll = (database: DatabaseSync) => ({
  principals: database.prepare(`select id, ${principalColumns.join(', ')} from principal`),
  resourceByArn: database.prepare('select id from resource where arn = ?'),
  oldest: database.prepare('select at from event order by at limit 1'),
  assuming: database.prepare("select id from value where dimension = 1 and text glob 'sts:AssumeRole*'"),
  onResource: database.prepare(
    `select event.principal as principal, count(distinct event.id) as calls, max(event.at) as lastAt, max(event.id) as lastRow
     from event_resource cross join event on event.id = event_resource.event
     where event_resource.resource = ? and event.at >= ? and event.principal <> 0 and event.origin = ${cloudtrail} group by event.principal`,
  ),
  links: database.prepare(
    `select kind, arn, name, relation from event_resource join resource on resource.id = event_resource.resource
     where event = ? order by place`,
  ),
  // The index alone answers this; what follows reads the rows.
  groups: database.prepare(
    `select action, error, count(*) as calls, max(at) as lastAt, max(id) as lastRow from event
     where principal = ? and at >= ? group by action, error`,
  ),
  firstRow: database.prepare('select min(id) as id from event where at >= ?'),
});
