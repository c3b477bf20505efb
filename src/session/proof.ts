import type { Containment } from '../containment/containment.ts';
import type { ContainmentEntry } from '../containment/entries.ts';
import { proofWatchOf } from '../containment/proof-watch.ts';
import type { ProofWatch } from '../policy/proof.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import type { FoundEvidence } from '../store/evidence.ts';
import type { EventQueries } from '../store/queries.ts';
import { paced } from './paced.ts';
import type { Snapshot } from './snapshot.ts';

const atMostEveryMs = 1_000;
/** Records tell whole seconds. */
const secondMs = 1_000;

type Sighting = Extract<ContainmentEntry, { readonly type: 'containment-proved' | 'containment-contradicted' }>;

/** What is journalled of a finding: once, and again only when it turns the verdict. */
export function sightingOf(
  { id, evidence, eventId, at }: FoundEvidence,
  containment: Containment | undefined,
): Sighting | undefined {
  if (!containment) return undefined;
  const { provedBy, contradictedBy = null } = containment.verdict;
  if (evidence === 'contradicts')
    return contradictedBy === null ? { type: 'containment-contradicted', id, eventId, at } : undefined;
  return provedBy === null || contradictedBy !== null ? { type: 'containment-proved', id, eventId, at } : undefined;
}

/**
 * Watches arriving events for what proves or contradicts the containments that stand, and journals it. Once a second at most, by the store's
 * own thread; nothing is asked while nothing is contained.
 */
export function watchProof(parts: {
  readonly events: Pick<EventQueries, 'ask'>;
  readonly snapshot: Observable<Snapshot>;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  append(entry: Sighting): Promise<void>;
  failed(error: unknown): void;
}): void {
  const { events, snapshot, clock, ending } = parts;
  /** Rows looked at, by containment: what changes in it (it holds now, it was undone) begins anew where it matters. */
  const looked = new Map<string, { readonly after: number; readonly watch: ProofWatch }>();

  const watches = () => {
    const { containments, clockSkewMs } = snapshot.get();
    return containments.flatMap((one) => proofWatchOf(one, clockSkewMs) ?? []);
  };

  async function look(): Promise<void> {
    const asked = watches().map((watch) => {
      const before = looked.get(watch.id);
      // Since when it holds, or how far ahead this machine's clock is, was not known when these rows were looked at.
      const isAsLooked =
        before !== undefined &&
        before.watch.holdingAt === watch.holdingAt &&
        before.watch.writtenAt < watch.writtenAt + secondMs;
      return { watch, after: isAsLooked ? before.after : 0 };
    });
    if (asked.length === 0) return;
    const { found, last } = await events.ask<'evidence'>('proof', { type: 'evidence', watches: asked }, ending);
    for (const { watch } of asked) looked.set(watch.id, { after: last, watch });
    // In the order in which it happened: the later one decides.
    for (const one of found.toSorted((a, b) => a.at - b.at)) {
      const sighting = sightingOf(
        one,
        snapshot.get().containments.find(({ id }) => id === one.id),
      );
      if (sighting) await parts.append(sighting);
    }
  }
  const soon = paced({ atMostEveryMs, clock, ending, work: look, failed: parts.failed });

  let before = snapshot.get();
  const end = snapshot.subscribe(() => {
    const now = snapshot.get();
    const isNews = now.eventsVersion !== before.eventsVersion || now.containments !== before.containments;
    before = now;
    if (isNews && watches().length > 0) soon();
  });
  ending.addEventListener('abort', end, { once: true });
  if (watches().length > 0) soon();
}
