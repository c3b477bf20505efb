import type { StatementSync } from 'node:sqlite';
import { parseArn } from '../model/arn.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';

/** How much happened to resources within one batch: one update a resource instead of one an event. */
export class HeatTally {
  readonly #counts = new Map<number, { events: number; writes: number; errors: number; lastAt: number }>();

  count(resource: number, at: number, isWrite: boolean, failed: boolean): void {
    let counts = this.#counts.get(resource);
    if (!counts) {
      counts = { events: 0, writes: 0, errors: 0, lastAt: 0 };
      this.#counts.set(resource, counts);
    }
    counts.events += 1;
    if (isWrite) counts.writes += 1;
    if (failed) counts.errors += 1;
    if (at > counts.lastAt) counts.lastAt = at;
  }

  /** @param update Takes events, writes, errors, last time, id. */
  write(update: StatementSync): void {
    for (const [id, { events, writes, errors, lastAt }] of this.#counts) update.run(events, writes, errors, lastAt, id);
  }
}

/** The role or user that acts, as a resource: what it does counts as its heat. */
export function actorOf(principal: Principal | undefined): ResourceRef | undefined {
  const arn = principal?.issuerArn ?? principal?.arn ?? '';
  const kind = /^arn:[^:]*:iam::[^:]*:(role|user)\//.exec(arn)?.[1];
  const resource = kind && parseArn(arn)?.resource;
  return resource ? { kind: `iam.${kind}`, arn, name: resource.slice(resource.lastIndexOf('/') + 1) } : undefined;
}
