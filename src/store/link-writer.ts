import type { DatabaseSync } from 'node:sqlite';

/** Links in one statement; the cost of a statement is more than half of the cost of a row. */
const together = 64;

/** Writes which events name which resources, many rows at once. Nothing is kept over a commit (`flush`). */
export class LinkWriter {
  readonly #insertMany: (values: readonly number[]) => void;
  readonly #insertOne: (values: readonly number[]) => void;
  #waiting: number[] = [];

  constructor(database: DatabaseSync) {
    const insert = (rows: number) => {
      const statement = database.prepare(
        `insert into event_resource(event, place, resource, relation) values ${Array.from({ length: rows }, () => '(?, ?, ?, ?)').join(', ')}`,
      );
      return (values: readonly number[]) => {
        statement.run(...values);
      };
    };
    this.#insertMany = insert(together);
    this.#insertOne = insert(1);
  }

  add(event: number, place: number, resource: number, relation: number): void {
    this.#waiting.push(event, place, resource, relation);
    if (this.#waiting.length < 4 * together) return;
    this.#insertMany(this.#waiting);
    this.#waiting = [];
  }

  flush(): void {
    for (let at = 0; at < this.#waiting.length; at += 4) this.#insertOne(this.#waiting.slice(at, at + 4));
    this.#waiting = [];
  }

  /** After a rollback. */
  forget(): void {
    this.#waiting = [];
  }
}
