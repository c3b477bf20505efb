import type { Predicate } from '../filter/predicate.ts';
import { FailedError } from '../model/errors.ts';
import type { EventQueries, ViewId } from '../store/queries.ts';

const lookMs = 20;
/** A million events are searched in a tenth of a second; after this, whoever searches has died. */
const atMostMs = 30_000;

/**
 * A view that was searched to its end. A screen shows the newest rows while the rest is searched; whoever counts, or takes what is not there
 * for absent, must wait. @throws FailedError `NotSearched`, the signal's reason.
 */
export async function wholeView(
  events: Pick<EventQueries, 'view' | 'window'>,
  slot: string,
  filter: Predicate,
  signal: AbortSignal,
): Promise<ViewId> {
  const view = await events.view(slot, filter, signal);
  const until = performance.now() + atMostMs;
  while (events.window({ view, from: 'newest', rows: 1 }).total < 0) {
    signal.throwIfAborted();
    if (performance.now() > until)
      throw new FailedError('NotSearched', 'the events could not be searched to their end', ['Try it again']);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return view;
}
