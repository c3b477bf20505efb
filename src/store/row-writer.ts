import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Cell = string | number | Uint8Array | null;

/** Writes rows of one table, many in one statement: the cost of a statement is more than half of the cost of a row. */
export class RowWriter {
  readonly #many: StatementSync;
  readonly #one: StatementSync;
  readonly #width: number;
  /** Cells of as many rows as one statement takes, filled again and again; `#used` of them wait. */
  readonly #waiting: Cell[];
  #used = 0;

  /** @param together Rows of a statement. @param same What stands in columns of every row. */
  constructor(
    database: DatabaseSync,
    table: string,
    columns: readonly string[],
    together: number,
    same: { readonly [column: string]: number } = {},
  ) {
    const row = `(${[...columns.map(() => '?'), ...Object.values(same)].join(', ')})`;
    const names = [...columns, ...Object.keys(same)].join(', ');
    const insert = (rows: number) =>
      database.prepare(`insert into ${table}(${names}) values ${Array.from({ length: rows }, () => row).join(', ')}`);
    this.#many = insert(together);
    this.#one = insert(1);
    this.#width = columns.length;
    this.#waiting = new Array<Cell>(together * columns.length).fill(null);
  }

  /** The next cell of the row: as many as there are columns, in their order. An array for each row would be garbage of every event. */
  put(cell: Cell): void {
    this.#waiting[this.#used] = cell;
    this.#used += 1;
    if (this.#used < this.#waiting.length) return;
    this.#used = 0;
    this.#many.run(...this.#waiting);
  }

  /** Writes what waits: nothing is kept over a commit. */
  flush(): void {
    const used = this.#used;
    this.#used = 0;
    for (let at = 0; at < used; at += this.#width) this.#one.run(...this.#waiting.slice(at, at + this.#width));
  }

  /** After a rollback. */
  forget(): void {
    this.#used = 0;
  }
}
