import type { DatabaseSync } from 'node:sqlite';
import { type Dimension, dimensions } from './dimension.ts';

/** Entries kept in memory; more only cost a look-up in the table. */
const mostKept = 100_000;

/** A tuple of texts as a number, written to its table when it is new. */
export class Interner {
  readonly #known = new Map<string, number>();
  #lastKey: string | undefined;
  #lastId = 0;
  readonly #most: number;
  readonly #find: (fields: readonly (string | number)[]) => number | undefined;
  readonly #insert: (fields: readonly (string | number)[]) => number;

  constructor(
    find: (fields: readonly (string | number)[]) => number | undefined,
    insert: (fields: readonly (string | number)[]) => number,
    most: number = mostKept,
  ) {
    this.#most = most;
    this.#find = find;
    this.#insert = insert;
  }

  /** @param cacheKey Equal for equal fields, and only for those. */
  idOf(cacheKey: string, fields: readonly (string | number)[]): number {
    // Neighbours are often equal, and comparing is cheaper than hashing.
    if (cacheKey === this.#lastKey) return this.#lastId;
    this.#lastId = this.#look(cacheKey, fields);
    this.#lastKey = cacheKey;
    return this.#lastId;
  }

  #look(cacheKey: string, fields: readonly (string | number)[]): number {
    const before = this.#known.get(cacheKey);
    if (before !== undefined) return before;
    if (this.#known.size >= this.#most) this.#known.clear();
    const id = this.#find(fields) ?? this.#insert(fields);
    this.#known.set(cacheKey, id);
    return id;
  }

  /** After a rollback what was interned in it is not there. */
  forget(): void {
    this.#known.clear();
    this.#lastKey = undefined;
  }
}

/** An interner over the columns of a table that has a unique index on them. */
export function tableInterner(database: DatabaseSync, table: string, columns: readonly string[]): Interner {
  const find = database.prepare(
    `select id from ${table} where ${columns.map((column) => `${column} = ?`).join(' and ')}`,
  );
  const insert = database.prepare(
    `insert into ${table}(${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  return new Interner(
    (fields) => find.get(...fields)?.id as number | undefined,
    (fields) => Number(insert.run(...fields).lastInsertRowid),
  );
}

/** Interned single texts, by dimension; the empty text is 0. */
export class ValueInterner {
  readonly #byDimension: { readonly [Name in Dimension]: Interner };

  constructor(database: DatabaseSync) {
    const table = () => tableInterner(database, 'value', ['dimension', 'text']);
    this.#byDimension = Object.fromEntries(Object.keys(dimensions).map((name) => [name, table()])) as {
      readonly [Name in Dimension]: Interner;
    };
  }

  idOf(dimension: Dimension, text: string): number {
    return text === '' ? 0 : this.#byDimension[dimension].idOf(text, [dimensions[dimension], text]);
  }

  forget(): void {
    for (const interner of Object.values(this.#byDimension)) interner.forget();
  }
}
