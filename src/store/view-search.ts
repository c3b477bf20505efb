import type { DatabaseSync } from 'node:sqlite';
import type { Predicate } from '../filter/predicate.ts';
import { metaOf } from './meta.ts';
import { type Condition, conditionOf } from './predicate-sql.ts';
import { RowList } from './row-list.ts';

/** Rows between two looks at the clock: that are found, and that are read, whether they are found or not. A power of two. */
const looked = 256;
const read = 4_096;

interface Found {
  readonly id: number;
  readonly at: number;
}

/** One filtered view: found once from the newest event downwards, then kept current. Lives in the query worker. */
export class ViewSearch {
  readonly #database: DatabaseSync;
  readonly #condition: Condition;
  #list: RowList;
  #search: Iterator<unknown> | undefined;
  #isComplete = false;
  /** Rows up to this one have been looked at, or are being by the first search. */
  #newest = 0;
  #marks = 0;
  /** Times of the oldest and the newest event as the first search began. */
  #span: readonly [from: number, to: number] = [0, 0];

  constructor(database: DatabaseSync, predicate: Predicate) {
    this.#database = database;
    this.#condition = conditionOf(database, predicate);
    this.#list = new RowList();
    this.#begin();
  }

  get shared(): SharedArrayBuffer {
    return this.#list.shared;
  }

  get length(): number {
    return this.#list.length;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Goes on with the first search for about `ms`. @returns Whether it has ended. */
  searchFor(ms: number): boolean {
    if (this.#isComplete) return true;
    const until = performance.now() + ms;
    if (!this.#search) {
      // Of sentences and ids there are as many as events: looking through them is a search, too.
      if (!this.#condition.refresh(until)) return false;
      this.#search = this.#begun();
    }
    do {
      const found: Found[] = [];
      let [, reached] = this.#span;
      while (found.length < looked) {
        const { done, value } = this.#search.next();
        if (done) {
          this.#list.addOlder(found);
          this.#list.setComplete();
          this.#search = undefined;
          this.#isComplete = true;
          return true;
        }
        const [id, at, isFound] = value as [number, number, number];
        reached = at;
        if (isFound !== 1) break;
        found.push({ id, at });
      }
      this.#list.addOlder(found);
      const [from, to] = this.#span;
      this.#list.setSearched(to > from ? (to - reached) / (to - from) : 0);
    } while (performance.now() < until);
    return false;
  }

  /** Takes in what was committed since. @returns Whether the view changed. */
  refresh(): boolean {
    if (!this.#isComplete) return false;
    const marks = metaOf(this.#database, 'marks');
    if (this.#condition.dependsOnMarks && marks !== this.#marks) {
      // Marks are set by hand, so this is rare, and the list that readers hold stays as it is until it is replaced.
      this.#begin();
      this.searchFor(Number.POSITIVE_INFINITY);
      return true;
    }
    const newest = newestRow(this.#database);
    if (newest === this.#newest) return false;
    this.#condition.refresh();
    const rows = this.#database
      .prepare(`select id, at from event where id > ? and id <= ? and ${this.#condition.sql(this.#newest)}`)
      .all(this.#newest, newest) as unknown as Found[];
    this.#newest = newest;
    this.#list.add(rows.sort((a, b) => a.at - b.at || a.id - b.id));
    return rows.length > 0;
  }

  close(): void {
    this.#search?.return?.();
    this.#condition.close();
  }

  #begin(): void {
    this.#search?.return?.();
    this.#search = undefined;
    this.#isComplete = false;
    this.#newest = newestRow(this.#database);
    this.#marks = metaOf(this.#database, 'marks');
    this.#list = new RowList();
    const { first, last } = this.#database.prepare(spanOf).get() ?? {};
    this.#span = [Number(first ?? 0), Number(last ?? 0)];
  }

  /** The rows of the view, the newest first, and where all are read for them some that are none of it: one of so many, to look at the clock. */
  #begun(): Iterator<unknown> {
    const condition = this.#condition.sql();
    const rows = (columns: string, which: string) =>
      `select id, at, ${columns} from event where id <= ${this.#newest} and ${which} order by at desc, id desc`;
    const plain = rows('1', condition);
    const [plan] = this.#database.prepare(`explain query plan ${plain}`).all();
    // By an index it finds nothing but rows of the view, and must not be kept from it.
    const readsAll = condition !== '0' && inOrder.test(String(plan?.detail));
    const isTurn = `id & ${read - 1} = 0`;
    const { span } = this.#condition;
    const statement = this.#database.prepare(
      readsAll
        ? rows(`case when ${isTurn} then (${condition}) else 1 end`, `${span} and (${isTurn} or ${condition})`)
        : plain,
    );
    statement.setReturnArrays(true);
    return statement.iterate();
  }
}

/**
 * Which views are searched next: those that have nothing to show yet, as long as there are any (of what is typed, every letter is a view),
 * else all whose first search goes on.
 */
export function nextSearched<
  View extends { readonly search: { readonly isComplete: boolean }; readonly shared: object | undefined },
>(views: ReadonlyMap<number, View>): readonly (readonly [view: number, entry: View])[] {
  const searched = [...views].filter(([, { search }]) => !search.isComplete);
  const fresh = searched.filter(([, { shared }]) => !shared);
  return fresh.length > 0 ? fresh : searched;
}

/** How SQLite says that it reads the timeline, or a part of it, event by event. */
const inOrder = /^(?:SCAN|SEARCH) event USING COVERING INDEX event_at\b/;

/** Two look-ups in the index of times; of both in one, SQLite makes a scan. */
const spanOf = 'select (select min(at) from event) as first, (select max(at) from event) as last';

const newestRow = (database: DatabaseSync): number =>
  Number(database.prepare('select max(id) as id from event').get()?.id ?? 0);
