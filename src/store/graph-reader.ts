import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { parseArn } from '../model/arn.ts';
import type { ChainEvent } from '../model/chain.ts';
import { computeSession, type Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { codeFrom } from './code-addresses.ts';
import { uuidOf } from './event-key.ts';
import { principalOfCells } from './event-reader.ts';
import { HashedRows } from './hashed-rows.ts';
import { doorsOpenAt } from './open-doors.ts';
import { principalColumns } from './schema.ts';

/** A principal with its row. */
export interface StoredPrincipal extends Principal {
  readonly row: number;
}

/** An event with who made it and from where. */
export interface MadeEvent extends ChainEvent {
  readonly principal: number;
  readonly address: number;
}

/** What a record handed over, as it is stored. Rows of `resource`; 0 for none. */
export interface StoredHandover {
  readonly event: number;
  /** Of the event. */
  readonly at: number;
  readonly kind: number;
  readonly key: string | null;
  readonly session: string;
  readonly resource: number;
  readonly role: number;
  readonly urlUntil: number | null;
  readonly until: number | null;
}

/** What was done with some credentials. */
export interface Deeds {
  readonly events: number;
  readonly errors: number;
  readonly changes: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Events of one group; `a` and `b` are what they were grouped by. */
export interface Tally {
  readonly a: number;
  readonly b: number;
  readonly events: number;
  readonly errors: number;
  readonly changes: number;
  readonly first: string;
  readonly last: string;
}

/** One action among them. */
export interface Deed {
  readonly principal: number;
  readonly action: number;
  readonly events: number;
  readonly changes: number;
  readonly firstAt: number;
}

/** The rows of one kind of resource, by what they are called in lower case. */
interface Spellings {
  readonly byArn: Map<string, number[]>;
  readonly byName: Map<string, { readonly id: number; readonly arn: string }[]>;
}

const handoverColumns =
  'handover.event as event, event.at as at, handover.kind as kind, handover.key as key, handover.session as session, handover.resource as resource, ' +
  'handover.role as role, handover.url_until as urlUntil, handover.until as until';
const principalCells = `principal.id as row, ${principalColumns.map((name) => `principal.${name} as ${name}`).join(', ')}`;
/** Digits of a time in a stamp: epoch ms until the year 33658. */
const timeDigits = 15;
const mostDoors = 2_000;
const ways = { key: 0, door: 1, console: 2, role: 3 } as const;

/** Reads what chains and neighbours are made of: index look-ups, each for a few rows. Belongs to one connection. */
export class GraphReader {
  readonly #database: DatabaseSync;
  readonly #hashed: HashedRows;
  /** Read once a question. */
  readonly #kinds = new Map<string, Spellings>();

  readonly #statements = new Map<string, StatementSync>();
  readonly #principals = new Map<number, StoredPrincipal | undefined>();
  readonly #deeds = new Map<string, Deeds>();
  readonly #isChange: string;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#hashed = new HashedRows(database);
    const invocations = database
      .prepare("select id from value where dimension = 1 and text like 'sagemaker:Invoke%'")
      .all()
      .map(({ id }) => Number(id));
    this.#isChange = `event.read_only is 0 and event.action not in (${list(invocations)})`;
  }

  /** Preparing takes longer than most of these statements run. */
  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  event(row: number): MadeEvent | undefined {
    const cells = this.#statement(
      `select id, key, name, at, principal, address, (select text from value where id = action) as action,
        (select text from value where id = region) as region from event where id = ?`,
    ).get(row);
    return (
      cells && {
        rowId: row,
        id: cells.name === null ? uuidOf(cells.key as Uint8Array) : String(cells.name),
        at: Number(cells.at),
        action: String(cells.action ?? ''),
        region: String(cells.region ?? ''),
        principal: Number(cells.principal),
        address: Number(cells.address),
      }
    );
  }

  /** Of events of one time the same one, whatever the order of arrival: the smallest id. */
  eventAt(principal: number, at: number, action?: number): MadeEvent | undefined {
    const row = this.#statement(
      `select id from event where principal = ? and at = ? ${action === undefined ? '' : `and action = ${action}`} order by key limit 1`,
    ).get(principal, at)?.id;
    return row === undefined ? undefined : this.event(Number(row));
  }

  /** By the stamp that `tallies` gives. */
  stamped(stamp: string): MadeEvent | undefined {
    const [row] = this.#hashed.rowsOf('key', Buffer.from(stamp.slice(timeDigits), 'hex'));
    return row === undefined ? undefined : this.event(row);
  }

  /**
   * Events in groups. First and last are stamps, which sort by time and then by id: the same whatever the order of arrival.
   * @param from What to read, as SQL after `from`, with the table `event`. @param group Columns, at most two.
   */
  tallies(
    from: string,
    group: readonly [string] | readonly [string, string],
    ...values: (string | number)[]
  ): readonly Tally[] {
    const stamp = `printf('%0${timeDigits}d', event.at) || hex(event.key)`;
    return this.#statement(
      `select ${group[0]} as a, ${group[1] ?? 0} as b, count(*) as events, sum(event.error <> 0) as errors, sum(${this.#isChange}) as changes,
        min(${stamp}) as first, max(${stamp}) as last from ${from} group by 1, 2`,
    ).all(...values) as unknown as readonly Tally[];
  }

  stampOf(row: number): string {
    const cells = this.#statement(
      `select printf('%0${timeDigits}d', at) || hex(key) as stamp from event where id = ?`,
    ).get(row);
    return String(cells?.stamp ?? '');
  }

  /** What was handed over of a resource, and what acts as it; the newest first, at most 1,000. */
  handoversOf(resources: readonly number[]): readonly StoredHandover[] {
    return this.#handovers(
      `cross join event on event.id = handover.event where handover.kind in (${ways.door}, ${ways.role})
      and (handover.resource in (${list(resources)}) or handover.role in (${list(resources)})) order by event.at desc, event.key limit 1000`,
    );
  }

  /** Everybody of an identity, by `identityKey`. */
  byIdentity(key: string): readonly StoredPrincipal[] {
    if (key.startsWith('arn:'))
      return this.#all('from principal where arn = ? order by issued_at, access_key_id, invoked_by', key);
    const [type = '', ...name] = key.split('|');
    return this.byName(type, name.join('|'));
  }

  address(text: string): number {
    return Number(this.#statement('select id from value where dimension = 2 and text = ?').get(text)?.id ?? 0);
  }

  principal(row: number): StoredPrincipal | undefined {
    if (this.#principals.has(row)) return this.#principals.get(row);
    const cells = this.#statement(`select ${principalCells} from principal where id = ?`).get(row);
    const principal = cells && storedPrincipal(cells);
    this.#principals.set(row, principal);
    return principal;
  }

  /** Everybody who called with a key. */
  byKey(key: string): readonly StoredPrincipal[] {
    return this.#all(
      `from principal where access_key_id = ? and access_key_id <> '' order by issued_at, access_key_id, invoked_by`,
      key,
    );
  }

  /** All of one session or user, whatever its keys. */
  byArn(type: string, arn: string): readonly StoredPrincipal[] {
    return this.#all(
      'from principal where type = ? and arn = ? order by issued_at, access_key_id, invoked_by',
      type,
      arn,
    );
  }

  byName(type: string, name: string): readonly StoredPrincipal[] {
    return this.#all(
      "from principal where type = ? and arn = '' and name = ? order by issued_at, access_key_id, invoked_by",
      type,
      name,
    );
  }

  /**
   * Sessions of a role that are code on compute; at most 500. Session ARNs drop the role's path.
   * @param named Only those named `SageMaker`, not also those whose key no record issued.
   */
  sessionsOf(role: ResourceRef, named: boolean): readonly StoredPrincipal[] {
    const which = `(name = ? ${named ? '' : 'or not exists (select 1 from handover where key = access_key_id)'})`;
    const compute = `${role.name}/${computeSession}`;
    const arn = parseArn(role.arn);
    if (!arn)
      return this.#all(
        `from principal where type = 'AssumedRole' and substr(name, 1, ?) = ? and ${which} order by issued_at, access_key_id, invoked_by limit 500`,
        role.name.length + 1,
        `${role.name}/`,
        compute,
      );
    const prefix = `arn:${arn.partition}:sts::${arn.account}:assumed-role/${role.name}/`;
    return this.#all(
      `from principal where type = 'AssumedRole' and arn >= ? and arn < ? and ${which} order by issued_at, access_key_id, invoked_by limit 500`,
      prefix,
      `${prefix}\u{10ffff}`,
      compute,
    );
  }

  /** Code on compute, of any role, that called from an address between two times; at most 50. */
  computeFrom(address: number, from: number, to: number): readonly StoredPrincipal[] {
    const code = codeFrom(this.#database, address);
    if (code.length === 0) return [];
    return this.#all(
      `from principal where id in (select value from json_each(?)) and exists (select 1 from event
      where event.principal = principal.id and event.at between ? and ? and event.address = ?)
      order by issued_at, access_key_id, invoked_by limit 50`,
      JSON.stringify(code),
      from,
      to,
      address,
    );
  }

  #all(where: string, ...values: (string | number)[]): readonly StoredPrincipal[] {
    return this.#statement(`select ${principalCells} ${where}`)
      .all(...values)
      .map(storedPrincipal);
  }

  resource(row: number): ResourceRef | undefined {
    const cells = this.#statement('select kind, arn, name from resource where id = ?').get(row);
    return cells && { kind: String(cells.kind), arn: String(cells.arn), name: String(cells.name) };
  }

  /** Rows of the same resource: with and without ARN, whatever the case. Two of one name in two accounts stay two. */
  sameAs({ kind, arn, name }: ResourceRef): readonly number[] {
    const { byArn, byName } = this.#kind(kind);
    const named = byName.get(name.toLowerCase()) ?? [];
    const arns = new Set(named.flatMap((row) => (row.arn === '' ? [] : [row.arn])));
    const wanted = arn.toLowerCase();
    if (wanted === '') return named.filter((row) => row.arn === '' || arns.size === 1).map(({ id }) => id);
    const isOnly = arns.size === 0 || (arns.size === 1 && arns.has(wanted));
    return [...(byArn.get(wanted) ?? []), ...(isOnly ? named.filter((row) => row.arn === '').map(({ id }) => id) : [])];
  }

  #kind(kind: string): Spellings {
    let spellings = this.#kinds.get(kind);
    if (!spellings) {
      spellings = { byArn: new Map(), byName: new Map() };
      for (const cells of this.#statement('select id, arn, name from resource where kind = ?').all(kind)) {
        const row = { id: Number(cells.id), arn: String(cells.arn).toLowerCase() };
        const name = String(cells.name).toLowerCase();
        if (row.arn !== '') spellings.byArn.set(row.arn, [...(spellings.byArn.get(row.arn) ?? []), row.id]);
        spellings.byName.set(name, [...(spellings.byName.get(name) ?? []), row]);
      }
      this.#kinds.set(kind, spellings);
    }
    return spellings;
  }

  /** Which records answered with a key; those whose caller is known by a key of his own first, then the oldest. */
  issuersOf(key: string): readonly StoredHandover[] {
    return this.#handovers(
      `cross join event on event.id = handover.event left join principal on principal.id = event.principal where handover.key = ?
      order by coalesce(principal.access_key_id, '') = '', event.at, event.key limit 10`,
      key,
    );
  }

  /** What a principal's records handed over, oldest first. */
  handedOverBy(principals: readonly number[]): readonly StoredHandover[] {
    return this.#handovers(
      `cross join event on event.id = handover.event where handover.principal in (${list(principals)}) order by event.at, event.key, place`,
    );
  }

  /** Ways in that were open at a time: URLs and what they opened. The newest first, at most 2,000. */
  doorsOpenAt(at: number, longestMs: number): readonly StoredHandover[] {
    const events = doorsOpenAt(this.#database, at, longestMs, mostDoors);
    if (events.length === 0) return [];
    return this.#statement(
      `select ${handoverColumns} from json_each(?3) as opened cross join handover on handover.event = opened.value
      cross join event on event.id = handover.event where handover.kind = ${ways.door} and event.at <= ?1 and coalesce(handover.until, event.at + ?2) >= ?1
      order by event.at desc, event.key limit ${mostDoors}`,
    ).all(at, longestMs, JSON.stringify(events)) as unknown as readonly StoredHandover[];
  }

  /** Sign-ins of an identity between two times. */
  consoleOf(arn: string, from: number, to: number): readonly StoredHandover[] {
    return this.#handovers(
      `cross join event on event.id = handover.event join principal on principal.id = event.principal
      where handover.kind in (1, 2) and handover.kind = ${ways.console} and principal.arn = ? and event.at between ? and ? order by event.at desc, event.key limit 10`,
      arn,
      from,
      to,
    );
  }

  /** Joined crosswise, so that SQLite goes from the few handovers to their events and never through the timeline. */
  #handovers(rest: string, ...values: (string | number)[]): readonly StoredHandover[] {
    return this.#statement(`select ${handoverColumns} from handover ${rest}`).all(
      ...values,
    ) as unknown as readonly StoredHandover[];
  }

  /** What was made to act as a role, and by which record; the newest first. */
  actingAs(roles: readonly number[]): readonly StoredHandover[] {
    return this.#handovers(
      `cross join event on event.id = handover.event where handover.role in (${list(roles)}) and handover.role <> 0
      order by event.at desc, event.key limit 1000`,
    );
  }

  /** Roles that a resource was made to act as. */
  rolesOf(resources: readonly number[]): readonly StoredHandover[] {
    return this.#handovers(
      `cross join event on event.id = handover.event where handover.resource in (${list(resources)}) and handover.kind = ${ways.role}
      order by event.at desc, event.key limit 100`,
    );
  }

  /** What AWS answered of a resource, either side. */
  known(
    resources: readonly number[],
    side: 'subject' | 'object',
  ): readonly {
    readonly subject: number;
    readonly role: string;
    readonly object: number;
    readonly operation: string;
    readonly at: number;
  }[] {
    return this.#statement(
      `select subject, role, object, operation, at from known where ${side} in (${list(resources)}) order by at desc limit 1000`,
    ).all() as never;
  }

  /** Resources that an event names, parents included. */
  namedBy(event: number): readonly number[] {
    return this.#statement('select resource from event_resource where event = ? order by place')
      .all(event)
      .map(({ resource }) => Number(resource));
  }

  deeds(principals: readonly number[]): Deeds {
    const who = list(principals);
    const before = this.#deeds.get(who);
    if (before) return before;
    const cells = this.#statement(
      `select count(*) as events, sum(error <> 0) as errors, sum(${this.#isChange}) as changes, min(at) as firstAt, max(at) as lastAt
        from event where principal in (${who})`,
    ).get();
    const deeds = {
      events: Number(cells?.events ?? 0),
      errors: Number(cells?.errors ?? 0),
      changes: Number(cells?.changes ?? 0),
      firstAt: Number(cells?.firstAt ?? 0),
      lastAt: Number(cells?.lastAt ?? 0),
    };
    this.#deeds.set(who, deeds);
    return deeds;
  }

  /** How many things some principals' records handed over. */
  countHandedOver(principals: readonly number[]): number {
    const sql = `select count(*) as n from handover where principal in (${list(principals)})`;
    return Number(this.#statement(sql).get()?.n ?? 0);
  }

  /** Whether records that an older Firebreak stored were not read for what they hand over. */
  hasUnread(): boolean {
    return Number(this.#statement("select number from meta where name = 'unread_to'").get()?.number ?? 0) > 0;
  }

  /** Each action of some principals, by principal. */
  deedsByAction(principals: readonly number[]): readonly Deed[] {
    return this.#statement(
      `select principal, action, count(*) as events, sum(${this.#isChange}) as changes, min(at) as firstAt
        from event where principal in (${list(principals)}) group by principal, action`,
    ).all() as unknown as readonly Deed[];
  }

  /** The same as `deeds`, for many keys at once. */
  deedsOfKeys(keys: readonly string[]): ReadonlyMap<string, Deeds> {
    const rows = this.#statement(
      `select keys.value as key, count(*) as events, sum(error <> 0) as errors, sum(${this.#isChange}) as changes, min(at) as firstAt, max(at) as lastAt
        from json_each(?) as keys join principal on principal.access_key_id = keys.value and principal.access_key_id <> ''
        join event on event.principal = principal.id group by keys.value`,
    ).all(JSON.stringify(keys)) as unknown as readonly (Deeds & { readonly key: string })[];
    return new Map(rows.map(({ key, ...deeds }) => [key, deeds]));
  }

  text(value: number): string {
    return String(this.#statement('select text from value where id = ?').get(value)?.text ?? '');
  }

  /** Regions of the events that are loaded, and from when to when. */
  loaded(): { readonly regions: readonly string[]; readonly from: number; readonly to: number } {
    return {
      regions: this.#statement('select text from value where dimension = 7 order by text')
        .all()
        .map(({ text }) => String(text)),
      from: Number(this.#statement('select at from event order by at limit 1').get()?.at ?? 0),
      to: Number(this.#statement('select at from event order by at desc limit 1').get()?.at ?? 0),
    };
  }
}

const list = (numbers: readonly number[]): string => numbers.join(', ');

const storedPrincipal = (cells: { readonly [column: string]: unknown }): StoredPrincipal => ({
  ...principalOfCells(cells),
  row: Number(cells.row),
});
