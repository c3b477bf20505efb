import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { NormalisedEvent, Severity } from '../model/event.ts';
import type { Grant } from '../model/grant.ts';
import type { KnownRelation } from '../model/graph.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Json } from '../shared/json.ts';
import { BatchPacker } from './batch-packer.ts';
import { BlockWriter } from './blocks.ts';
import { type Dimension, dimensions, relations, severities } from './dimension.ts';
import {
  codedTexts,
  digestAt,
  type EventBatch,
  flags,
  grantSize,
  keySize,
  keysSize,
  type PackedPrincipal,
  pairSize,
  requestAt,
  slotCount,
  slots,
} from './event-batch.ts';
import { hashKey, keysOf } from './event-key.ts';
import { HashedRows, HashList } from './hashed-rows.ts';
import { type HeatFacts, HeatTally, heatUpdate } from './heat.ts';
import { Interner, rowFinder } from './interner.ts';
import { hashOf, KeyTable } from './key-table.ts';
import { type Cell, RowWriter } from './row-writer.ts';
import { buildIndexes, openForWriting, principalColumns } from './schema.ts';
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
   * another route is noted. All batches of a packer, in their order.
   *
   * @returns The row of each event; 0 for those that are not new. @throws FailedError when the disk refuses; its events can be given again.
   */
  writeBatch(batch: EventBatch, checkpoints?: readonly Checkpoint[]): Uint32Array;
  /** The same for whoever has events as objects, in this thread. @returns How many were new. @throws FailedError */
  write(events: readonly StoredEvent[], checkpoints?: readonly Checkpoint[]): Promise<number>;
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
  /** All events up to a row were judged by these rules, and all is written that they say. @throws FailedError */
  judgedBy(rules: number, toldTo: number): void;
  /** Until `endLoad` indexes are left out, when the store is empty: loading a million takes seconds instead of a minute. */
  beginLoad(): void;
  endLoad(): void;
  /** @param event Its row, or its own id; one that is not stored is none. */
  mark(event: number | string, marked: boolean): void;
  /** Keeps what AWS answered; the same relation again only moves its time. @throws FailedError */
  relate(relations: readonly KnownRelation[]): void;
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

/** Rows in one statement. */
const eventsTogether = 16;
const linksTogether = 64;
const summariesTogether = 32;
const handoversTogether = 32;

/** A batch as it is read: a view of a `Buffer` costs half of another. */
interface OpenBatch extends Pick<EventBatch, 'numbers' | 'loose'> {
  readonly keys: Buffer;
  readonly records: Buffer;
}

class SqliteWriter implements EventWriter {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #texts: { readonly [Name in Dimension | 'summary']: Interner<string> };
  readonly #principals: Interner<PackedPrincipal>;
  readonly #resources: Interner<readonly [kind: string, arn: string, name: string]>;
  readonly #rules = new Interner<string>(() => 0);
  readonly #resourceRow: (fields: readonly (string | number)[]) => number;
  readonly #blocks: BlockWriter;
  #events: RowWriter;
  readonly #links: RowWriter;
  readonly #handovers: RowWriter;
  readonly #summaries: RowWriter;
  readonly #hashed: HashedRows;
  readonly #worst: WorstFindings;
  readonly #statements: ReturnType<typeof prepareAll>;
  #packer: BatchPacker | undefined;
  /** The keys of all events while a load goes on, which has no index of them; else of the batch at hand alone. */
  #keys = new KeyTable();
  #totals = { events: 0, late: 0, newestAt: 0, findings: 0 };
  #judgedBy = 0;
  #toldTo = 0;
  #nextRow = 1;
  #nextSummary = 1;
  /** The first row that waits to be written; what is before it can be read. */
  #waitingFrom = 1;
  /** Whether the later indexes are there. */
  #indexed = false;
  #loading = false;
  /** What comes is the first that the file holds, by a load: it is found by its hashes, which are collected. */
  #isFirst = false;
  #requests = new HashList();

  constructor(path: string, mostPages?: number) {
    this.#path = path;
    this.#database = openForWriting(path);
    try {
      const database = this.#database;
      if (mostPages !== undefined) database.exec(`pragma max_page_count = ${mostPages}`);
      const value = rowFinder(database, 'value', ['dimension', 'text']);
      // Sentences hardly repeat over a long time; a second row with the same text is cheaper than an index over all of them.
      this.#summaries = new RowWriter(database, 'summary', ['id', 'text'], summariesTogether);
      this.#texts = {
        ...(Object.fromEntries(
          Object.entries(dimensions).map(([name, number]) => [name, new Interner((text) => value([number, text]))]),
        ) as { readonly [Name in Dimension]: Interner<string> }),
        summary: new Interner((text) => {
          const id = this.#nextSummary;
          this.#nextSummary += 1;
          this.#summaries.put(id);
          this.#summaries.put(text);
          return id;
        }),
      };
      const principal = rowFinder(database, 'principal', principalColumns);
      this.#principals = new Interner(({ fields }) => principal(fields));
      this.#resourceRow = rowFinder(database, 'resource', ['kind', 'arn', 'name']);
      this.#resources = new Interner((fields) => this.#resourceRow(fields));
      this.#blocks = new BlockWriter(database);
      this.#events = eventRows(database, false);
      this.#links = new RowWriter(
        database,
        'event_resource',
        ['event', 'place', 'resource', 'relation'],
        linksTogether,
      );
      this.#handovers = new RowWriter(database, 'handover', handoverColumns, handoversTogether);
      this.#worst = new WorstFindings(database, (resource) => this.#rowOf(resource));
      this.#hashed = new HashedRows(database);
      this.#statements = prepareAll(database);
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
    return this.#judgedBy;
  }

  get toldTo(): number {
    return this.#toldTo;
  }

  get lastRow(): number {
    return this.#nextRow - 1;
  }

  async write(events: readonly StoredEvent[], checkpoints: readonly Checkpoint[] = []): Promise<number> {
    this.#packer ??= new BatchPacker();
    for (const event of events) this.#packer.add(event);
    const batch = this.#packer.take();
    const rows = this.writeBatch(batch, checkpoints);
    this.#packer.giveBack(batch);
    return rows.filter((row) => row !== 0).length;
  }

  writeBatch(batch: EventBatch, checkpoints: readonly Checkpoint[] = []): Uint32Array {
    const { count, codes, numbers } = batch;
    // They are told once, whatever becomes of the batch.
    for (const name of codedTexts) (name === 'rule' ? this.#rules : this.#texts[name]).hear(codes[name]);
    this.#principals.hear(codes.principal);
    this.#resources.hear(codes.resource);
    try {
      if (!this.#loading) {
        if (!this.#indexed) this.#index();
        this.#keys = new KeyTable(count);
      }
      this.#database.exec('begin immediate');
      const tally = new HeatTally();
      const rows = new Uint32Array(count);
      const open = {
        numbers,
        keys: Buffer.from(batch.keys.buffer),
        records: Buffer.from(batch.bytes.buffer),
        loose: batch.loose,
      };
      for (let index = 0, base = 0; index < count; index += 1) {
        const row = this.#nextRow;
        if (this.#add(open, index, base, tally)) rows[index] = row;
        base = afterEvent(numbers, base);
      }
      this.#flush();
      this.#links.flush();
      this.#handovers.flush();
      this.#summaries.flush();
      tally.write(this.#statements.heat);
      for (const { route, checkpoint } of checkpoints) {
        this.#statements.checkpoint.run(route, JSON.stringify(checkpoint));
      }
      const { events, late, newestAt, findings } = this.#totals;
      const meta = { events, late, newest_at: newestAt, findings, told_to: this.#toldTo };
      for (const [name, number] of Object.entries(meta)) this.#statements.meta.run(number, name);
      this.#blocks.flush();
      this.#database.exec('commit');
      return rows;
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  beginLoad(): void {
    this.#loading = true;
    if (!this.#indexed && !this.#isFirst)
      withStoreErrors(this.#path, () => {
        // What the end of a load before could not write for want of room.
        if (this.#totals.events > 0) this.#index();
        else this.#beginFirst();
      });
    withStoreErrors(this.#path, () => this.#readKeys());
  }

  endLoad(): void {
    this.#loading = false;
    if (!this.#indexed) withStoreErrors(this.#path, () => this.#index());
    this.#keys = new KeyTable();
    withStoreErrors(this.#path, () => this.#worst.settle());
  }

  mark(event: number | string, marked: boolean): void {
    try {
      const row = typeof event === 'number' ? event : this.#rowOfEvent(event);
      this.#database.exec('begin immediate');
      this.#statements.mark.run(marked ? 1 : 0, row);
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
      this.#judgedBy = 0;
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  judgedBy(rules: number, toldTo: number): void {
    try {
      this.#database.exec('begin immediate');
      this.#statements.meta.run(rules, 'rules');
      this.#statements.meta.run(toldTo, 'told_to');
      this.#database.exec('commit');
      this.#judgedBy = rules;
      this.#toldTo = toldTo;
    } catch (error) {
      throw this.#rolledBack(error);
    }
  }

  relate(relations: readonly KnownRelation[]): void {
    try {
      this.#database.exec('begin immediate');
      for (const { from, role, to, operation, at } of relations)
        this.#statements.relate.run(this.#rowOf(from), role, this.#rowOf(to), operation, at, at);
      this.#database.exec('commit');
    } catch (error) {
      throw this.#rolledBack(error);
    }
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

  #rowOf({ kind, arn, name }: ResourceRef): number {
    return this.#resourceRow([kind, arn, name]);
  }

  /** Also while a load goes on, of which a reader has no index. @returns The row of the event with that id, or 0. */
  #rowOfEvent(id: string): number {
    for (const key of keysOf(id)) {
      const row = this.#find(key);
      if (row !== 0) return row;
    }
    return 0;
  }

  /** @returns The row of the event with that key, or 0. */
  #find(key: Uint8Array): number {
    const { keyOf } = this.#statements;
    const row = this.#keys.find(key, (candidate) => {
      this.#flushTo(candidate);
      return Buffer.compare(keyOf.get(candidate)?.key as Uint8Array, key) === 0;
    });
    return row !== 0 || this.#loading ? row : (this.#hashed.rowsOf('key', key)[0] ?? 0);
  }

  /** @param base Where the event's numbers begin. @returns Whether it is new. */
  #add({ numbers, keys, records, loose }: OpenBatch, index: number, base: number, tally: HeatTally): boolean {
    const keyAt = index * keysSize;
    const key = keys.subarray(keyAt, keyAt + keySize);
    const statements = this.#statements;
    const texts = this.#texts;
    const at = numbers[base + slots.at]!;
    const seenAt = numbers[base + slots.seenAt]!;
    const start = numbers[base + slots.start]!;
    const bytes = records.subarray(start, start + numbers[base + slots.length]!);
    const route = texts.route.rowOf(numbers[base + slots.route]!);
    // As text, whose bytes are written where there is room: memory of its own for each digest takes longer than making it.
    keys.write(hash('sha256', bytes, 'binary'), keyAt + digestAt, 'latin1');
    const sha256 = keys.subarray(keyAt + digestAt, keyAt + keysSize);
    const before = this.#find(key);
    if (before !== 0) {
      this.#flushTo(before);
      if (statements.route.get(before)?.route !== route) statements.addRoute.run(before, route, seenAt, sha256);
      return false;
    }
    const state = numbers[base + slots.state]!;
    if (state !== 0 && this.#isRepeat(loose[state - 1]!, key, at, bytes, seenAt, route, sha256)) return false;
    const row = this.#nextRow;
    const bits = numbers[base + slots.flags]!;
    const worst = numbers[base + slots.worst]!;
    const facts = factsOf(at, bits, worst);
    const heats = (bits & flags.heats) !== 0;
    let next = base + slotCount;
    let main = 0;
    let mainIsOther = false;
    for (let place = 0, places = numbers[base + slots.resources]!; place < places; place += 1) {
      const resource = this.#resources.rowOf(numbers[next]!);
      const relation = numbers[next + 1]!;
      const isOther = relation !== target && relation !== created;
      if (main === 0 || (mainIsOther && !isOther)) {
        main = resource;
        mainIsOther = isOther;
      }
      const links = this.#links;
      links.put(row);
      links.put(place);
      links.put(resource);
      links.put(relation);
      if (heats) tally.count(resource, facts);
      next += pairSize;
    }
    const who = numbers[base + slots.principal]!;
    const principal = this.#principals.rowOf(who);
    if ((bits & flags.heatsActor) !== 0)
      tally.count(this.#resources.rowOf(this.#principals.valueOf(who).behind), facts);
    const findings = numbers[base + slots.findings]!;
    for (let found = 0; found < findings; found += 1) {
      statements.finding.run(row, this.#rules.valueOf(numbers[next]!), numbers[next + 1]!);
      next += pairSize;
    }
    this.#totals.findings += findings;
    for (let place = 0, grants = numbers[base + slots.grants]!; place < grants; place += 1) {
      this.#handOver(row, place, principal, numbers, next, loose);
      next += grantSize;
    }
    const stored = this.#blocks.add(bytes);
    const id = numbers[base + slots.id]!;
    const request = numbers[base + slots.request]!;
    const events = this.#events;
    events.put(row);
    events.put(key);
    events.put(at);
    events.put(seenAt);
    events.put(numbers[base + slots.origin]!);
    events.put(texts.action.rowOf(numbers[base + slots.action]!));
    events.put(principal);
    events.put(texts.address.rowOf(numbers[base + slots.address]!));
    events.put(texts.agent.rowOf(numbers[base + slots.agent]!));
    events.put(texts.error.rowOf(numbers[base + slots.error]!));
    events.put(texts.errorText.rowOf(numbers[base + slots.errorText]!));
    events.put(texts.account.rowOf(numbers[base + slots.account]!));
    events.put(texts.region.rowOf(numbers[base + slots.region]!));
    events.put(main);
    events.put(texts.summary.rowOf(numbers[base + slots.summary]!));
    events.put((bits & flags.isRead) !== 0 ? 1 : (bits & flags.isNotRead) !== 0 ? 0 : null);
    events.put((bits & flags.isLate) !== 0 ? 1 : 0);
    events.put(worst === 0 ? null : worst - 1);
    events.put(route);
    events.put(stored.block);
    events.put(stored.start);
    events.put(stored.length);
    events.put(sha256);
    events.put(id === 0 ? null : loose[id - 1]!);
    events.put(
      (bits & flags.hasRequestKey) !== 0
        ? keys.subarray(keyAt + requestAt, keyAt + digestAt)
        : request === 0
          ? null
          : loose[request - 1]!,
    );
    this.#keys.add(key, row);
    if (this.#isFirst && (bits & flags.hasRequestKey) !== 0)
      this.#requests.add(hashOf(keys.subarray(keyAt + requestAt, keyAt + digestAt)), row);
    this.#nextRow += 1;
    this.#totals.events += 1;
    if ((bits & flags.isLate) !== 0) this.#totals.late += 1;
    if (at > this.#totals.newestAt) this.#totals.newestAt = at;
    return true;
  }

  #handOver(
    row: number,
    place: number,
    principal: number,
    numbers: Float64Array,
    at: number,
    loose: readonly string[],
  ): void {
    const key = numbers[at + 1]!;
    const session = numbers[at + 2]!;
    const timeOrNone = (time: number): Cell => (Number.isNaN(time) ? null : time);
    const handovers = this.#handovers;
    handovers.put(row);
    handovers.put(place);
    handovers.put(numbers[at]!);
    handovers.put(principal);
    handovers.put(key === 0 ? null : loose[key - 1]!);
    handovers.put(session === 0 ? '' : loose[session - 1]!);
    handovers.put(this.#resources.rowOf(numbers[at + 3]!));
    handovers.put(this.#resources.rowOf(numbers[at + 4]!));
    handovers.put(timeOrNone(numbers[at + 5]!));
    handovers.put(timeOrNone(numbers[at + 6]!));
  }

  /** Writes the events that wait. */
  #flush(): void {
    this.#events.flush();
    this.#waitingFrom = this.#nextRow;
  }

  /** Makes sure that a row can be read. */
  #flushTo(row: number): void {
    if (row >= this.#waitingFrom) this.#flush();
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
    if (first !== undefined) this.#flushTo(first);
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

  #beginFirst(): void {
    this.#statements.meta.run(1, 'unhashed');
    this.#isFirst = true;
    this.#requests = new HashList();
    this.#events = eventRows(this.#database, true);
  }

  #index(): void {
    buildIndexes(this.#database);
    this.#writeHashes();
    this.#indexed = true;
  }

  /** Makes what the first load brought to be found by its hashes, where that was not done yet. */
  #writeHashes(): void {
    const database = this.#database;
    if (database.prepare("select 1 from meta where name = 'unhashed' and number = 1").get() === undefined) return;
    const keys = new HashList();
    let requests = this.#requests;
    if (this.#isFirst) this.#keys.each((hash, row) => keys.add(hash, row));
    else {
      // The load was killed: the file says what it brought.
      requests = new HashList();
      const all = database.prepare(
        "select id, key, case typeof(request) when 'blob' then request end as request from event where loaded = 1 order by id",
      );
      all.setReturnArrays(true);
      for (const cells of all.iterate() as Iterable<unknown>) {
        const [id, key, request] = cells as [number, Uint8Array, Uint8Array | null];
        keys.add(hashOf(key), id);
        if (request) requests.add(hashOf(request), id);
      }
    }
    // Whether this succeeds or not: another attempt asks the file.
    this.#isFirst = false;
    this.#requests = new HashList();
    this.#events = eventRows(database, false);
    try {
      database.exec('begin immediate; delete from hashed');
      keys.write(database, 'key');
      requests.write(database, 'request');
      this.#statements.meta.run(0, 'unhashed');
      database.exec('commit');
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
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
    this.#judgedBy = meta.rules ?? 0;
    this.#toldTo = meta.told_to ?? 0;
    this.#nextRow = Number(this.#database.prepare('select max(id) as id from event').get()?.id ?? 0) + 1;
    this.#waitingFrom = this.#nextRow;
    this.#nextSummary = Number(this.#database.prepare('select max(id) as id from summary').get()?.id ?? 0) + 1;
    this.#indexed =
      meta.unhashed !== 1 &&
      this.#database.prepare("select 1 from sqlite_schema where name = 'event_resource_resource'").get() !== undefined;
    this.#requests.forgetFrom(this.#nextRow);
    if (this.#loading) this.#readKeys();
  }

  #readKeys(): void {
    this.#keys = new KeyTable(this.#totals.events);
    const all = this.#database.prepare('select key, id from event');
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
      for (const texts of Object.values(this.#texts)) texts.forget();
      this.#principals.forget();
      this.#resources.forget();
      this.#events.forget();
      this.#links.forget();
      this.#handovers.forget();
      this.#summaries.forget();
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
  keyOf: database.prepare('select key from event where id = ?'),
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

const eventColumns = [
  ...['id', 'key', 'at', 'seen_at', 'origin', 'action', 'principal', 'address', 'agent', 'error', 'error_text'],
  ...['account', 'region', 'resource', 'summary', 'read_only', 'late', 'severity', 'route'],
  ...['block', 'start', 'length', 'sha256', 'name', 'request'],
];
/** `marked` is what only somebody sets. @param loaded Of a first load. */
const eventRows = (database: DatabaseSync, loaded: boolean): RowWriter =>
  new RowWriter(database, 'event', eventColumns, eventsTogether, { marked: 0, loaded: loaded ? 1 : 0 });
const handoverColumns = [
  'event',
  'place',
  'kind',
  'principal',
  'key',
  'session',
  'resource',
  'role',
  'url_until',
  'until',
];

const target = relations.indexOf('target');
const created = relations.indexOf('created');

/** Where the numbers of the next event begin. */
const afterEvent = (numbers: Float64Array, base: number): number =>
  base +
  slotCount +
  pairSize * (numbers[base + slots.resources]! + numbers[base + slots.findings]!) +
  grantSize * numbers[base + slots.grants]!;

const factsOf = (at: number, bits: number, worst: number): HeatFacts => ({
  at,
  isWrite: (bits & flags.isWrite) !== 0,
  isIam: (bits & flags.isIam) !== 0,
  failed: (bits & flags.failed) !== 0,
  refused: (bits & flags.refused) !== 0,
  isMint: (bits & flags.isMint) !== 0,
  worst,
});
