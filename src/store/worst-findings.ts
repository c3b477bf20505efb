import type { DatabaseSync } from 'node:sqlite';
import type { Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { actorOf } from './heat.ts';

/**
 * The worst finding of each resource (`resource.worst`, which heat is made of), as findings come to stored events and leave them: of what an
 * event names, and of the role or user that acted.
 */
export class WorstFindings {
  readonly #statements: ReturnType<typeof prepareAll>;
  readonly #idOf: (resource: ResourceRef) => number;
  /** By row of `principal`, the row of the role or user behind it; 0 for none. */
  readonly #actors = new Map<number, number>();
  /** Resources that a finding has left since the last `settle`. */
  readonly #stale = new Set<number>();

  /** @param idOf The resource's row, made where there is none. */
  constructor(database: DatabaseSync, idOf: (resource: ResourceRef) => number) {
    this.#statements = prepareAll(database);
    this.#idOf = idOf;
  }

  /** @param worst Number of the severity, from 1. */
  found(row: number, worst: number): void {
    for (const id of this.#concerned(row)) this.#statements.raise.run(worst, id);
  }

  /** What is left is counted by `settle`: it takes a look at all findings. */
  lost(row: number): void {
    for (const id of this.#concerned(row)) this.#stale.add(id);
  }

  /** Counts anew what findings have left. */
  settle(): void {
    if (this.#stale.size === 0) return;
    const worst = new Map<number, number>([...this.#stale].map((id) => [id, 0]));
    for (const { event, severity } of this.#statements.findings.iterate())
      for (const id of this.#concerned(Number(event))) {
        const before = worst.get(id);
        if (before !== undefined && before <= Number(severity)) worst.set(id, Number(severity) + 1);
      }
    for (const [id, number] of worst) this.#statements.set.run(number, id);
    this.#stale.clear();
  }

  /** After a transaction was rolled back: rows may be others now. */
  forget(): void {
    this.#actors.clear();
  }

  #concerned(row: number): readonly number[] {
    const ids = this.#statements.resources.all(row).map(({ resource }) => Number(resource));
    const actor = this.#actorOf(Number(this.#statements.principal.get(row)?.principal ?? 0));
    return actor === 0 || ids.includes(actor) ? ids : [...ids, actor];
  }

  #actorOf(principal: number): number {
    if (principal === 0) return 0;
    let actor = this.#actors.get(principal);
    if (actor === undefined) {
      const { arn = '', issuer_arn = '' } = this.#statements.identity.get(principal) ?? {};
      const issuerArn = String(issuer_arn);
      const who = { arn: String(arn), ...(issuerArn === '' ? {} : { issuerArn }) } as Principal;
      const behind = actorOf(who);
      actor = behind ? this.#idOf(behind) : 0;
      this.#actors.set(principal, actor);
    }
    return actor;
  }
}

const prepareAll = (database: DatabaseSync) => ({
  resources: database.prepare('select distinct resource from event_resource where event = ?'),
  principal: database.prepare('select principal from event where id = ?'),
  identity: database.prepare('select arn, issuer_arn from principal where id = ?'),
  raise: database.prepare('update resource set worst = ?1 where worst < ?1 and id = ?2'),
  set: database.prepare('update resource set worst = ? where id = ?'),
  findings: database.prepare('select event, max(severity) as severity from finding group by event'),
});
