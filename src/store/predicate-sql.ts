import type { DatabaseSync } from 'node:sqlite';
import { fieldMatches, principalValues, sessionValues, termMatches } from '../filter/matches.ts';
import type { CidrTerm, FieldTerm, Predicate, TextTerm } from '../filter/predicate.ts';
import type { Principal } from '../model/principal.ts';
import { dimensions, origins } from './dimension.ts';
import { eventKey, requestKey, requestOf, uuidOf } from './event-key.ts';
import { principalOfCells } from './event-reader.ts';
import { HashedRows } from './hashed-rows.ts';
import { metaOf } from './meta.ts';
import { principalColumns } from './schema.ts';
import { ValueSet, type ValueSource } from './value-set.ts';

/** Resources of more than one in so many events are common. */
const commonShare = 64;
/** Rows that stand in a statement. */
const mostSpelledOut = 1_000;

type Term = FieldTerm | CidrTerm | TextTerm;
type Test = (value: string) => boolean;

/** A condition over the columns of `event`; changes when `refresh` finds new values. */
export interface Condition {
  /**
   * SQL without parameters: everything that came from outside is interned numbers, or bound to a function.
   *
   * @param after Only rows after this one will be asked about, so sub-queries need not look at others.
   */
  sql(after?: number): string;
  /** SQL that holds for every event of it by its time alone: the part of the timeline that it lies in. */
  readonly span: string;
  /** Whether it depends on what changes after an event was stored. */
  readonly dependsOnMarks: boolean;
  /**
   * Takes in values that were interned since; `sql` may be another then, and says nothing before the first time.
   *
   * @param until Time by `performance.now` at which to leave the rest for another call. @returns Whether all is taken in.
   */
  refresh(until?: number): boolean;
  close(): void;
}

/**
 * A filter as SQL. Its terms are evaluated by the filter's own functions over the *distinct* values of a column, a few thousand, and become
 * sets of interned numbers, so that filter and store cannot mean different things; the rows themselves are only compared by number.
 */
export function conditionOf(database: DatabaseSync, predicate: Predicate): Condition {
  const sets: ValueSet[] = [];
  const builder: Builder = { database, sets, functions: [], hashed: new HashedRows(database), marks: false };
  const render = build(predicate, builder);
  return {
    sql: (after = 0) => render(after),
    span: spanOf(predicate),
    dependsOnMarks: builder.marks,
    refresh: (until) => sets.every((set) => set.refresh(until)),
    close() {
      for (const set of sets) set.close();
      pools.get(database)?.free.push(...builder.functions.splice(0));
    },
  };
}

interface Builder {
  readonly database: DatabaseSync;
  readonly sets: ValueSet[];
  readonly functions: Slot[];
  readonly hashed: HashedRows;
  marks: boolean;
}

/** Gives the SQL for the values that are known by then. */
type Render = (after: number) => string;

function build(predicate: Predicate, builder: Builder): Render {
  switch (predicate.type) {
    case 'all':
      return () => '1';
    case 'and':
    case 'or': {
      const terms = predicate.terms.map((term) => build(term, builder));
      const empty = predicate.type === 'and' ? '1' : '0';
      return (after) =>
        terms.length === 0 ? empty : `(${terms.map((term) => term(after)).join(` ${predicate.type} `)})`;
    }
    case 'not': {
      const term = build(predicate.term, builder);
      // Columns that can be null are only compared with `is`, so `not` never meets a null.
      return (after) => `not (${term(after)})`;
    }
    case 'time': {
      const sql = spanOf(predicate);
      return () => sql;
    }
    case 'flag': {
      if (predicate.flag === 'marked') builder.marks = true;
      const sql = { error: 'error <> 0', readonly: 'read_only is 1', marked: 'marked = 1', late: 'late = 1' }[
        predicate.flag
      ];
      return () => sql;
    }
    case 'cidr':
      return column('address', values(builder, 'address', termMatches(predicate)));
    case 'field':
      return field(predicate, builder);
    case 'text':
      return text(predicate, builder);
  }
}

function spanOf(predicate: Predicate): string {
  const bounds =
    predicate.type === 'and'
      ? predicate.terms.map(spanOf).filter((sql) => sql !== '1')
      : predicate.type === 'time'
        ? [
            ...(predicate.from === undefined ? [] : [`at >= ${number(predicate.from)}`]),
            ...(predicate.to === undefined ? [] : [`at <= ${number(predicate.to)}`]),
          ]
        : [];
  return bounds.length === 0 ? '1' : `(${bounds.join(' and ')})`;
}

/** JavaScript's infinities and fractions, as SQLite reads them. */
const number = (value: number): string =>
  Number.isNaN(value)
    ? 'null'
    : value === Number.POSITIVE_INFINITY
      ? '9e999'
      : value === Number.NEGATIVE_INFINITY
        ? '-9e999'
        : String(value);

const column = (name: string, set: ValueSet) => () => set.condition(name);
const anyOf = (parts: readonly Render[]) => (after: number) => {
  const some = parts.map((part) => part(after)).filter((sql) => sql !== '0');
  return some.length === 0 ? '0' : `(${some.join(' or ')})`;
};

function field(term: FieldTerm, builder: Builder): Render {
  const test = termMatches(term);
  switch (term.field) {
    case 'principal':
      return column(
        // A plus hides the column from `event_principal`, which would find everything before it shows anything.
        '+principal',
        principals(builder, (principal) => principalValues(principal).some(test)),
      );
    case 'key':
      return column(
        // A plus hides the column from `event_principal`, which would find everything before it shows anything.
        '+principal',
        principals(builder, ({ accessKeyId }) => given(accessKeyId, test)),
      );
    case 'session':
      return column(
        '+principal',
        principals(builder, (principal) => sessionValues(principal).some(test)),
      );
    case 'request':
      return requestIds(term, builder);
    case 'kind':
      return resources(builder, (kind) => given(kind, test));
    case 'resource':
      return resources(builder, (_kind, arn, name) => given(name, test) || given(arn, test));
    case 'action':
      return column('action', values(builder, 'action', test));
    case 'ip':
      return column('address', values(builder, 'address', test));
    case 'account':
      return column('account', values(builder, 'account', test));
    case 'region':
      return column('region', values(builder, 'region', test));
    case 'error':
      return column('error', values(builder, 'error', test));
    case 'agent':
      return column('agent', values(builder, 'agent', test));
    case 'source': {
      const numbers = origins.flatMap((origin, index) => (test(origin) ? [index] : []));
      return () => (numbers.length === 0 ? '0' : `origin in (${numbers.join(', ')})`);
    }
    case 'rule': {
      // Findings come to events that are stored already, as marks do.
      builder.marks = true;
      const name = functionOf(builder, (rule) => test(String(rule)));
      return (after) => `id in (select event from finding where event > ${after} and ${name}(rule))`;
    }
    case 'id':
      return eventIds(term, builder);
  }
}

function text(term: TextTerm, builder: Builder): Render {
  const test = termMatches(term);
  return anyOf([
    column(
      'summary',
      set(builder, { table: 'summary', columns: ['text'], ...holding(term) }, ([, text]) => given(text, test)),
    ),
    column('action', values(builder, 'action', test)),
    column('address', values(builder, 'address', test)),
    column('error', values(builder, 'error', test)),
    column('error_text', values(builder, 'errorText', test)),
    column('agent', values(builder, 'agent', test)),
    column(
      '+principal',
      principals(builder, (principal) => given(principal.accessKeyId, test) || principalValues(principal).some(test)),
    ),
    resources(builder, (_kind, arn, name) => given(name, test) || given(arn, test)),
    bothIds(term, builder),
  ]);
}

/** Empty values are no values: nothing matches them. */
const given = (value: unknown, test: Test): boolean => typeof value === 'string' && value !== '' && test(value);

const longestSought = 1_000;

/**
 * Of sentences there are as many as events: SQLite looks through them in a fifth of the time, and those that may hold the text are tested. It knows
 * upper and lower case of ASCII alone, and reads no further than a zero: what holds anything else is tested too.
 */
function holding({ value, glob }: TextTerm): Pick<ValueSource, 'where' | 'parameters'> {
  if (glob || value.length > longestSought || !/^[ -~]+$/.test(value)) return {};
  return {
    where: "text like ? escape '\\' or length(text) <> octet_length(text)",
    parameters: [`%${value.replace(/[\\%_]/g, '\\$&')}%`],
  };
}

function set(builder: Builder, source: ValueSource, test: (cells: readonly unknown[]) => boolean): ValueSet {
  const made = new ValueSet(builder.database, source, test);
  builder.sets.push(made);
  return made;
}

/** A plus hides the column from the table's index, which would give all values of the dimension for each piece. */
const values = (builder: Builder, dimension: keyof typeof dimensions, test: Test): ValueSet =>
  set(builder, { table: 'value', columns: ['text'], where: `+dimension = ${dimensions[dimension]}` }, ([, text]) =>
    given(text, test),
  );

const principals = (builder: Builder, test: (principal: Principal) => boolean): ValueSet =>
  set(builder, { table: 'principal', columns: principalColumns }, ([, ...cells]) =>
    test(principalOfCells(Object.fromEntries(principalColumns.map((name, at) => [name, cells[at]])))),
  );

function resources(builder: Builder, test: (kind: unknown, arn: unknown, name: unknown) => boolean): Render {
  const chosen = set(builder, { table: 'resource', columns: ['kind', 'arn', 'name'] }, ([, kind, arn, name]) =>
    test(kind, arn, name),
  );
  return (after) => {
    const sql = chosen.condition('resource');
    if (sql === '0') return '0';
    // What stands in a good part of all events is not looked up event by event and then sorted: a plus has the timeline read in its order.
    const { events } = builder.database
      .prepare(`select sum(events) as events from resource where ${chosen.condition('id')}`)
      .get()!;
    const isCommon = after === 0 && commonShare * Number(events ?? 0) > metaOf(builder.database, 'events');
    return `${isCommon ? '+' : ''}id in (select event from event_resource where ${sql} and event > ${after})`;
  };
}

/** Ids are not interned: each is its own. UUIDs are asked by key, or narrowed down by their digits before they are spelled out. */
function eventIds(term: Term, builder: Builder): Render {
  const test = eventTest(term);
  const name = functionOf(builder, test);
  const others = otherEvents(name);
  if (term.type === 'field' && term.op === 'is') {
    const key = eventKey('cloudtrail', term.value);
    return (after) => {
      const rows = builder.hashed.rowsOf('key', key).join(', ');
      return `(id in (select id from event where id in (${rows}) and ${name}(key, name)) or ${others(after)})`;
    };
  }
  const digits = digitsOf(term);
  if (digits === undefined) return others;
  const found = set(
    builder,
    { table: 'event', columns: ['key', 'name'], where: withDigits('key', digits) },
    ([, ...id]) => test(...id),
  );
  return anyOf([column('id', found), others]);
}

/** Request ids are kept as event ids are: asked by key, or narrowed down by their digits before they are spelled out. */
function requestIds(term: Term, builder: Builder): Render {
  const test = requestTest(term);
  const spelled = spelledRequests(functionOf(builder, test));
  if (term.type === 'field' && term.op === 'is') {
    const key = requestKey(term.value.toLowerCase());
    // Ids in capitals are kept as texts.
    if (typeof key === 'string') return spelled;
    return (after) => {
      const rows = builder.hashed.rowsOf('request', key).filter((row) => row > after);
      // One id on very many events is somebody's doing, and longer than a statement may be.
      const found =
        rows.length <= mostSpelledOut
          ? rows.join(', ')
          : `select id from event where id > ${after} and request = x'${Buffer.from(key).toString('hex')}'`;
      return `(id in (${found}) or ${spelled(after)})`;
    };
  }
  const digits = digitsOf(term);
  if (digits === undefined) return spelled;
  const found = set(
    builder,
    { table: 'event', columns: ['request'], where: withDigits('request', digits) },
    ([, request]) => test(request),
  );
  return anyOf([column('id', found), spelled]);
}

/** Ids of the event and of its request that hold a text: one look at every event for both. */
function bothIds(term: TextTerm, builder: Builder): Render {
  const [event, request] = [eventTest(term), requestTest(term)];
  const rest = [otherEvents(functionOf(builder, event)), spelledRequests(functionOf(builder, request))];
  const digits = digitsOf(term);
  if (digits === undefined) return anyOf(rest);
  const found = set(
    builder,
    {
      table: 'event',
      columns: ['key', 'name', 'request'],
      where: `${withDigits('key', digits)} or ${withDigits('request', digits)}`,
    },
    ([, key, name, of]) =>
      (name === null && event(key, name)) || (typeof of === 'object' && of !== null && request(of)),
  );
  return anyOf([column('id', found), ...rest]);
}

function eventTest(term: Term): Tested {
  const test = term.type === 'field' ? fieldMatches('id', term.op, term.value) : termMatches(term);
  return (key, text) => test(text === null ? uuidOf(key as Uint8Array) : String(text));
}

function requestTest(term: Term): Tested {
  const test = term.type === 'field' ? fieldMatches('request', term.op, term.value) : termMatches(term);
  return (request) => test(requestOf(request as Uint8Array | string));
}

/** Events whose id is no UUID. A plus hides the column from the table's own order: they have an index. */
const otherEvents =
  (name: string): Render =>
  (after) =>
    `id in (select id from event where name is not null and +id > ${after} and ${name}(key, name))`;

/**
 * Events whose request id is no UUID. A plus hides the column from the table's own order: they have an index. Files of formats before have one
 * of all ids instead, in which texts stand before bytes.
 */
const spelledRequests =
  (name: string): Render =>
  (after) =>
    `id in (select id from event where typeof(request) = 'text' and request >= '' and request < x'' and +id > ${after} and ${name}(request))`;

/** Whether a UUID may hold what is asked for. */
const withDigits = (of: 'key' | 'request', digits: string): string =>
  of === 'key'
    ? `(name is null and instr(hex(key), '${digits}') > 0)`
    : `(typeof(request) = 'blob' and instr(hex(request), '${digits}') > 0)`;

/** What the hexadecimal digits of a UUID must hold, whatever else is asked; `undefined` when none can match. */
function digitsOf(term: Term): string | undefined {
  const glob = term.type === 'text' ? term.glob === true : term.type === 'field' && term.op === 'like';
  const pieces = (glob ? term.value.replaceAll('\\', '').split('*') : [term.value]).map((piece) =>
    piece.toLowerCase().replaceAll('-', ''),
  );
  // No UUID holds any other character, nor more than 32.
  if (pieces.some((piece) => /[^0-9a-f]/.test(piece) || piece.length > 32)) return undefined;
  const longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '');
  return longest.toUpperCase();
}

type Tested = (...cells: readonly unknown[]) => boolean;

/** A function of SQL and what it stands for now. */
interface Slot {
  readonly name: string;
  test: Tested;
}

/**
 * Makes a test callable from SQL and gives its name there. Functions belong to a connection and cannot be taken back, so those of closed
 * conditions are used again; and none can be defined anew while any statement runs (SQLite calls that busy), as one does for every view
 * that is still searched: what is defined once looks up what it stands for.
 */
function functionOf({ database, functions }: Builder, test: Tested): string {
  let pool = pools.get(database);
  if (!pool) {
    pool = { free: [], made: 0 };
    pools.set(database, pool);
  }
  let slot = pool.free.pop();
  if (slot) slot.test = test;
  else {
    pool.made += 1;
    const made: Slot = { name: `fb_id_${pool.made}`, test };
    database.function(made.name, { deterministic: true, varargs: true }, (...cells) => (made.test(...cells) ? 1 : 0));
    slot = made;
  }
  functions.push(slot);
  return slot.name;
}

const pools = new WeakMap<DatabaseSync, { readonly free: Slot[]; made: number }>();
