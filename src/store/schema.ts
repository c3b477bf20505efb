import { chmodSync, existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { FailedError } from '../model/errors.ts';
import { isUnopened, withStoreErrors } from './store-error.ts';

/** Format of `events.db`, in `user_version`. Grows when an older Firebreak could not read the file rightly. */
export const eventsFormat = 5;
/** `FBRK`, in `application_id`: tells our files from other SQLite files. */
const applicationId = 0x4642524b;

/** AWS reports a state more than once, under other ids: `repeat` keeps those records as evidence, `state` says which event was the first. */
const repeatTable = `create table repeat(key blob primary key, event integer not null, seen_at integer not null, route integer not null,
  block integer not null, start integer not null, length integer not null, sha256 blob not null) without rowid;
create table state(key blob primary key, event integer not null) without rowid;`;

/** Everything that tells two principals apart. */
export const principalColumns = [
  'type',
  'arn',
  'name',
  'issuer_arn',
  'access_key_id',
  'person',
  'source_identity',
  'user_id',
  'invoked_by',
  'issued_at',
] as const;

const principalTable = `create table principal(id integer primary key, ${principalColumns
  .map((name) => `${name} ${name === 'issued_at' ? 'integer not null default 0' : "text not null default ''"}`)
  .join(', ')}, unique(${principalColumns.join(', ')}));
create index principal_key on principal(access_key_id) where access_key_id <> ''`;

/**
 * `handover`: what a record hands over (model/grant.ts), `kind` by `grantKinds`. `known`: what AWS answered, `at` the last time. Principals with
 * keys, addresses and what they did are not kept as edges: they follow from the events, which are indexed (see the README).
 */
const graphTables = `create table handover(event integer not null, place integer not null, kind integer not null, principal integer not null, key text, session text not null,
  resource integer not null, role integer not null, url_until integer, until integer, primary key(event, place)) without rowid;
create table known(subject integer not null, role text not null, object integer not null, operation text not null, first_at integer not null,
  at integer not null, primary key(subject, role, object)) without rowid;
create index known_object on known(object)`;

/** What rules said; `id` grows with every finding, those of earlier events too, so that who watches can ask what came since. */
const findingTable = `create table finding(id integer primary key, event integer not null, rule text not null, severity integer not null,
  unique(event, rule));
insert into meta(name, number) values ('findings', 0), ('rules', 0)`;

/**
 * Rows of a first load by 32 bits of what they are found by (hashed-rows.ts); `first` is the smallest hash of the piece. `meta.unhashed` is 1
 * from the beginning of such a load until it is written.
 */
const hashedTable = `create table hashed(kind integer not null, first integer not null, pairs blob not null, primary key(kind, first)) without rowid;
insert into meta(name, number) values ('unhashed', 0)`;

/** What makes a resource hot besides the number of events. */
const heatColumns = ['refused', 'mints', 'iam_writes', 'first_at', 'changed_at', 'worst'];

/** What the format before lacks, by its number. */
const upgrades: { readonly [format: number]: string } = {
  1: `alter table event add column repeats integer not null default 0; ${repeatTable}`,
  // Whoever opens it next for writing reads the records again that were stored before (`unread` in the writer).
  2: `alter table principal rename to old_principal; ${principalTable};
    insert into principal(id, type, arn, name, issuer_arn, access_key_id) select id, type, arn, name, issuer_arn, access_key_id from old_principal;
    drop table old_principal; ${graphTables}; alter table event add column request blob;
    ${heatColumns.map((name) => `alter table resource add column ${name} integer not null default 0`).join('; ')};
    insert into meta(name, number) values ('unread_to', (select coalesce(max(id), 0) from event))`,
  // Nobody filled it before.
  3: `drop table finding; ${findingTable}`,
  // Its `event_key` and `event_request` are of all events: they serve as those of what came later.
  4: `alter table event add column loaded integer not null default 0; ${hashedTable}`,
};

/**
 * Text that repeats is interned: `value` by dimension, principals and resources as tuples. Id 0 is the empty text and has no row.
 * `event.route`, `seen_at` and `sha256` are those of the first delivery; `route` holds deliveries by other routes. `event.loaded` is 1 for what a
 * load brought into an empty file: it is found by `hashed`, all other by its indexes.
 */
const tables = `
create table meta(name text primary key, number integer not null) without rowid;
create table value(id integer primary key, dimension integer not null, text text not null, unique(dimension, text));
create table summary(id integer primary key, text text not null);
${principalTable};
create table resource(id integer primary key, kind text not null, arn text not null, name text not null,
  events integer not null default 0, writes integer not null default 0, errors integer not null default 0,
  last_at integer not null default 0, ${heatColumns.map((name) => `${name} integer not null default 0`).join(', ')},
  unique(kind, name, arn));
create table event(id integer primary key, key blob not null, at integer not null, seen_at integer not null,
  origin integer not null, action integer not null, principal integer not null, address integer not null,
  agent integer not null, error integer not null, error_text integer not null, account integer not null,
  region integer not null, resource integer not null, summary integer not null, read_only integer, late integer not null,
  marked integer not null, severity integer, route integer not null, block integer not null, start integer not null,
  length integer not null, sha256 blob not null, name text, repeats integer not null default 0, request blob,
  loaded integer not null default 0);
create table event_resource(event integer not null, place integer not null, resource integer not null, relation integer not null,
  primary key(event, place)) without rowid;
create table route(event integer not null, route integer not null, seen_at integer not null, sha256 blob not null,
  primary key(event, route)) without rowid;
${repeatTable}
create table block(id integer primary key, bytes blob not null);
${graphTables};
create table checkpoint(route text primary key, json text not null) without rowid;
insert into meta(name, number) values ('events', 0), ('late', 0), ('newest_at', 0), ('marks', 0), ('unread_to', 0);
${findingTable};
${hashedTable};
`;

/** Kept while loading: without it, scrolling during a load would scan. Holds all that filters ask, so they read nothing else. */
const timeIndex = `create index event_at on event(at, id, action, principal, address, error, agent, summary, error_text, region,
  account, origin, read_only, late, marked)`;

/** Kept while loading, too: hardly any event stands in them, but building them takes a look at every one. */
const sparseIndexes = [
  'create index if not exists event_name on event(name) where name is not null',
  'create index if not exists event_marked on event(at, id) where marked = 1',
  'create unique index if not exists event_key on event(key) where loaded = 0',
  "create index if not exists event_request on event(request) where loaded = 0 and typeof(request) = 'blob'",
];

/** Built at the end of a first load: kept during it, they would take longer than all the rest. */
const laterIndexes = [
  // Of ids that are no UUIDs: of the others see `hashed`.
  "create index if not exists event_request_text on event(request) where typeof(request) = 'text'",
  'create index if not exists handover_key on handover(key) where key is not null',
  'create index if not exists handover_resource on handover(resource, event)',
  'create index if not exists handover_principal on handover(principal, event)',
  // Ways in, which are few, as against keys.
  'create index if not exists handover_way on handover(kind, event) where kind in (1, 2)',
  'create index if not exists handover_role on handover(role, event) where role <> 0',
];

/** Of all events, and of numbers alone. The last one tells that all are there. */
const largeIndexes = [
  // Filters must not take it: it does not give rows in the order of the timeline (predicate-sql hides the column from it).
  'create index if not exists event_principal on event(principal, at, action, error, read_only, address)',
  'create index if not exists event_resource_resource on event_resource(resource, event)',
];

/** What a connection may keep of the file. A load appends: more takes it as long, or longer; what is read, the system keeps, too. */
const writeCacheKb = 8_192;
const readCacheKb = 4_096;

/** Opens `events.db` for the one writer, creating it where it is missing or empty. @throws FailedError */
export function openForWriting(path: string): DatabaseSync {
  return withStoreErrors(path, () => {
    const database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      database.exec('pragma page_size = 8192');
      const isNew = !check(database, path);
      database.exec(`pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -${writeCacheKb}; pragma temp_store = memory;
        pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 33554432`);
      if (isNew) {
        chmodSync(path, 0o600);
        database.exec(
          `begin; ${tables}; ${timeIndex}; ${sparseIndexes.join('; ')}; pragma application_id = ${applicationId}; pragma user_version = ${eventsFormat}; commit`,
        );
      }
      upgrade(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Makes `events.db` where it is missing or empty.
 *
 * @returns Whether it can be read at once: one of an older format can be when its writer has brought it up to this one.
 * @throws FailedError
 */
export function makeStore(path: string): boolean {
  if (!existsSync(path) || statSync(path).size === 0) {
    openForWriting(path).close();
    return true;
  }
  return withStoreErrors(path, () => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      return check(database, path) && pragma(database, 'user_version') === eventsFormat;
    } finally {
      database.close();
    }
  });
}

/** Brings a file of an older format up to this one. */
function upgrade(database: DatabaseSync): void {
  for (let format = pragma(database, 'user_version'); format < eventsFormat; format += 1)
    database.exec(`begin; ${upgrades[format] ?? ''}; pragma user_version = ${format + 1}; commit`);
}

const pragma = (database: DatabaseSync, name: string): number =>
  Number(Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]);

/**
 * A connection that only reads. Beside the file SQLite keeps what readers share with a writer; where nothing can be written (evidence on a
 * read-only volume) there is no writer either, and a file with nothing in a log beside it is read as it stands. https://sqlite.org/wal.html#readonly
 */
function readOnly(path: string, timeout: number): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout });
  try {
    pragma(database, 'application_id');
    return database;
  } catch (error) {
    database.close();
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
    if (!isUnopened(error) || !existsSync(path) || (log && log.size > 0)) throw error;
    const asItStands = pathToFileURL(path);
    asItStands.searchParams.set('immutable', '1');
    return new DatabaseSync(asItStands, { readOnly: true });
  }
}

/** Opens `events.db` read-only; another thread or process may be writing it. @throws FailedError */
export function openForReading(path: string): DatabaseSync {
  return withStoreErrors(path, () => {
    const database = readOnly(path, 5_000);
    try {
      if (check(database, path) && pragma(database, 'user_version') < eventsFormat) {
        // Saved by an older Firebreak, and nobody has opened it for writing since.
        const writing = new DatabaseSync(path, { timeout: 5_000 });
        try {
          upgrade(writing);
        } finally {
          writing.close();
        }
      }
      if (!check(database, path))
        throw new FailedError('EventsMissing', `${path} holds no events yet`, ['Load or watch something first']);
      database.exec(`pragma temp_store = memory; pragma cache_size = -${readCacheKb}`);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** How many events `events.db` holds, whoever is writing it; none where the file is missing or still empty. @throws FailedError */
export function countEvents(path: string): number {
  if (!existsSync(path)) return 0;
  return withStoreErrors(path, () => {
    const database = readOnly(path, 1_000);
    try {
      if (!check(database, path)) return 0;
      return Number(database.prepare("select number as n from meta where name = 'events'").get()?.n);
    } finally {
      database.close();
    }
  });
}

/** What is sorted in one piece: less than a processor's cache holds. Ours. */
const sortedKb = 4_096;

/** Builds what a first load leaves out. */
export function buildIndexes(database: DatabaseSync): void {
  for (const statement of [...sparseIndexes, ...laterIndexes]) database.exec(statement);
  // Sorting is what takes the time. With temporary files in memory all is sorted in one piece, each comparison waiting for memory: three times
  // the work of sorting small pieces and merging them. What goes through files here is numbers, and nobody else can open them.
  database.exec(`pragma cache_size = -${sortedKb}`);
  try {
    for (const statement of largeIndexes)
      try {
        database.exec(`pragma temp_store = file; ${statement}`);
      } catch {
        // No room for files, or no folder for them: what else is wrong, the second attempt says.
        database.exec(`pragma temp_store = memory; ${statement}`);
      }
  } finally {
    database.exec(`pragma temp_store = memory; pragma cache_size = -${writeCacheKb}`);
  }
}

/** @returns Whether the file holds our tables; `false` when it is empty. */
function check(database: DatabaseSync, path: string): boolean {
  const id = pragma(database, 'application_id');
  const format = pragma(database, 'user_version');
  if (id === applicationId) {
    if (format <= eventsFormat) return true;
    throw new FailedError(
      'EventsNewer',
      `${path} was written by a newer Firebreak (format ${format}, this one reads ${eventsFormat})`,
      ['Open the incident with that version of Firebreak'],
    );
  }
  const objects = Number(database.prepare('select count(*) as n from sqlite_schema').get()?.n);
  if (id === 0 && objects === 0) return false;
  throw new FailedError('EventsForeign', `${path} is no Firebreak event store`, [
    'Move the file aside, or choose another incident name',
  ]);
}
