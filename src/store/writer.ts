import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { changesSomething, type NormalisedEvent, type Severity } from '../model/event.ts';
import type { Grant } from '../model/grant.ts';
import type { KnownRelation } from '../model/graph.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Json } from '../shared/json.ts';
import { BlockWriter } from './blocks.ts';
import { origins, relations, severities } from './dimension.ts';
import { hashKey, requestKey, uuidKey } from './event-key.ts';
import { HandoverWriter } from './handover-writer.ts';
import { actorOf, type HeatFacts, HeatTally, heatUpdate } from './heat.ts';
import { Interner, tableInterner, ValueInterner } from './interner.ts';
import { KeyTable } from './key-table.ts';
import { LinkWriter } from './link-writer.ts';
import { buildIndexes, liveCacheKb, loadCacheKb, openForWriting, principalColumns } from './schema.ts';
import { storeError, withStoreErrors } from './store-error.ts';
import { WorstFindings } from './worst-findings.ts';

/** An event on its way into the store, with the record that it was made of. */
export interface StoredEvent {
  readonly event: NormalisedEvent;
  /** The record's bytes as they came. */
  readonly bytes: Uint8Array;
  /** Id of the source that brought it. */
  readonly route: string;
  /** Epoch ms. */
  readonly seenAt: number;
  readonly late: boolean;
  /** Equal for records that report the same state of a resource once more; empty or absent for all others. */
  readonly state?: string;
  readonly findings?: readonly { readonly rule: string; readonly severity: Severity }[];
  /** What the record hands over. */
  readonly grants?: readonly Grant[];
  /** Our own call: it makes nothing hot. */
  readonly isOwn?: boolean;
}

/** How far a source has been read; commits with the events that it brought. */
export interface Checkpoint {
  readonly route: string;
  readonly checkpoint: Json;
}

export interface StoreTotals {
  readonly events: number;
  readonly late: number;
  /** Epoch ms; 0 when there is none. */
  readonly newestAt: number;
  /** Changes with every finding that comes or goes. */
  readonly findings: number;
}

/** A finding that comes to a stored event, or leaves it. */
export interface FindingChange {
  readonly row: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly isLost: boolean;
}

/** The only writer of an `events.db`. Synchronous: it belongs in a thread of its own. */
export interface EventWriter {
  readonly totals: StoreTotals;
  /**
   * One transaction: all of it is in the store afterwards, or nothing. Events that are there already are not written again; a delivery by
   * another route is noted. Nothing else may be asked of the writer until the promise is settled.
   *
   * @param added Called for each that is new, with its row; what it hears counts once the promise is fulfilled.
   * @returns How many were new. @throws FailedError when the disk refuses; the batch can be given again.
   */
  write<Stored extends StoredEvent>(
    batch: readonly Stored[],
    checkpoints?: readonly Checkpoint[],
    added?: (stored: Stored, row: number) => void,
  ): Promise<number>;
  /**
   * Findings of events that are stored already.
   *
   * @param toldTo With these all is written that rules say of the rows up to this one, correlations included. @throws FailedError
   */
  changeFindings(changes: readonly FindingChange[], toldTo?: number): void;
  /** The row up to which all is written that rules say: whoever was ended after it has to be asked again what they say of the rest. */
  readonly toldTo: number;
  /** The newest row; 0 when there is none. */
  readonly lastRow: number;
  /** Which rules all events were judged by, as a number; 0: by none to their end. */
  readonly rules: number;
  /** Forgets all findings: they are of other rules. @throws FailedError */
  forgetFindings(): void;
  /** All events were judged by these rules, and all is written that they say. @throws FailedError */
  judgedBy(rules: number): void;
  /** Until `endLoad` indexes are left out, when the store is empty: loading a million takes seconds instead of a minute. */
  beginLoad(): void;
  endLoad(): void;
  mark(rowId: number, marked: boolean): void;
  /** Keeps what AWS answered; the same relation again only moves its time. @throws FailedError */
  relate(relations: readonly KnownRelation[]): void;
  checkpoint(route: string): Json | undefined;
  checkpoints(): { readonly [route: string]: Json };
  close(): void;
}

/**
 * Opens `events.db` for writing, creating it where needed.
 *
 * @param mostPages The file grows no further, as on a full disk (of 8 kB each; for tests).
 * @throws FailedError
 */
export function openWriter(path: string, mostPages?: number): EventWriter {
  return new SqliteWriter(path, mostPages);
}

/** Sentences of log lines are hardly ever the same twice. */
const mostSummaries = 10_000;
/** ARNs kept in memory. */
const mostArns = 50_000;

interface Actor {
  readonly principal: number;
  /** Row in `resource`; 0 for none. */
  readonly heat: number;
  readonly arn: string;
}

class SqliteWriter implements EventWriter {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #values: ValueInterner;
  readonly #principals: Interner;
  readonly #resources: Interner;
  readonly #summaries: Interner;
  readonly #blocks: BlockWriter;
  readonly #links: LinkWriter;
  readonly #handovers: HandoverWriter;
  readonly #worst: WorstFindings;
  readonly #statements: ReturnType<typeof prepareAll>;
  #keys: KeyTable;
  /** By object: the normaliser hands out one for equal identities. */
  #actors = new WeakMap<Principal, Actor>();
  readonly #byArn = new Map<string, { readonly kind: string; readonly name: string; readonly id: number }>();
  #totals = { events: 0, late: 0, newestAt: 0, findings: 0 };
  #rules = 0;
  #toldTo = 0;
  #nextRow = 1;
  /** Whether the later indexes are there. */
  #indexed = false;
  #loading = false;

  constructor(path: string, mostPages?: number) {
    this.#path = path;
    this.#database = openForWriting(path);
    try {
      const database = this.#database;
      if (mostPages !== undefined) database.exec(`pragma max_page_count = ${mostPages}`);
      this.#values = new ValueInterner(database);
      this.#principals = tableInterner(database, 'principal', principalColumns);
      this.#resources = tableInterner(database, 'resource', ['kind', 'arn', 'name']);
      // Sentences hardly repeat over a long time; a second row with the same text is cheaper than an index over all of them.
      const addSummary = database.prepare('insert into summary(text) values (?)');
      this.#summaries = new Interner(
        () => undefined,
        (fields) => Number(addSummary.run(...fields).lastInsertRowid),
        mostSummaries,
      );
      this.#blocks = new BlockWriter(database);
      this.#links = new LinkWriter(database);
      this.#handovers = new HandoverWriter(database, (resource) => this.#resourceId(resource));
      this.#worst = new WorstFindings(database, (resource) => this.#resourceId(resource));
      this.#statements = prepareAll(database);
      this.#keys = new KeyTable();
      // A file of before this was kept: what is in it was told.
      database.exec("insert or ignore into meta(name, number) select 'told_to', coalesce(max(id), 0) from event");
      withStoreErrors(path, () => this.#readBack());
      // A load that was killed left the indexes out.
      if (this.#totals.events > 0) this.#index();
    } catch (error) {
      this.#database.close();
      throw storeError(error, path);
    }
  }

  get totals(): StoreTotals {
    return { ...this.#totals };
  }

  get rules(): number {
    return this.#rules;
  }

  get toldTo(): number {
    return this.#toldTo;
  }

  get lastRow(): number {
    return this.#nextRow - 1;
  }

  async write<Stored extends StoredEvent>(
    batch: readonly Stored[],
    checkpoints: readonly Checkpoint[] = [],
    heard?: (stored: Stored, row: number) => void,
  ): Promise<number> {
    try {
      if (!this.#loading && !this.#indexed) this.#index();
      this.#database.exec('begin immediate');
      const tally = new HeatTally();
      let added = 0;
      for (const stored of batch) {
        const row = this.#nextRow;
        if (!this.#add(stored, tally)) continue;
        added += 1;
        heard?.(stored, row);
      }
      this.#links.flush();
      this.#handovers.flush();
      tally.write(this.#statements.heat);
      for (const { route, checkpoint } of checkpoints) {
        this.#statements.checkpoint.run(route, JSON.stringify(checkpoint));
      }
      const { events, late, newestAt, findings } = this.#totals;
      const meta = { events, late, newest_at: newestAt, findings, told_to: this.#toldTo };
      for (const [name, number] of Object.entries(meta)) this.#statements.meta.run(number, name);
      this.#blocks.flush();
      this.#database.exec('commit');
      return added;
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  beginLoad(): void {
    this.#loading = true;
    this.#database.exec(`pragma cache_size = -${loadCacheKb}`);
  }

  endLoad(): void {
    this.#loading = false;
    if (!this.#indexed) withStoreErrors(this.#path, () => this.#index());
    withStoreErrors(this.#path, () => this.#worst.settle());
    this.#database.exec(`pragma cache_size = -${liveCacheKb}`);
  }

  mark(rowId: number, marked: boolean): void {
    try {
      this.#database.exec('begin immediate');
      this.#statements.mark.run(marked ? 1 : 0, rowId);
      this.#statements.countMark.run();
      this.#database.exec('commit');
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  changeFindings(changes: readonly FindingChange[], toldTo = this.#toldTo): void {
    if (changes.length === 0) {
      // Written with the next batch: nothing is lost when it is not.
      this.#toldTo = toldTo;
      return;
    }
    const { finding, lostFinding, worstFinding, raised, countMark, meta } = this.#statements;
    try {
      this.#database.exec('begin immediate');
      for (const { row, rule, severity, isLost } of changes) {
        const level = severities.indexOf(severity);
        if (isLost) {
          lostFinding.run(row, rule);
          worstFinding.run(row);
          this.#worst.lost(row);
          continue;
        }
        finding.run(row, rule, level);
        raised.run(level, row);
        this.#worst.found(row, level + 1);
      }
      if (!this.#loading) this.#worst.settle();
      // Views that ask about findings look again.
      countMark.run();
      this.#totals.findings += changes.length;
      meta.run(this.#totals.findings, 'findings');
      meta.run(toldTo, 'told_to');
      this.#database.exec('commit');
      this.#toldTo = toldTo;
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  forgetFindings(): void {
    try {
      this.#database.exec(
        `begin immediate; delete from finding; update event set severity = null where severity is not null;
         update resource set worst = 0 where worst <> 0`,
      );
      this.#totals.findings += 1;
      this.#statements.meta.run(0, 'rules');
      this.#statements.meta.run(this.#totals.findings, 'findings');
      this.#statements.countMark.run();
      this.#database.exec('commit');
      this.#rules = 0;
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  judgedBy(rules: number): void {
    try {
      this.#database.exec('begin immediate');
      this.#statements.meta.run(rules, 'rules');
      this.#statements.meta.run(this.lastRow, 'told_to');
      this.#database.exec('commit');
      this.#rules = rules;
      this.#toldTo = this.lastRow;
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  relate(relations: readonly KnownRelation[]): void {
    try {
      this.#database.exec('begin immediate');
      for (const { from, role, to, operation, at } of relations)
        this.#statements.relate.run(this.#resourceId(from), role, this.#resourceId(to), operation, at, at);
      this.#database.exec('commit');
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  checkpoint(route: string): Json | undefined {
    const json = this.#database.prepare('select json from checkpoint where route = ?').get(route)?.json;
    return typeof json === 'string' ? (JSON.parse(json) as Json) : undefined;
  }

  checkpoints(): { readonly [route: string]: Json } {
    const rows = this.#database.prepare('select route, json from checkpoint order by route').all();
    return Object.fromEntries(rows.map(({ route, json }) => [String(route), JSON.parse(String(json)) as Json]));
  }

  close(): void {
    // Indexes that a load left out are built by the next opening: leaving must not wait for them.
    withStoreErrors(this.#path, () => {
      try {
        this.#statements.meta.run(this.#toldTo, 'told_to');
      } catch {
        // A full disk: the next start asks the rules again from where it stood.
      }
      this.#database.close();
    });
  }

  #add(stored: StoredEvent, tally: HeatTally): boolean {
    const { event, bytes, route, seenAt, late, state = '', findings = [], grants = [] } = stored;
    const uuid = uuidKey(event.id);
    const key = uuid ?? hashKey(event.origin, event.id);
    const statements = this.#statements;
    const values = this.#values;
    const routeId = values.idOf('route', route);
    const sha256 = hash('sha256', bytes, 'buffer');
    const before = this.#keys.find(key, (row) => Buffer.compare(statements.key.get(row)?.key as Uint8Array, key) === 0);
    if (before !== 0) {
      if (statements.route.get(before)?.route !== routeId) statements.addRoute.run(before, routeId, seenAt, sha256);
      return false;
    }
    if (state !== '' && this.#isRepeat(state, key, event.at, bytes, seenAt, routeId, sha256)) return false;
    const row = this.#nextRow;
    const { principal } = event;
    const worst = findings.reduce((most, { severity }) => Math.max(most, severities.indexOf(severity)), -1);
    const facts = factsOf(event, grants, worst + 1);
    // A line of a log says that something runs, not that somebody did anything to it.
    const heats = event.origin !== 'cloudwatch-logs' && stored.isOwn !== true;
    let main = 0;
    let mainIsOther = false;
    let place = 0;
    for (const resource of event.resources) {
      const { relation } = resource;
      const id = this.#resourceId(resource);
      if (main === 0 || (mainIsOther && (relation === 'target' || relation === 'created'))) {
        main = id;
        mainIsOther = relation !== 'target' && relation !== 'created';
      }
      this.#links.add(row, place, id, relations.indexOf(relation));
      if (heats) tally.count(id, facts);
      place += 1;
    }
    const who = principal ? this.#actor(principal) : undefined;
    if (heats && who && who.heat !== 0 && !event.resources.some(({ arn }) => arn === who.arn)) {
      tally.count(who.heat, facts);
    }
    for (const { rule, severity } of findings) statements.finding.run(row, rule, severities.indexOf(severity));
    this.#totals.findings += findings.length;
    if (grants.length > 0) this.#handovers.add(row, who ? who.principal : 0, grants);
    const { block, start, length } = this.#blocks.add(bytes);
    statements.event.run(
      row,
      key,
      event.at,
      seenAt,
      origins.indexOf(event.origin),
      values.idOf('action', event.action),
      who ? who.principal : 0,
      values.idOf('address', event.sourceIp),
      values.idOf('agent', event.userAgent),
      values.idOf('error', event.errorCode),
      values.idOf('errorText', event.errorMessage),
      values.idOf('account', event.account),
      values.idOf('region', event.region),
      main,
      event.summary === '' ? 0 : this.#summaries.idOf(event.summary, [event.summary]),
      event.readOnly === undefined ? null : event.readOnly ? 1 : 0,
      late ? 1 : 0,
      worst < 0 ? null : worst,
      routeId,
      block,
      start,
      length,
      sha256,
      uuid && isPlainUuid(event.id) ? null : event.id,
      event.requestId ? requestKey(event.requestId) : null,
    );
    this.#keys.add(key, row);
    this.#nextRow += 1;
    this.#totals.events += 1;
    if (late) this.#totals.late += 1;
    if (event.at > this.#totals.newestAt) this.#totals.newestAt = event.at;
    return true;
  }

  /**
   * Whether a state was reported before by another event; then the record is kept beside that one. A first report becomes the one that
   * later ones repeat; so does one that is older than what was taken for the first, which then stays an event by itself.
   */
  #isRepeat(
    state: string,
    key: Uint8Array,
    at: number,
    bytes: Uint8Array,
    seenAt: number,
    routeId: number,
    sha256: Uint8Array,
  ): boolean {
    const statements = this.#statements;
    const stateKey = hashKey('eventbridge', state);
    const first = statements.state.get(stateKey)?.event as number | undefined;
    if (first === undefined || at < Number(statements.at.get(first)?.at ?? 0)) {
      statements.setState.run(stateKey, this.#nextRow);
      return false;
    }
    // Delivered again by EventBridge or read again by us: nothing new.
    if (statements.repeat.get(key) !== undefined) return true;
    const { block, start, length } = this.#blocks.add(bytes);
    statements.addRepeat.run(key, first, seenAt, routeId, block, start, length, sha256);
    statements.countRepeat.run(first);
    return true;
  }

  /** The principal's row, and the row of the role or user behind it. */
  #actor(principal: Principal): Actor {
    let actor = this.#actors.get(principal);
    if (!actor) {
      const { type, arn, name, issuerArn = '', accessKeyId = '', person = '', sourceIdentity = '' } = principal;
      const { userId = '', invokedBy = '', issuedAt = 0 } = principal;
      const fields = [type, arn, name, issuerArn, accessKeyId, person, sourceIdentity, userId, invokedBy, issuedAt];
      const behind = actorOf(principal);
      actor = {
        principal: this.#principals.idOf(fields.join('\0'), fields),
        heat: behind ? this.#resourceId(behind) : 0,
        arn: behind?.arn ?? '',
      };
      this.#actors.set(principal, actor);
    }
    return actor;
  }

  #resourceId(resource: ResourceRef): number {
    const { kind, arn, name } = resource;
    // An ARN says it all nearly always; what else goes by the same ARN is told apart by comparing.
    const before = arn === '' ? undefined : this.#byArn.get(arn);
    if (before && before.kind === kind && before.name === name) return before.id;
    const id = this.#resources.idOf(`${kind}\0${arn}\0${name}`, [kind, arn, name]);
    if (arn !== '') {
      if (this.#byArn.size >= mostArns) this.#byArn.clear();
      this.#byArn.set(arn, { kind, name, id });
    }
    return id;
  }

  #index(): void {
    buildIndexes(this.#database);
    this.#indexed = true;
  }

  /** What the memory holds besides the file, from the file. */
  #readBack(): void {
    const meta = Object.fromEntries(
      this.#database
        .prepare('select name, number from meta')
        .all()
        .map(({ name, number }) => [name, Number(number)]),
    );
    this.#totals = {
      events: meta.events ?? 0,
      late: meta.late ?? 0,
      newestAt: meta.newest_at ?? 0,
      findings: meta.findings ?? 0,
    };
    this.#rules = meta.rules ?? 0;
    this.#toldTo = meta.told_to ?? 0;
    this.#nextRow = Number(this.#database.prepare('select max(id) as id from event').get()?.id ?? 0) + 1;
    this.#indexed =
      this.#database.prepare("select 1 from sqlite_schema where name = 'event_resource_resource'").get() !== undefined;
    this.#keys = new KeyTable(this.#totals.events);
    // By the index where there is one: the keys alone are a tenth of the table.
    const keys = this.#database.prepare('select key, id from event order by key');
    const all = this.#indexed ? keys : this.#database.prepare('select key, id from event');
    all.setReturnArrays(true);
    for (const row of all.iterate() as Iterable<unknown>) {
      const [key, id] = row as [Uint8Array, number];
      this.#keys.add(key, id);
    }
  }

  /** Undoes the transaction in the file and in memory. @returns The error in the operator's words. */
  #rolledBack(error: unknown): unknown {
    try {
      // SQLite may have rolled back by itself (full disk).
      if (this.#database.isTransaction) this.#database.exec('rollback');
      this.#actors = new WeakMap();
      this.#byArn.clear();
      this.#values.forget();
      this.#principals.forget();
      this.#resources.forget();
      this.#summaries.forget();
      this.#links.forget();
      this.#handovers.forget();
      this.#worst.forget();
      this.#blocks.forget(this.#database);
      this.#readBack();
    } catch (second) {
      // A disk that cannot even be read: the first error says more.
      if (!(error instanceof Error)) return storeError(second, this.#path);
    }
    return storeError(error, this.#path);
  }
}

const prepareAll = (database: DatabaseSync) => ({
  key: database.prepare('select key from event where id = ?'),
  route: database.prepare('select route from event where id = ?'),
  addRoute: database.prepare('insert or ignore into route(event, route, seen_at, sha256) values (?, ?, ?, ?)'),
  state: database.prepare('select event from state where key = ?'),
  at: database.prepare('select at from event where id = ?'),
  setState: database.prepare(
    'insert into state(key, event) values (?, ?) on conflict(key) do update set event = excluded.event',
  ),
  repeat: database.prepare('select event from repeat where key = ?'),
  addRepeat: database.prepare(
    'insert into repeat(key, event, seen_at, route, block, start, length, sha256) values (?, ?, ?, ?, ?, ?, ?, ?)',
  ),
  countRepeat: database.prepare('update event set repeats = repeats + 1 where id = ?'),
  finding: database.prepare('insert or ignore into finding(event, rule, severity) values (?, ?, ?)'),
  lostFinding: database.prepare('delete from finding where event = ? and rule = ?'),
  worstFinding: database.prepare(
    'update event set severity = (select max(severity) from finding where event = event.id) where id = ?1',
  ),
  raised: database.prepare('update event set severity = ?1 where id = ?2 and coalesce(severity, -1) < ?1'),
  event:
    database.prepare(`insert into event(id, key, at, seen_at, origin, action, principal, address, agent, error, error_text, account,
    region, resource, summary, read_only, late, marked, severity, route, block, start, length, sha256, name, request)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)`),
  heat: database.prepare(heatUpdate),
  relate: database.prepare(`insert into known(subject, role, object, operation, first_at, at) values (?, ?, ?, ?, ?, ?)
    on conflict(subject, role, object) do update set operation = excluded.operation, first_at = min(first_at, excluded.at),
    at = max(at, excluded.at)`),
  meta: database.prepare('update meta set number = ? where name = ?'),
  mark: database.prepare('update event set marked = ? where id = ?'),
  countMark: database.prepare("update meta set number = number + 1 where name = 'marks'"),
  checkpoint: database.prepare(
    'insert into checkpoint(route, json) values (?, ?) on conflict(route) do update set json = excluded.json',
  ),
});

/** Whether the key of a UUID gives the id back as it was written: in lower case. */
const isPlainUuid = (id: string): boolean => id.length === 36 && !/[A-F]/.test(id);

const refusal = /denied|unauthori[sz]ed|forbidden/i;

function factsOf(event: NormalisedEvent, grants: readonly Grant[], worst: number): HeatFacts {
  const failed = event.errorCode !== '';
  const isMint = grants.some(({ type }) => type === 'door');
  // Minting a URL changes nothing in the account, but it lets somebody in; CloudTrail does not always call it a write.
  const isWrite = isMint || changesSomething(event);
  return {
    at: event.at,
    isWrite,
    isIam: isWrite && event.action.startsWith('iam:'),
    failed,
    refused: failed && refusal.test(event.errorCode),
    isMint,
    worst,
  };
}
