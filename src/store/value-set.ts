import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** More numbers than this stand in a temporary table instead of in the statement. */
const mostInline = 200;

interface Pool {
  readonly free: string[];
  made: number;
}

/**
 * Empty tables of a connection, for the next set. They are made before its first search: SQLite drops no table while any statement runs, as one
 * does for every view that is still searched, and when one is made, those that run fail ("abort due to ROLLBACK") at the next list they ask for.
 */
const pools = new WeakMap<DatabaseSync, Pool>();
/** More than filters that are typed need at once: nine for a word. */
const madeAhead = 48;

function poolOf(database: DatabaseSync): Pool {
  let pool = pools.get(database);
  if (!pool) {
    pool = { free: [], made: 0 };
    pools.set(database, pool);
    for (let table = 0; table < madeAhead; table += 1) pool.free.push(made(database, pool));
  }
  return pool;
}

function made(database: DatabaseSync, pool: Pool): string {
  pool.made += 1;
  const table = `temp.values_${pool.made}`;
  database.exec(`create table ${table}(id integer primary key)`);
  return table;
}

function tableOf(database: DatabaseSync): string {
  const pool = poolOf(database);
  return pool.free.pop() ?? made(database, pool);
}

/** Where values stand, and which of them are worth testing. */
export interface ValueSource {
  readonly table: string;
  /** Besides `id`, which comes first. */
  readonly columns: readonly string[];
  /** SQL over them that holds for every value for which the test does. */
  readonly where?: string;
  /** What stands for its question marks. */
  readonly parameters?: readonly string[];
}

/** Rows that are tested in one piece: some milliseconds. */
const rowsOfPiece = 8_192;

/** The interned values, or rows, for which a test holds. Empty until `refresh`; then only what is new since the last look is tested. */
export class ValueSet {
  readonly #database: DatabaseSync;
  readonly #newestOf: StatementSync;
  readonly #select: StatementSync;
  readonly #parameters: readonly string[];
  readonly #test: (cells: readonly unknown[]) => boolean;
  #table = '';
  #insert: StatementSync | undefined;
  #inline: number[] = [];
  #newest = 0;

  /** @param test Takes the id and the columns. */
  constructor(database: DatabaseSync, source: ValueSource, test: (cells: readonly unknown[]) => boolean) {
    const { table, columns, where = '1', parameters = [] } = source;
    this.#database = database;
    poolOf(database);
    this.#newestOf = database.prepare(`select max(id) as id from ${table}`);
    this.#select = database.prepare(
      `select id, ${columns.join(', ')} from ${table} where id > ? and id <= ? and (${where}) order by id`,
    );
    this.#select.setReturnArrays(true);
    this.#parameters = parameters;
    this.#test = test;
  }

  /**
   * Takes in values that were interned since.
   *
   * @param until Time by `performance.now` at which to leave the rest for another call. @returns Whether all were looked at.
   */
  refresh(until = Number.POSITIVE_INFINITY): boolean {
    const last = Number(this.#newestOf.get()?.id ?? 0);
    while (this.#newest < last) {
      const to = Math.min(last, this.#newest + rowsOfPiece);
      const rows = this.#select.all(
        this.#newest,
        to,
        ...this.#parameters,
      ) as unknown as readonly (readonly unknown[])[];
      const added: number[] = [];
      for (const cells of rows) if (this.#test(cells)) added.push(cells[0] as number);
      this.#add(added);
      this.#newest = to;
      if (to < last && performance.now() >= until) return false;
    }
    return true;
  }

  #add(added: readonly number[]): void {
    if (added.length === 0) return;
    if (!this.#insert && this.#inline.length + added.length <= mostInline) {
      this.#inline.push(...added);
      return;
    }
    if (!this.#insert) {
      this.#table = tableOf(this.#database);
      this.#insert = this.#database.prepare(`insert into ${this.#table}(id) select value from json_each(?)`);
      this.#insert.run(JSON.stringify(this.#inline));
      this.#inline = [];
    }
    this.#insert.run(JSON.stringify(added));
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
    poolOf(this.#database).free.push(this.#table);
  }
}
