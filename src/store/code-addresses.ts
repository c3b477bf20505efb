import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { computeSession } from '../model/principal.ts';

/**
 * Which code on compute ever called from an address. Asked for every door of a chain, and answered by nearly none of them: to find that out in the
 * index of principals, all that the code ever did is looked through each time. Kept from one question to the next; what came since is added.
 */
class CodeAddresses {
  readonly #newPrincipals: StatementSync;
  readonly #newest: StatementSync;
  /** The first time by the index of principals where there is one, then by what came: a plus hides the column from the index. */
  readonly #everBy: StatementSync;
  readonly #sinceBy: StatementSync;
  readonly #code = new Set<number>();
  readonly #byAddress = new Map<number, Set<number>>();
  #lastPrincipal = 0;
  #lastEvent = 0;

  constructor(database: DatabaseSync) {
    this.#newPrincipals = database.prepare(
      `select id, type = 'AssumedRole' and name like '%/${computeSession}' as code from principal where id > ?`,
    );
    this.#newest = database.prepare('select max(id) as id from event');
    const by = (principal: string) =>
      database.prepare(
        `select distinct address, principal from event
         where id > ? and id <= ? and ${principal} in (select value from json_each(?))`,
      );
    this.#everBy = by('principal');
    this.#sinceBy = by('+principal');
  }

  /** @param address Its number; 0 is none. @returns Numbers of principals. */
  from(address: number): readonly number[] {
    this.#refresh();
    return address === 0 ? [] : [...(this.#byAddress.get(address) ?? [])];
  }

  #refresh(): void {
    const newest = Number(this.#newest.get()?.id ?? 0);
    if (newest === this.#lastEvent) return;
    for (const { id, code } of this.#newPrincipals.all(this.#lastPrincipal)) {
      this.#lastPrincipal = Math.max(this.#lastPrincipal, Number(id));
      if (code === 1) this.#code.add(Number(id));
    }
    const statement = this.#lastEvent === 0 ? this.#everBy : this.#sinceBy;
    const rows = statement.all(this.#lastEvent, newest, JSON.stringify([...this.#code]));
    for (const { address, principal } of rows) {
      const callers = this.#byAddress.get(Number(address)) ?? new Set();
      this.#byAddress.set(Number(address), callers.add(Number(principal)));
    }
    this.#lastEvent = newest;
  }
}

const known = new WeakMap<DatabaseSync, CodeAddresses>();

/** Numbers of the principals that are code on compute and called from an address, whenever that was. The first look reads what all code did. */
export function codeFrom(database: DatabaseSync, address: number): readonly number[] {
  let addresses = known.get(database);
  if (!addresses) {
    addresses = new CodeAddresses(database);
    known.set(database, addresses);
  }
  return addresses.from(address);
}
