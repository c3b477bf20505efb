import type { DatabaseSync } from 'node:sqlite';
import type { Predicate } from '../filter/predicate.ts';
import { type Condition, conditionOf } from './predicate-sql.ts';
import { RowList } from './row-list.ts';

/** Rows between two looks at the clock. */
const looked = 256;

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
  /** Rows up to this one have been looked at, or are being by the first search. */
  #newest = 0;
  #marks = 0;
  /** Times of the oldest and the newest event as the first search began. */
  #span: readonly [from: number, to: number] = [0, 0];

  constructor(database: DatabaseSync, predicate: Predicate) {
    this.#database = database;
    this.#condition = conditionOf(database, predicate);
    this.#list = new RowList(0);
    this.#begin();
  }

  get shared(): SharedArrayBuffer {
    return this.#list.shared;
  }

  get length(): number {
    return this.#list.length;
  }

  get isComplete(): boolean {
    return this.#search === undefined;
  }

  /** Goes on with the first search for about `ms`. @returns Whether it has ended. */
  searchFor(ms: number): boolean {
    if (!this.#search) return true;
    const until = performance.now() + ms;
    do {
      const found: Found[] = [];
      while (found.length < looked) {
        const { done, value } = this.#search.next();
        if (done) {
          this.#list.addOlder(found);
          this.#list.setComplete();
          this.#search = undefined;
          return true;
        }
        const [id, at] = value as [number, number];
        found.push({ id, at });
      }
      this.#list.addOlder(found);
      const { at = this.#span[1] } = found.at(-1) ?? {};
      const [from, to] = this.#span;
      this.#list.setSearched(to > from ? (to - at) / (to - from) : 0);
    } while (performance.now() < until);
    return false;
  }

  /** Takes in what was committed since. @returns Whether the view changed. */
  refresh(): boolean {
    if (this.#search) return false;
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
    this.#newest = newestRow(this.#database);
    this.#marks = metaOf(this.#database, 'marks');
    this.#condition.refresh();
    this.#list = new RowList(metaOf(this.#database, 'events'));
    const { first, last } = this.#database.prepare(spanOf).get() ?? {};
    this.#span = [Number(first ?? 0), Number(last ?? 0)];
    const statement = this.#database.prepare(
      `select id, at from event where id <= ${this.#newest} and ${this.#condition.sql()} order by at desc, id desc`,
    );
    statement.setReturnArrays(true);
    this.#search = statement.iterate();
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

/** Two look-ups in the index of times; of both in one, SQLite makes a scan. */
const spanOf = 'select (select min(at) from event) as first, (select max(at) from event) as last';

const newestRow = (database: DatabaseSync): number =>
  Number(database.prepare('select max(id) as id from event').get()?.id ?? 0);

/** A running number of the store: `events`, `late`, `newest_at`, `marks`. */
export const metaOf = (database: DatabaseSync, name: string): number =>
  Number(database.prepare('select number from meta where name = ?').get(name)?.number ?? 0);
