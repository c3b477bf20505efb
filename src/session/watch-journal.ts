import type { Predicate } from '../filter/predicate.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import type { JournalLine } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import { type JournalRow, openBook, otherResponder, otherRow, withOthers } from './journal-rows.ts';
import type { Snapshot } from './snapshot.ts';

/** Changes that say Firebreak somewhere; what is ours is left out afterwards. */
const claimed: Predicate = {
  type: 'and',
  terms: [
    { type: 'not', term: { type: 'flag', flag: 'readonly' } },
    {
      type: 'or',
      terms: [
        { type: 'field', field: 'agent', op: 'contains', value: 'firebreak' },
        { type: 'field', field: 'session', op: 'contains', value: 'firebreak' },
        { type: 'text', value: 'policy IR-' },
      ],
    },
  ],
};
/** The newest of them; an attacker may write thousands. */
const mostOthers = 120;
/** Events that are read in full at one look: this is the thread that paints. */
const mostReadAtOnce = 15;
const lookEveryMs = 1_000;

/** The journal as rows, made when somebody looks; what other responders did is looked for while somebody listens. */
export function watchJournal(parts: {
  lines(): readonly JournalLine[];
  readonly snapshot: Observable<Snapshot>;
  readonly events: EventQueries;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  failed(error: unknown): void;
}): Observable<readonly JournalRow[]> {
  const { lines, snapshot, events, clock, ending } = parts;
  let listeners = 0;
  let view: number | undefined;
  let asked = false;
  let others: readonly JournalRow[] = [];
  /** By the store's row; `undefined`: read, and nobody else's. */
  const known = new Map<number, JournalRow | undefined>();
  let seen = -1;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const book = openBook();
  let made: { readonly ours: unknown; readonly others: unknown; readonly rows: readonly JournalRow[] } | undefined;

  function ask(): void {
    if (asked || ending.aborted) return;
    asked = true;
    events.view('other responders', claimed, ending).then(
      (found) => {
        view = found;
      },
      (error: unknown) => {
        asked = false;
        if (!ending.aborted && !(error instanceof Error && error.name === 'AbortError')) parts.failed(error);
      },
    );
  }

  /** Reads the newest rows again when events have come, once a second at most. */
  function look(): void {
    const { eventsVersion } = snapshot.get();
    if (view === undefined || listeners === 0) return;
    const { rows, total } = events.window({ view, from: 'newest', rows: mostOthers });
    const version = eventsVersion * 1_000_003 + total;
    if (seen === version || clock.now() - lookedAt < lookEveryMs) return;
    lookedAt = clock.now();
    // The newest first, the rest at the next look.
    const unread = rows.filter(({ rowId }) => !known.has(rowId)).toReversed();
    for (const { rowId } of unread.slice(0, mostReadAtOnce)) {
      const event = events.event(rowId);
      const how = event && otherResponder(event);
      known.set(rowId, event && how !== undefined ? otherRow(event, how) : undefined);
    }
    if (unread.length <= mostReadAtOnce) seen = version;
    const found = rows.flatMap(({ rowId }) => known.get(rowId) ?? []);
    if (found.length !== others.length || found.some(({ key }, at) => key !== others[at]?.key)) others = found;
  }

  return {
    get() {
      look();
      const ours = book.rows(lines(), snapshot.get().containments);
      if (made?.ours === ours && made.others === others) return made.rows;
      made = { ours, others, rows: withOthers(ours, others) };
      return made.rows;
    },
    subscribe(listener) {
      listeners += 1;
      ask();
      const end = snapshot.subscribe(listener);
      return () => {
        listeners -= 1;
        end();
      };
    },
  };
}
