import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Times of all ways in that records handed out. Asked for every code of a chain, which looks for the door that was open then: the times stand in
 * the events, each on a page of its own. Kept from one question to the next; what came since is added.
 */
class DoorTimes {
  readonly #newest: StatementSync;
  readonly #since: StatementSync;
  #last = 0;
  /** Of each door, one after the other: the event's row, when it was handed out, and until when it stands open (NaN where nobody says). */
  readonly #events: number[] = [];
  readonly #ats: number[] = [];
  readonly #untils: number[] = [];

  constructor(database: DatabaseSync) {
    this.#newest = database.prepare('select max(event) as event from handover');
    // `in` is what the index says of its rows: SQLite concludes it from nothing else.
    this.#since = database.prepare(
      `select event.id as event, event.at as at, handover.until as until from handover cross join event on event.id = handover.event
       where handover.kind in (1, 2) and handover.kind = 1 and handover.event > ? and handover.event <= ?`,
    );
  }

  openAt(at: number, longestMs: number, most: number): readonly number[] {
    this.#refresh();
    const open: { readonly event: number; readonly at: number }[] = [];
    for (let door = 0; door < this.#events.length; door += 1) {
      const opened = this.#ats[door]!;
      const until = this.#untils[door]!;
      if (opened <= at && (Number.isNaN(until) ? opened + longestMs : until) >= at)
        open.push({ event: this.#events[door]!, at: opened });
    }
    if (open.length <= most) return open.map(({ event }) => event);
    // All of one time, or none: which of them is shown, the reader decides.
    const from = open.map((one) => one.at).sort((a, b) => b - a)[most - 1]!;
    return open.filter((one) => one.at >= from).map(({ event }) => event);
  }

  #refresh(): void {
    const newest = Number(this.#newest.get()?.event ?? 0);
    if (newest === this.#last) return;
    for (const { event, at, until } of this.#since.all(this.#last, newest)) {
      this.#events.push(Number(event));
      this.#ats.push(Number(at));
      this.#untils.push(until === null ? Number.NaN : Number(until));
    }
    this.#last = newest;
  }
}

const known = new WeakMap<DatabaseSync, DoorTimes>();

/**
 * Rows of the events that handed out a way in which was open at a time; the newest, at least `most` where there are more. The first look reads
 * every door.
 *
 * @param longestMs How long one is taken to stand open of which nobody says it.
 */
export function doorsOpenAt(database: DatabaseSync, at: number, longestMs: number, most: number): readonly number[] {
  let times = known.get(database);
  if (!times) {
    times = new DoorTimes(database);
    known.set(database, times);
  }
  return times.openAt(at, longestMs, most);
}
