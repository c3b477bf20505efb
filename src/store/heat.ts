import type { StatementSync } from 'node:sqlite';
import { parseArn } from '../model/arn.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';

/** What of an event makes a resource hot. */
export interface HeatFacts {
  readonly at: number;
  readonly isWrite: boolean;
  /** A write of IAM. */
  readonly isIam: boolean;
  readonly failed: boolean;
  /** Failed for want of a permission. */
  readonly refused: boolean;
  /** It handed out a URL or token that opens something. */
  readonly isMint: boolean;
  /** Number of the worst finding, from 1; 0 for none. */
  readonly worst: number;
}

interface Counts {
  events: number;
  writes: number;
  errors: number;
  refused: number;
  mints: number;
  iamWrites: number;
  firstAt: number;
  lastAt: number;
  changedAt: number;
  worst: number;
}

/** How much happened to resources within one batch: one update a resource instead of one an event. */
export class HeatTally {
  readonly #counts = new Map<number, Counts>();

  count(resource: number, facts: HeatFacts): void {
    const { at } = facts;
    let counts = this.#counts.get(resource);
    if (!counts) {
      counts = {
        events: 0,
        writes: 0,
        errors: 0,
        refused: 0,
        mints: 0,
        iamWrites: 0,
        firstAt: at,
        lastAt: at,
        changedAt: 0,
        worst: 0,
      };
      this.#counts.set(resource, counts);
    }
    counts.events += 1;
    if (facts.failed) counts.errors += 1;
    if (facts.refused) counts.refused += 1;
    if (at < counts.firstAt) counts.firstAt = at;
    if (at > counts.lastAt) counts.lastAt = at;
    if (facts.worst > counts.worst) counts.worst = facts.worst;
    if (!facts.isWrite) return;
    counts.writes += 1;
    if (facts.isMint) counts.mints += 1;
    if (facts.isIam) counts.iamWrites += 1;
    if (at > counts.changedAt) counts.changedAt = at;
  }

  /** @param update `heatUpdate`, prepared. */
  write(update: StatementSync): void {
    for (const [id, counts] of this.#counts) {
      const { events, writes, errors, refused, mints, iamWrites, firstAt, lastAt, changedAt, worst } = counts;
      update.run(events, writes, errors, refused, mints, iamWrites, firstAt, lastAt, changedAt, worst, id);
    }
  }
}

/** Adds a batch's counts to a resource. */
export const heatUpdate = `update resource set events = events + ?1, writes = writes + ?2, errors = errors + ?3, refused = refused + ?4,
  mints = mints + ?5, iam_writes = iam_writes + ?6, first_at = case when first_at = 0 then ?7 else min(first_at, ?7) end,
  last_at = max(last_at, ?8), changed_at = max(changed_at, ?9), worst = max(worst, ?10) where id = ?11`;

/** The role or user that acts, as a resource: what it does counts as its heat. */
export function actorOf(principal: Principal | undefined): ResourceRef | undefined {
  const arn = principal?.issuerArn ?? principal?.arn ?? '';
  const kind = /^arn:[^:]*:iam::[^:]*:(role|user)\//.exec(arn)?.[1];
  const resource = kind && parseArn(arn)?.resource;
  return resource ? { kind: `iam.${kind}`, arn, name: resource.slice(resource.lastIndexOf('/') + 1) } : undefined;
}
