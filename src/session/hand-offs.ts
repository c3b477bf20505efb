import type { HandOffEntry } from '../containment/entries.ts';
import { type HandOffState, isSoughtCall } from '../containment/hand-off.ts';
import type { Predicate } from '../filter/predicate.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import type { EventQueries } from '../store/queries.ts';
import { paced } from './paced.ts';
import type { Snapshot } from './snapshot.ts';
import { wholeView } from './whole-view.ts';

const atMostEveryMs = 2_000;
/** Calls of one kind since the asking; the newest are looked at. */
const mostLookedAt = 50;

/** What is asked of the store for one hand-off: its calls, since they were asked for. @param requestedAt By AWS's clock, epoch ms. */
function soughtIn({ handOff }: HandOffState, requestedAt: number): Predicate {
  return {
    type: 'and',
    terms: [
      // Records tell whole seconds.
      { type: 'time', from: Math.floor(requestedAt / 1_000) * 1_000 },
      {
        type: 'or',
        terms: handOff.soughtCalls.map(({ action }) => ({ type: 'field', field: 'action', op: 'is', value: action })),
      },
    ],
  };
}

/** What has been asked of others and not been seen, a sentence each: without it nobody knows whether the incident is contained. */
export const notSeenYet = (handOffs: readonly HandOffState[]): readonly string[] =>
  handOffs
    .filter(({ seen }) => !seen)
    .map(
      ({ id, handOff, requestedAt }) =>
        `${id}, asked of ${handOff.whom} at ${new Date(requestedAt).toISOString().slice(11, 16)}Z and not seen in the trail: ${handOff.what}`,
    );

/**
 * Watches the trail for calls that others were asked to make, as events arrive, every two seconds at most; journals the first of each that is
 * seen. Runs until `ending`.
 */
export function watchHandOffs(parts: {
  readonly events: EventQueries;
  readonly snapshot: Observable<Snapshot>;
  append(entry: HandOffEntry): Promise<void>;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  failed(error: unknown): void;
}): void {
  const { events, snapshot, clock, ending } = parts;
  async function look(): Promise<void> {
    const { handOffs, clockSkewMs } = snapshot.get();
    for (const one of handOffs) {
      if (one.seen || one.handOff.soughtCalls.length === 0) continue;
      // The journal goes by this machine's clock, records by AWS's.
      const requestedAt = one.requestedAt - clockSkewMs;
      const view = await wholeView(events, 'hand-offs', soughtIn(one, requestedAt), ending);
      const { rows } = events.window({ view, from: 'oldest', rows: mostLookedAt, direction: 'newer' });
      for (const { rowId } of rows) {
        const event = events.event(rowId);
        if (!event || !isSoughtCall(one.handOff, requestedAt, event)) continue;
        const { id: eventId, action, at: eventAt } = event;
        await parts.append({ type: 'hand-off-seen', id: one.id, eventId, action, eventAt });
        break;
      }
    }
  }

  const soon = paced({ atMostEveryMs, clock, ending, work: look, failed: parts.failed });
  const isAwaited = () => snapshot.get().handOffs.some(({ seen }) => !seen);

  let before = snapshot.get();
  const end = snapshot.subscribe(() => {
    const now = snapshot.get();
    const isNews = now.eventsVersion !== before.eventsVersion || now.handOffs !== before.handOffs;
    before = now;
    if (isNews && isAwaited()) soon();
  });
  ending.addEventListener('abort', end, { once: true });
  if (isAwaited()) soon();
}
