import type { Predicate } from '../filter/predicate.ts';
import type { EventRow, Position, TimelineEvent } from '../model/event.ts';
import { observable } from '../shared/observable.ts';
import { checkpointsOf } from './checkpoints.ts';
import { EventReader, type OwnCalls, rowColumns } from './event-reader.ts';
import { foundSince } from './findings.ts';
import { metaOf } from './meta.ts';
import { conditionOf } from './predicate-sql.ts';
import type { EventQueries, EventWindow, Questions, QuestionType, ViewId, WindowQuery } from './queries.ts';
import { QueryThread } from './query-thread.ts';
import { openForReading } from './schema.ts';
import { storeError, withStoreErrors } from './store-error.ts';

/** Events that `all` holds in memory at a time. */
const pageSize = 500;

/** The statements of windows; a test holds that none of them scans or sorts. */
export const windowStatements = {
  newest: `select ${rowColumns} from event order by at desc, id desc limit ?`,
  oldest: `select ${rowColumns} from event order by at, id limit ?`,
  older: `select ${rowColumns} from event where (at, id) <= (?, ?) order by at desc, id desc limit ?`,
  newer: `select ${rowColumns} from event where (at, id) >= (?, ?) order by at, id limit ?`,
  row: `select ${rowColumns} from event where id = ?`,
  behind: 'select id from event where (at, id) > (?, ?) order by at, id limit ?',
} as const;

/**
 * Opens `events.db` for reading beside its writer. Windows, single events and `all` read here and now; views and questions go to a thread of
 * their own, which starts with the first of them.
 *
 * @throws FailedError when there is no store, or it is damaged or newer.
 */
export function openQueries(path: string): EventQueries {
  const database = openForReading(path);
  try {
    const reader = new EventReader(database);
    const prepared = Object.fromEntries(
      Object.entries(windowStatements).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as { readonly [Name in keyof typeof windowStatements]: ReturnType<typeof database.prepare> };
    const arrivals = database.prepare('select id from event where id > ? order by id limit ?');
    const changes = observable(0);
    const thread = new QueryThread(path, () => changes.set(changes.get() + 1));

    const windowOfAll = ({ from, rows, direction = 'older' }: WindowQuery): readonly EventRow[] => {
      const isOlder = from === 'newest' || (from !== 'oldest' && direction === 'older');
      const cells =
        typeof from === 'string'
          ? prepared[from].all(rows)
          : prepared[isOlder ? 'older' : 'newer'].all(from.at, from.rowId, rows);
      const found = cells.map((row) => reader.rowOf(row));
      return isOlder ? found.reverse() : found;
    };

    const windowOfView = (view: ViewId, { from, rows, direction = 'older' }: WindowQuery): EventWindow => {
      const list = thread.list(view);
      if (!list) return { rows: [], total: 0 };
      const { ids, total } = list.read((all) => {
        const bounds = sliceOf(all, from, rows, direction, reader);
        return { ids: all.slice(bounds[0], bounds[1]), total: all.length };
      });
      const found = Array.from(ids, (id) => prepared.row.get(id)).flatMap((cells) =>
        cells ? [reader.rowOf(cells)] : [],
      );
      return list.isComplete ? { rows: found, total } : { rows: found, total: -1, searched: list.searched };
    };

    const newerInView = (view: ViewId, than: Position): number =>
      thread.list(view)?.read((all) => all.length - firstBehind(all, than, reader)) ?? 0;

    return {
      changes,
      window: (query) =>
        withStoreErrors(path, () =>
          query.view === 'all'
            ? { rows: windowOfAll(query), total: metaOf(database, 'events') }
            : windowOfView(query.view, query),
        ),
      newer: ({ view, than, limit }) =>
        withStoreErrors(path, () =>
          view === 'all'
            ? prepared.behind.all(than.at, than.rowId, limit).length
            : Math.min(limit, newerInView(view, than)),
        ),
      event: (rowId) => withStoreErrors(path, () => reader.event(rowId)),
      raw: (rowId) => withStoreErrors(path, () => Buffer.from(reader.rawBytes(rowId)).toString()),
      rawBytes: (rowId) => withStoreErrors(path, () => reader.rawBytes(rowId)),
      arrived: (rowId, limit) =>
        withStoreErrors(path, () => reader.eventsOf(arrivals.all(rowId, limit).map(({ id }) => id as number))),
      found: (after, limit) =>
        withStoreErrors(path, () =>
          foundSince(database, after, limit).flatMap(({ finding, row }) => {
            const event = reader.event(row);
            return event ? [{ finding, event }] : [];
          }),
        ),
      // Windows read the newest commit anyway.
      refresh: () => thread.refresh(),
      setOwn: (own) => {
        reader.own = own;
        thread.setOwn(own);
      },
      find: (eventId) => withStoreErrors(path, () => reader.find(eventId)),
      checkpoints: () => withStoreErrors(path, () => checkpointsOf(database)),
      all: (filter) => ({ [Symbol.iterator]: () => eventsOf(path, filter, reader.own) }),
      view: (slot, filter, signal) => thread.view(slot, filter, signal),
      ask: <Type extends QuestionType>(slot: string, question: Questions[Type]['question'], signal: AbortSignal) =>
        thread.ask(slot, question, signal) as Promise<Questions[Type]['answer']>,
      close: async () => {
        await thread.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw storeError(error, path);
  }
}

/** From which index to which the rows of a window lie in a sorted list of row ids. */
function sliceOf(
  ids: Uint32Array,
  from: WindowQuery['from'],
  rows: number,
  direction: 'older' | 'newer',
  reader: EventReader,
): readonly [number, number] {
  if (from === 'newest') return [Math.max(0, ids.length - rows), ids.length];
  if (from === 'oldest') return [0, Math.min(rows, ids.length)];
  if (direction === 'newer') {
    const first = firstWhere(ids, (id) => !isBefore(id, from, reader));
    return [first, Math.min(ids.length, first + rows)];
  }
  const behind = firstBehind(ids, from, reader);
  return [Math.max(0, behind - rows), behind];
}

const isAt = (id: number, { rowId }: Position): boolean => id === rowId;
function isBefore(id: number, { at, rowId }: Position, reader: EventReader): boolean {
  const own = reader.atOf(id);
  return own < at || (own === at && id < rowId);
}

/** The first index whose row lies behind a position. */
const firstBehind = (ids: Uint32Array, from: Position, reader: EventReader): number =>
  firstWhere(ids, (id) => !isAt(id, from) && !isBefore(id, from, reader));

/** The first index for whose id the test holds, in a list where it holds from some id on. */
function firstWhere(ids: Uint32Array, test: (id: number) => boolean): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(ids[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Every event that passes the filter, in time order, from a connection of its own: one state of the store from the first event to the last,
 * however long the reading takes, and a page in memory at a time.
 */
function* eventsOf(
  path: string,
  filter: Predicate,
  own: OwnCalls | undefined,
): Generator<TimelineEvent, void, undefined> {
  const database = openForReading(path);
  try {
    const reader = new EventReader(database);
    reader.own = own;
    database.exec('begin');
    const condition = withStoreErrors(path, () => {
      const made = conditionOf(database, filter);
      made.refresh();
      return made;
    });
    const page = database.prepare(
      `select id, at from event where (at, id) > (?, ?) and ${condition.sql()} order by at, id limit ${pageSize}`,
    );
    let last = { at: Number.MIN_SAFE_INTEGER, id: 0 };
    for (;;) {
      const rows = withStoreErrors(path, () => page.all(last.at, last.id)) as unknown as { at: number; id: number }[];
      yield* withStoreErrors(path, () => reader.eventsOf(rows.map(({ id }) => id)));
      if (rows.length < pageSize) return;
      last = rows.at(-1)!;
    }
  } finally {
    database.close();
  }
}
