import type { Containment } from '../containment/containment.ts';
import type { Predicate } from '../filter/predicate.ts';
import { changesSomething, type TimelineEvent } from '../model/event.ts';
import { sameResource } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import type { EventQueries } from '../store/queries.ts';
import { paced } from './paced.ts';
import type { Snapshot } from './snapshot.ts';

/** Looking again asks AWS several times; whoever changes the target all day must not use up our requests. */
const atMostEveryMs = 10_000;
/** The newest changes are read in full, on the thread that paints. */
const mostRead = 15;

/** What stands by AWS's last word. */
const stands = ({ state, undo }: Containment): boolean => (state === 'written' || state === 'confirmed') && !undo;

/** When a containment was approved by AWS's clock, epoch ms. @param skewMs How far this machine's clock, by which the journal goes, is ahead of it. */
const approvedBy = ({ approvedAt }: Containment, skewMs: number): number =>
  // Records tell whole seconds.
  Math.floor((approvedAt - skewMs) / 1_000) * 1_000;

/** Changes that others made to the targets since the first of the containments was approved. */
function changesOf(containments: readonly Containment[], skewMs: number): Predicate {
  return {
    type: 'and',
    terms: [
      { type: 'not', term: { type: 'flag', flag: 'readonly' } },
      { type: 'time', from: Math.min(...containments.map((one) => approvedBy(one, skewMs))) },
      {
        type: 'or',
        terms: containments.map(({ plan: { target } }) => ({
          type: 'field',
          field: 'resource',
          op: 'is',
          value: target.name || target.arn,
        })),
      },
    ],
  };
}

/** The containments whose target an event changed, if it changed anything. */
export function touchedBy(
  event: Pick<TimelineEvent, 'action' | 'readOnly' | 'errorCode' | 'responder' | 'resources' | 'at'>,
  containments: readonly Containment[],
  skewMs: number,
): readonly Containment[] {
  if (event.errorCode !== '' || event.responder === 'own' || !changesSomething(event)) return [];
  return containments.filter(
    (one) =>
      event.at >= approvedBy(one, skewMs) &&
      event.resources.some((resource) => sameResource(resource, one.plan.target)),
  );
}

/**
 * Has AWS looked at again when a containment may not stand any more: somebody changed its target, or a call passed that it should have refused.
 * Otherwise the screen would go on saying what AWS said an hour ago. Runs until `ending`.
 */
export function watchStanding(parts: {
  readonly events: EventQueries;
  readonly snapshot: Observable<Snapshot>;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  verify(containmentId: string): Promise<void>;
  failed(error: unknown): void;
}): void {
  const { events, snapshot, clock, ending } = parts;
  /** The newest row that was looked at. */
  let seen = 0;
  const contradicted = new Set<string>();

  async function look(): Promise<void> {
    const { containments, clockSkewMs } = snapshot.get();
    const again = new Set<string>();
    for (const { id, verdict } of containments) {
      const sighting = verdict.contradictedBy ?? undefined;
      if (sighting === undefined || contradicted.has(`${id} ${sighting}`)) continue;
      contradicted.add(`${id} ${sighting}`);
      again.add(id);
    }
    const standing = containments.filter(stands);
    if (standing.length > 0) {
      const view = await events.view('standing', changesOf(standing, clockSkewMs), ending);
      const rows = events
        .window({ view, from: 'newest', rows: mostRead })
        .rows.filter(({ rowId, responder }) => rowId > seen && responder !== 'own');
      for (const { rowId } of rows) {
        seen = Math.max(seen, rowId);
        const event = events.event(rowId);
        if (event) for (const { id } of touchedBy(event, standing, clockSkewMs)) again.add(id);
      }
    }
    for (const id of again) {
      try {
        await parts.verify(id);
      } catch (error) {
        if (ending.aborted) throw error;
        // Of one whose target is busy AWS is not asked now; the others are.
        parts.failed(error);
      }
    }
  }

  const soon = paced({ atMostEveryMs, clock, ending, work: look, failed: parts.failed });
  const isWatching = () =>
    snapshot.get().containments.some((one) => stands(one) || (one.verdict.contradictedBy ?? null) !== null);

  let before = snapshot.get();
  const end = snapshot.subscribe(() => {
    const now = snapshot.get();
    const isNews = now.eventsVersion !== before.eventsVersion || now.containments !== before.containments;
    before = now;
    if (isNews && isWatching()) soon();
  });
  ending.addEventListener('abort', end, { once: true });
  if (isWatching()) soon();
}
