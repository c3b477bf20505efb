import type { DatabaseSync } from 'node:sqlite';
import type { Grant } from '../model/grant.ts';
import type { ResourceRef } from '../model/resource.ts';
import { grantKinds } from './dimension.ts';

/** Rows in one statement; the cost of a statement is more than half of the cost of a row. */
const together = 32;
const columns = ['event', 'place', 'kind', 'principal', 'key', 'session', 'resource', 'role', 'url_until', 'until'];

type Cell = string | number | null;

/** Writes what events hand over, many rows at once. Nothing is kept over a commit (`flush`). */
export class HandoverWriter {
  readonly #insertMany: (values: readonly Cell[]) => void;
  readonly #insertOne: (values: readonly Cell[]) => void;
  readonly #idOf: (resource: ResourceRef) => number;
  #waiting: Cell[] = [];

  /** @param idOf Row of a resource. */
  constructor(database: DatabaseSync, idOf: (resource: ResourceRef) => number) {
    this.#idOf = idOf;
    const insert = (rows: number) => {
      const row = `(${columns.map(() => '?').join(', ')})`;
      const statement = database.prepare(
        `insert into handover(${columns.join(', ')}) values ${Array.from({ length: rows }, () => row).join(', ')}`,
      );
      return (values: readonly Cell[]) => {
        statement.run(...values);
      };
    };
    this.#insertMany = insert(together);
    this.#insertOne = insert(1);
  }

  /** @param principal Row of who made the call; 0 for none. */
  add(event: number, principal: number, grants: readonly Grant[]): void {
    for (const [place, grant] of grants.entries()) {
      this.#waiting.push(event, place, grantKinds.indexOf(grant.type), principal, ...this.#cellsOf(grant));
      if (this.#waiting.length < together * columns.length) continue;
      this.#insertMany(this.#waiting);
      this.#waiting = [];
    }
  }

  #cellsOf(grant: Grant): readonly Cell[] {
    switch (grant.type) {
      case 'key':
        return [grant.accessKeyId, grant.session, grant.as ? this.#idOf(grant.as) : 0, 0, null, grant.until ?? null];
      case 'door':
        return [null, '', this.#idOf(grant.resource), 0, grant.urlUntil ?? null, grant.until ?? null];
      case 'console':
        return [null, '', 0, 0, null, null];
      case 'role':
        return [null, '', this.#idOf(grant.resource), this.#idOf(grant.role), null, null];
    }
  }

  flush(): void {
    for (let at = 0; at < this.#waiting.length; at += columns.length)
      this.#insertOne(this.#waiting.slice(at, at + columns.length));
    this.#waiting = [];
  }

  /** After a rollback. */
  forget(): void {
    this.#waiting = [];
  }
}
