import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  columnAt,
  columnStart,
  type Lane,
  type LaneAnswer,
  type LaneColumn,
  type LaneQuestion,
} from '../model/lane.ts';
import type { ResourceRef } from '../model/resource.ts';
import { origins, relations, severities } from './dimension.ts';
import type { OwnCalls } from './event-reader.ts';
import { laneExposures } from './lane-exposures.ts';
import { LaneTrack, packed, reportedStatus } from './lane-track.ts';
import { metaOf } from './meta.ts';

/** Events that are read between two looks at the clock. */
const chunk = 500;
/** Lanes that are kept besides those that were asked for last: who scrolls up again finds them whole. */
const mostKept = 120;
/** More events than this at once are read backwards as for a new lane, in slices, instead of being taken in one after the other. */
const mostAtOnce = 100_000;
/** Events that are looked through at a time, for all lanes at once, while there is no index that finds those of one: some milliseconds. */
const scanned = 8_000;
/** Findings that are looked at again when some were taken back; the newest. */
const mostFindings = 20_000;
/** The first look at lanes, ms: what is on the screen stands most often among their newest events. */
const firstLookMs = 40;

/** What of an event makes its place in a lane; `relation` is `null` where the lane is the one who acts. */
interface Cells {
  readonly id: number;
  readonly at: number;
  readonly action: number;
  readonly principal: number;
  readonly agent: number;
  readonly error: number;
  readonly origin: number;
  readonly read_only: number | null;
  readonly severity: number | null;
  readonly summary: number;
  readonly relation: number | null;
}

/**
 * Where a lane's events are found: those that name a resource, or those of a principal, from the newest to the oldest. While a first load goes on
 * no index finds them: then those of all lanes are scanned for together.
 */
interface Source {
  readonly type: 'resource' | 'principal';
  readonly row: number;
  readonly isScanned: boolean;
  /** What was read reaches back to this event; `undefined` when nothing is left. */
  before: { readonly id: number; readonly at: number } | undefined;
}

interface Kept {
  readonly ref: ResourceRef;
  readonly track: LaneTrack;
  readonly resources: Set<number>;
  readonly principals: Set<number>;
  readonly waiting: Source[];
}

/** A finding by who acted. */
interface Found {
  readonly at: number;
  readonly severity: number;
  readonly principal: number;
}

const columns = 'event.id as id, at, action, principal, agent, error, origin, read_only, severity, summary';

/** The same of the index `event_principal` alone, for who is none of us: no log line says who wrote it, and findings are taken from their own table. */
const indexed =
  'event.id as id, at, action, principal, 0 as agent, error, 0 as origin, read_only, null as severity, 0 as summary';

/**
 * Answers lanes: keeps what happened to each resource in memory, sorted by time, a few bytes an event, so that a window of any width is
 * counted without the file. A lane is read from its newest event backwards in slices, and kept current from then on. Lives in the query worker.
 */
export class LaneIndex {
  readonly #database: DatabaseSync;
  readonly #lanes = new Map<string, Kept>();
  readonly #statements = new Map<string, StatementSync>();
  readonly #changing = new Map<number, boolean>();
  readonly #names: string[] = [''];
  readonly #nameOf = new Map<number, number>();
  readonly #own = new Map<number, boolean>();
  #indexed = false;
  #ownBy: OwnCalls | undefined;
  /** Events, resources, principals and findings up to these were taken in. */
  #event = 0;
  #resource = 0;
  #principal = 0;
  #finding = 0;
  #findingChanges = 0;
  /** Findings older than this are still to be read; 0: none. */
  #foundBefore = 0;
  #found: Found[] = [];

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Whether lanes are still being read. */
  get isReading(): boolean {
    if (this.#foundBefore > 0) return true;
    for (const { waiting } of this.#lanes.values()) if (waiting.length > 0) return true;
    return false;
  }

  /** Reads on for about `ms`. @returns Whether nothing is left to read. */
  readFor(ms: number): boolean {
    const until = performance.now() + ms;
    do {
      if (this.#foundBefore > 0) this.#readFindings();
      const next = this.#nextLane();
      if (next?.waiting[0]?.isScanned) this.#scan();
      else if (next) this.#readChunk(next);
      else if (this.#foundBefore === 0) return true;
    } while (performance.now() < until);
    return false;
  }

  /** The lanes as far as they are read. */
  answer(question: LaneQuestion, own: OwnCalls | undefined): LaneAnswer {
    if (own !== this.#ownBy) {
      // Whose calls are ours was learnt: what is ours stands in every entry.
      this.#ownBy = own;
      this.#own.clear();
      this.#lanes.clear();
    }
    this.#refresh();
    const lanes = question.lanes.map((ref) => this.#laneOf(ref));
    // What most screens show is there at once; the rest follows in slices.
    if (this.isReading) this.readFor(firstLookMs);
    const { from, to, columns: wide } = question;
    const exposed = laneExposures(
      this.#database,
      lanes.map(({ ref, resources }) => (ref.kind.startsWith('iam.') ? [] : [...resources])),
      { from, to },
    );
    this.#forget(lanes);
    return {
      from,
      to,
      columns: wide,
      lanes: lanes.map(
        ({ track, waiting, principals }, index): Lane => ({
          columns: this.#columns(track, question),
          states: track.states(from, to),
          exposures: exposed[index] ?? [],
          complete: waiting.length === 0 && (principals.size === 0 || this.#foundBefore === 0),
        }),
      ),
    };
  }

  #columns(track: LaneTrack, question: LaneQuestion): readonly LaneColumn[] {
    const { from, to, columns: wide } = question;
    const found = new Map<number, { -readonly [Name in keyof LaneColumn]: LaneColumn[Name] }>();
    const at = (column: number) => {
      let cell = found.get(column);
      if (!cell) {
        cell = { column, reads: 0, changes: 0, failed: 0, ours: 0, action: '', severity: undefined };
        found.set(column, cell);
      }
      return cell;
    };
    for (let column = 0; column < wide; column += 1) {
      const reads = track.reads(columnStart(question, column), columnStart(question, column + 1));
      if (reads > 0) at(column).reads = reads;
    }
    for (const entry of track.marks(from, to)) {
      const cell = at(columnAt(question, packed.seconds(entry) * 1_000));
      if (packed.isFailed(entry)) cell.failed += 1;
      if (!packed.isChange(entry)) {
        cell.reads += 1;
        continue;
      }
      cell.changes += 1;
      if (packed.isOurs(entry)) cell.ours += 1;
      if (cell.action === '') cell.action = this.#names[packed.action(entry)] ?? '';
    }
    for (const { at: when, severity } of track.findings(from, to)) {
      const cell = at(columnAt(question, when));
      const before = cell.severity === undefined ? -1 : severities.indexOf(cell.severity);
      if (severity > before) cell.severity = severities[severity];
    }
    return [...found.values()].filter(({ column }) => column < wide).sort((a, b) => a.column - b.column);
  }

  #laneOf(ref: ResourceRef): Kept {
    const key = `${ref.kind}\0${ref.arn || ref.name}`;
    const known = this.#lanes.get(key);
    // Asked for last, forgotten last.
    this.#lanes.delete(key);
    if (known) {
      this.#lanes.set(key, known);
      return known;
    }
    const lane: Kept = { ref, track: new LaneTrack(), resources: new Set(), principals: new Set(), waiting: [] };
    this.#lanes.set(key, lane);
    for (const { id } of this.#all(
      'select id from resource where kind = ? and name = ? collate nocase',
      ref.kind,
      ref.name,
    ))
      this.#joinResource(lane, Number(id), 0);
    if (isActor(ref) && ref.arn !== '')
      for (const { id } of this.#all('select id from principal where issuer_arn = ? or arn = ?', ref.arn, ref.arn))
        this.#joinPrincipal(lane, Number(id));
    return lane;
  }

  #joinResource(lane: Kept, row: number, after: number): void {
    const cells = this.#get('select arn from resource where id = ?', row);
    const arn = String(cells?.arn ?? '');
    // Two of one name in two accounts are two lanes; what only names it belongs to both.
    if (arn !== '' && lane.ref.arn !== '' && arn.toLowerCase() !== lane.ref.arn.toLowerCase()) return;
    if (lane.resources.has(row)) return;
    lane.resources.add(row);
    if (after === 0) this.#readBack(lane, 'resource', row, 0);
  }

  #joinPrincipal(lane: Kept, row: number): void {
    if (lane.principals.has(row)) return;
    lane.principals.add(row);
    for (const { at, severity, principal } of this.#found) if (principal === row) lane.track.addFinding(at, severity);
    this.#readBack(lane, 'principal', row, Number.MAX_SAFE_INTEGER);
  }

  #readBack(lane: Kept, type: Source['type'], row: number, at: number): void {
    lane.waiting.push({ type, row, isScanned: !this.#isIndexed(), before: { id: this.#event + 1, at } });
  }

  /** Whether the indexes are there that are built at the end of a first load. */
  #isIndexed(): boolean {
    this.#indexed ||=
      this.#get("select 1 from sqlite_master where type = 'index' and name = 'event_resource_resource'") !== undefined;
    return this.#indexed;
  }

  /** The lane that is to be read on: those that were asked for last first, and of them the one that was read least. */
  #nextLane(): Kept | undefined {
    let next: Kept | undefined;
    for (const lane of this.#lanes.values())
      if (lane.waiting.length > 0 && (!next || lane.track.size < next.track.size)) next = lane;
    return next;
  }

  #readChunk(lane: Kept): void {
    const source = lane.waiting.shift();
    if (!source?.before) return;
    const { id, at } = source.before;
    const rows = (source.type === 'resource'
      ? this.#all(
          `select ${columns}, event_resource.relation as relation from event_resource cross join event on event.id = event_resource.event
            where event_resource.resource = ? and event_resource.event < ? order by event_resource.event desc limit ${chunk}`,
          source.row,
          id,
        )
      : this.#all(
          `select ${this.#isOneOfUs(source.row) ? columns : indexed}, null as relation from event where principal = ? and (at, id) < (?, ?)
            order by at desc, id desc limit ${chunk}`,
          source.row,
          at,
          id,
        )) as unknown as readonly Cells[];
    for (const cells of rows) if (cells.id <= this.#event) this.#add(lane, cells);
    const last = rows.at(-1);
    if (last && rows.length === chunk)
      // Sources of a lane in turn: none waits for the whole of another.
      lane.waiting.push({ ...source, before: { id: last.id, at: last.at } });
  }

  /** Reads on where no index is: the next events of all lanes at once. */
  #scan(): void {
    const reading = [...this.#lanes.values()].flatMap((lane) =>
      lane.waiting.flatMap((source) =>
        source.isScanned && source.before ? [{ lane, source, until: source.before.id }] : [],
      ),
    );
    // Sessions of one role may be more than a call takes arguments.
    const to = reading.reduce((most, { until }) => Math.max(most, until), 0);
    const from = Math.max(0, to - scanned);
    const wanted = new Map<string, typeof reading>();
    for (const one of reading) {
      const key = `${one.source.type} ${one.source.row}`;
      wanted.set(key, [...(wanted.get(key) ?? []), one]);
    }
    this.#eachOf(
      (type) => reading.flatMap(({ source }) => (source.type === type ? [source.row] : [])),
      from,
      to - 1,
      (type, row, cells) => {
        for (const { lane, until } of wanted.get(`${type} ${row}`) ?? []) if (cells.id < until) this.#add(lane, cells);
      },
    );
    for (const { source, until } of reading) source.before = { id: Math.min(until, from + 1), at: 0 };
    if (from > 0) return;
    for (const lane of this.#lanes.values())
      lane.waiting.splice(0, lane.waiting.length, ...lane.waiting.filter(({ isScanned }) => !isScanned));
  }

  /** Events after one and up to another that name one of these resources or are by one of these principals. */
  #eachOf(
    rows: (type: Source['type']) => readonly number[],
    after: number,
    to: number,
    add: (type: Source['type'], row: number, cells: Cells) => void,
  ): void {
    // A plus hides the column from `event_principal`, which would give all that they ever did.
    const byThem = this.#statement(
      `select ${columns}, null as relation from event where id > ? and id <= ? and +principal in (select value from json_each(?))`,
    ).iterate(after, to, JSON.stringify(rows('principal'))) as unknown as Iterable<Cells>;
    for (const cells of byThem) add('principal', cells.principal, cells);
    const namingThem = this.#statement(
      `select ${columns}, event_resource.relation as relation, event_resource.resource as named from event_resource
        cross join event on event.id = event_resource.event
        where event_resource.event > ? and event_resource.event <= ? and event_resource.resource in (select value from json_each(?))`,
    ).iterate(after, to, JSON.stringify(rows('resource'))) as unknown as Iterable<Cells & { readonly named: number }>;
    for (const cells of namingThem) add('resource', cells.named, cells);
  }

  #add(lane: Kept, cells: Cells): void {
    const { track } = lane;
    const origin = origins[cells.origin];
    if (origin === 'cloudwatch-logs') return;
    if (cells.severity !== null) track.addFinding(cells.at, cells.severity);
    if (origin === 'eventbridge') {
      // Of others that it names nothing is reported.
      if (cells.relation !== relations.indexOf('target')) return;
      const status = reportedStatus(
        String(this.#get('select text from summary where id = ?', cells.summary)?.text ?? ''),
      );
      if (status !== '') track.addState(cells.at, status);
      return;
    }
    const isChange = cells.read_only === 0 && this.#changes(cells.action);
    const isOurs = this.#isOurs(cells);
    if (isOurs && !isChange) return;
    track.add(cells.id, packed.of(cells.at, isChange, cells.error !== 0, isOurs, this.#nameIndex(cells.action)));
  }

  /** Takes in what was committed since: only new rows are looked at, whatever lies in the file. */
  #refresh(): void {
    const newest = Number(this.#get('select max(id) as id from event')?.id ?? 0);
    const resource = Number(this.#get('select max(id) as id from resource')?.id ?? 0);
    const principal = Number(this.#get('select max(id) as id from principal')?.id ?? 0);
    if (newest - this.#event > mostAtOnce) this.#lanes.clear();
    if (this.#lanes.size > 0) {
      this.#joinNew(resource, principal);
      if (newest > this.#event) this.#takeIn(newest);
      this.#takeInFindings();
    } else {
      this.#finding = Number(this.#get('select max(id) as id from finding')?.id ?? 0);
      this.#findingChanges = metaOf(this.#database, 'findings');
      this.#found = [];
      this.#foundBefore = this.#finding + 1;
    }
    this.#event = newest;
    this.#resource = resource;
    this.#principal = principal;
  }

  /** Spellings and sessions that nobody had seen before: all their events are new. */
  #joinNew(resource: number, principal: number): void {
    if (resource > this.#resource)
      for (const { id, kind, name } of this.#all('select id, kind, name from resource where id > ?', this.#resource))
        for (const lane of this.#lanes.values())
          if (lane.ref.kind === kind && lane.ref.name.toLowerCase() === String(name).toLowerCase())
            this.#joinResource(lane, Number(id), this.#event);
    if (principal > this.#principal)
      for (const { id, arn, issuer } of this.#all(
        'select id, arn, issuer_arn as issuer from principal where id > ?',
        this.#principal,
      ))
        for (const lane of this.#lanes.values())
          if (isActor(lane.ref) && lane.ref.arn !== '' && (lane.ref.arn === arn || lane.ref.arn === issuer))
            lane.principals.add(Number(id));
  }

  #takeIn(newest: number): void {
    const byResource = new Map<number, Kept[]>();
    const byPrincipal = new Map<number, Kept[]>();
    const join = (map: Map<number, Kept[]>, rows: ReadonlySet<number>, lane: Kept) => {
      for (const row of rows) map.set(row, [...(map.get(row) ?? []), lane]);
    };
    for (const lane of this.#lanes.values()) {
      join(byResource, lane.resources, lane);
      join(byPrincipal, lane.principals, lane);
    }
    const lanes = { resource: byResource, principal: byPrincipal };
    this.#eachOf(
      (type) => [...lanes[type].keys()],
      this.#event,
      newest,
      (type, row, cells) => {
        for (const lane of lanes[type].get(row) ?? []) this.#add(lane, cells);
      },
    );
  }

  /** Findings by who acted, read once from the newest backwards: those of resources stand in their events. */
  #readFindings(): void {
    const rows = this.#all(
      `select finding.id as id, event.at as at, finding.severity as severity, event.principal as principal
      from finding cross join event on event.id = finding.event where finding.id < ? order by finding.id desc limit ${chunk}`,
      this.#foundBefore,
    );
    for (const { at, severity, principal } of rows)
      this.#foundBy({ at: Number(at), severity: Number(severity), principal: Number(principal) });
    const last = rows.at(-1);
    this.#foundBefore = last && rows.length === chunk && this.#found.length < mostFindings ? Number(last.id) : 0;
  }

  #foundBy(found: Found): void {
    this.#found.push(found);
    for (const { principals, track } of this.#lanes.values())
      if (principals.has(found.principal)) track.addFinding(found.at, found.severity);
  }

  /** Rules also fire on events that were taken in long ago, and correlations take findings back: then all are looked at again. */
  #takeInFindings(): void {
    const changes = metaOf(this.#database, 'findings');
    const known = this.#findingChanges;
    this.#findingChanges = changes;
    if (changes === known) return;
    const before = this.#finding;
    const isNew = Number(this.#get('select count(*) as n from finding where id > ?', before)?.n ?? 0);
    if (isNew !== changes - known) {
      this.#finding = Math.max(0, Number(this.#get('select max(id) as id from finding')?.id ?? 0) - mostFindings);
      for (const lane of this.#lanes.values()) lane.track.forgetFindings();
      this.#found = [];
      this.#foundBefore = 0;
    }
    for (const { id, severity, at, event, principal } of this.#all(
      `select finding.id as id, finding.severity as severity, event.at as at, event.id as event, event.principal as principal
      from finding join event on event.id = finding.event where finding.id > ? order by finding.id`,
      this.#finding,
    )) {
      this.#finding = Number(id);
      this.#found.push({ at: Number(at), severity: Number(severity), principal: Number(principal) });
      const named = new Set(
        this.#all('select resource from event_resource where event = ?', Number(event)).map(({ resource }) =>
          Number(resource),
        ),
      );
      for (const lane of this.#lanes.values())
        if (lane.principals.has(Number(principal)) || [...lane.resources].some((row) => named.has(row)))
          lane.track.addFinding(Number(at), Number(severity));
    }
  }

  #forget(asked: readonly Kept[]): void {
    for (const [key, lane] of this.#lanes) {
      if (this.#lanes.size <= Math.max(mostKept, asked.length)) return;
      if (!asked.includes(lane)) this.#lanes.delete(key);
    }
  }

  /** Invocations change nothing, though CloudTrail calls them no reads. */
  #changes(action: number): boolean {
    let changes = this.#changing.get(action);
    if (changes === undefined) {
      changes = !/^sagemaker:Invoke/.test(this.#text(action));
      this.#changing.set(action, changes);
    }
    return changes;
  }

  #nameIndex(action: number): number {
    let index = this.#nameOf.get(action);
    if (index === undefined) {
      const text = this.#text(action);
      index = this.#names.length < packed.mostActions ? this.#names.push(text.slice(text.indexOf(':') + 1)) - 1 : 0;
      this.#nameOf.set(action, index);
    }
    return index;
  }

  #isOneOfUs(principal: number): boolean {
    const own = this.#ownBy;
    return own?.arns.has(String(this.#get('select arn from principal where id = ?', principal)?.arn ?? '')) === true;
  }

  #isOurs({ agent, principal }: Cells): boolean {
    const own = this.#ownBy;
    if (!own || agent === 0) return false;
    let marked = this.#own.get(agent);
    if (marked === undefined) {
      marked = this.#text(agent).includes(own.mark);
      this.#own.set(agent, marked);
    }
    return marked && this.#isOneOfUs(principal);
  }

  #text(value: number): string {
    return String(this.#get('select text from value where id = ?', value)?.text ?? '');
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #all(sql: string, ...values: (string | number)[]): readonly { readonly [column: string]: unknown }[] {
    return this.#statement(sql).all(...values);
  }

  #get(sql: string, ...values: (string | number)[]): { readonly [column: string]: unknown } | undefined {
    return this.#statement(sql).get(...values);
  }
}

const isActor = ({ kind }: ResourceRef): boolean => kind === 'iam.role' || kind === 'iam.user';
