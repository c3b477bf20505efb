import type { Predicate } from '../filter/predicate.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import type { JournalLine } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import { type JournalRow, otherResponder, otherRow, rowsOf, withOthers } from './journal-rows.ts';
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
const mostOthers = 300;
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
  let seen = -1;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let made:
    | {
        readonly length: number;
        readonly containments: unknown;
        readonly others: unknown;
        readonly rows: readonly JournalRow[];
      }
    | undefined;

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
    seen = version;
    lookedAt = clock.now();
    const found = rows.flatMap(({ rowId }) => {
      const event = events.event(rowId);
      const how = event && otherResponder(event);
      return event && how !== undefined ? [otherRow(event, how)] : [];
    });
    if (found.length !== others.length || found.some(({ key }, at) => key !== others[at]?.key)) others = found;
  }

  return {
    get() {
      look();
      const all = lines();
      const { containments } = snapshot.get();
      if (made?.length === all.length && made.containments === containments && made.others === others) return made.rows;
      made = { length: all.length, containments, others, rows: withOthers(rowsOf(all, containments), others) };
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
