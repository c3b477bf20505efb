import type { DatabaseSync } from 'node:sqlite';
import type { Coded } from './event-batch.ts';

/** Gives the row of a tuple in a table that has a unique index on it, written when it is new. */
export function rowFinder(
  database: DatabaseSync,
  table: string,
  columns: readonly string[],
): (fields: readonly (string | number)[]) => number {
  const find = database.prepare(
    `select id from ${table} where ${columns.map((column) => `${column} = ?`).join(' and ')}`,
  );
  const insert = database.prepare(
    `insert into ${table}(${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  return (fields) => (find.get(...fields)?.id as number | undefined) ?? Number(insert.run(...fields).lastInsertRowid);
}

/** What the numbers of batches mean, and the rows that it has in the file. Number and row 0 are none. */
export class Interner<Value> {
  readonly #values: (Value | undefined)[] = [undefined];
  #rows: (number | undefined)[] = [0];
  readonly #rowOf: (value: Value) => number;

  /** @param rowOf Finds or writes the row of a value: once, unless a transaction is rolled back. */
  constructor(rowOf: (value: Value) => number) {
    this.#rowOf = rowOf;
  }

  hear({ isAnew, fresh }: Coded<Value>): void {
    if (isAnew) {
      this.#values.length = 1;
      this.#rows.length = 1;
    }
    for (const value of fresh) this.#values.push(value);
  }

  /** @throws Error for a number that no batch has told. */
  valueOf(code: number): Value {
    const value = this.#values[code];
    if (value === undefined) throw new Error(`number ${code} was never told`);
    return value;
  }

  rowOf(code: number): number {
    const before = this.#rows[code];
    if (before !== undefined) return before;
    const row = this.#rowOf(this.valueOf(code));
    // Numbers are met in the order in which they were given, nearly; an array with holes would be slow.
    while (this.#rows.length < code) this.#rows.push(undefined);
    this.#rows[code] = row;
    return row;
  }

  /** After a rollback what was written in it is not there. */
  forget(): void {
    this.#rows = [0];
  }
}
