import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** More numbers than this stand in a temporary table instead of in the statement. */
const mostInline = 200;

/**
 * Emptied tables of a connection, for the next set: SQLite drops no table while any statement runs, as one does for every view that is still
 * searched.
 */
const pools = new WeakMap<DatabaseSync, { readonly free: string[]; made: number }>();

function tableOf(database: DatabaseSync): string {
  let pool = pools.get(database);
  if (!pool) {
    pool = { free: [], made: 0 };
    pools.set(database, pool);
  }
  const free = pool.free.pop();
  if (free !== undefined) return free;
  pool.made += 1;
  const table = `temp.values_${pool.made}`;
  database.exec(`create table ${table}(id integer primary key)`);
  return table;
}

/** The interned values for which a test holds. Only values that are new since the last look are tested. */
export class ValueSet {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #test: (cells: readonly unknown[]) => boolean;
  #table = '';
  #insert: StatementSync | undefined;
  #inline: number[] = [];
  #newest = 0;

  /**
   * @param sql Gives rows with an id greater than its only parameter, the id first.
   * @param test Takes such a row.
   */
  constructor(database: DatabaseSync, sql: string, test: (cells: readonly unknown[]) => boolean) {
    this.#database = database;
    this.#select = database.prepare(sql);
    this.#select.setReturnArrays(true);
    this.#test = test;
    this.refresh();
  }

  /** Takes in values that were interned since. */
  refresh(): void {
    const added: number[] = [];
    for (const row of this.#select.iterate(this.#newest)) {
      const cells = row as unknown as readonly unknown[];
      const id = cells[0] as number;
      if (id > this.#newest) this.#newest = id;
      if (this.#test(cells)) added.push(id);
    }
    if (added.length === 0) return;
    if (!this.#insert && this.#inline.length + added.length <= mostInline) {
      this.#inline.push(...added);
      return;
    }
    if (!this.#insert) {
      this.#table = tableOf(this.#database);
      this.#insert = this.#database.prepare(`insert into ${this.#table}(id) values (?)`);
      for (const id of this.#inline) this.#insert.run(id);
      this.#inline = [];
    }
    for (const id of added) this.#insert.run(id);
  }

  /** `0` when no value matches. */
  condition(column: string): string {
    if (this.#insert) return `${column} in (select id from ${this.#table})`;
    if (this.#inline.length === 0) return '0';
    return this.#inline.length === 1 ? `${column} = ${this.#inline[0]}` : `${column} in (${this.#inline.join(', ')})`;
  }

  close(): void {
    if (!this.#insert) return;
    this.#insert = undefined;
    this.#database.exec(`delete from ${this.#table}`);
    pools.get(this.#database)?.free.push(this.#table);
  }
}
