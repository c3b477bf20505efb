import type { DatabaseSync } from 'node:sqlite';
import { type Evidence, type ProofWatch, type Watcher, watcherFor } from '../policy/proof.ts';
import { judgeAll, judgeFor } from '../policy/restriction.ts';
import { origins } from './dimension.ts';
import { EventReader, type OwnCalls } from './event-reader.ts';

/** A watch with how far it was looked at. */
export interface WatchFrom {
  readonly watch: ProofWatch;
  /** Rows up to this one were looked at; 0: none. */
  readonly after: number;
}

/** An event that proves or contradicts a containment. */
export interface FoundEvidence {
  /** The containment's id. */
  readonly id: string;
  readonly evidence: Evidence;
  readonly eventId: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Of each watch the first event that proves it and the last that contradicts it, among what was stored since. */
export interface EvidenceAnswer {
  readonly found: readonly FoundEvidence[];
  /** Everything up to this row was looked at. */
  readonly last: number;
}

const cloudtrail = origins.indexOf('cloudtrail');

/** Holds the events that were stored since against the containments that wait for proof; our own calls are none. */
export function evidenceOf(
  database: DatabaseSync,
  watches: readonly WatchFrom[],
  own: OwnCalls | undefined,
): EvidenceAnswer {
  const last = Number(database.prepare('select max(id) as last from event').get()?.last ?? 0);
  const found = new Map<string, FoundEvidence>();
  const reader = new EventReader(database);
  for (const { watch, after } of watches)
    if (last > after)
      for (const one of evidenceFor(database, reader, watcherFor(watch), after, last, own)) {
        const key = `${one.id} ${one.evidence}`;
        const before = found.get(key);
        const isBetter = !before || (one.evidence === 'proves' ? one.at < before.at : one.at > before.at);
        if (isBetter) found.set(key, one);
      }
  return { found: [...found.values()], last };
}

function* evidenceFor(
  database: DatabaseSync,
  reader: EventReader,
  watcher: Watcher,
  after: number,
  last: number,
  own: OwnCalls | undefined,
): Generator<FoundEvidence> {
  const { watch } = watcher;
  const judges = watch.restrictions.map(judgeFor);
  // What is accepted and would not be refused anyway, by who called what alone, is not even read.
  const passes = new Map<string, boolean>();
  const rows = database
    .prepare(
      `select id, principal, action, error from event ${after === 0 ? 'indexed by event_at' : 'not indexed'}
       where id > ? and id <= ? and at > ? and principal <> 0 and origin = ${cloudtrail}`,
    )
    .iterate(after, last, watch.writtenAt);
  const candidates: number[] = [];
  for (const row of rows) {
    const {
      id,
      principal: who,
      action: what,
      error,
    } = row as unknown as {
      readonly id: number;
      readonly principal: number;
      readonly action: number;
      readonly error: number;
    };
    const principal = reader.principalById(who);
    if (!principal || own?.arns.has(principal.arn)) continue;
    const action = reader.valueById(what);
    const key = `${who} ${what} ${error === 0}`;
    let isNothing = passes.get(key);
    if (isNothing === undefined) {
      isNothing =
        !watcher.concerns({ principal, action }) ||
        (error === 0 && watch.attempts === undefined && judgeAll(judges, { action, principal }).refused === false);
      passes.set(key, isNothing);
    }
    if (!isNothing) candidates.push(id);
  }
  for (const row of candidates) {
    const event = reader.event(row);
    if (!event?.principal) continue;
    const evidence = watcher.evidence({ ...event, principal: event.principal });
    if (evidence) yield { id: watch.id, evidence, eventId: event.id, at: event.at };
  }
}
