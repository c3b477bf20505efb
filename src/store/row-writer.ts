import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Cell = string | number | Uint8Array | null;

/** Writes rows of one table, many in one statement: the cost of a statement is more than half of the cost of a row. */
export class RowWriter {
  readonly #many: StatementSync;
  readonly #one: StatementSync;
  readonly #width: number;
  readonly #full: number;
  #waiting: Cell[] = [];

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
    this.#full = together * columns.length;
  }

  /** @param cells As many as there are columns. */
  add(...cells: readonly Cell[]): void {
    const waiting = this.#waiting;
    for (let at = 0; at < cells.length; at += 1) waiting.push(cells[at]!);
    if (waiting.length < this.#full) return;
    this.#many.run(...waiting);
    waiting.length = 0;
  }

  /** Writes what waits: nothing is kept over a commit. */
  flush(): void {
    const waiting = this.#waiting;
    for (let at = 0; at < waiting.length; at += this.#width) this.#one.run(...waiting.slice(at, at + this.#width));
    waiting.length = 0;
  }

  /** After a rollback. */
  forget(): void {
    this.#waiting.length = 0;
  }
}
