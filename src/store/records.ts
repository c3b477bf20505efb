import type { DatabaseSync } from 'node:sqlite';
import type { TimelineEvent } from '../model/event.ts';
import type { RecordParts } from '../model/record-parts.ts';
import { dimensions } from './dimension.ts';
import { EventReader } from './event-reader.ts';

/** Actions whose records are wanted; of each group the newest only, so that a busy one hides no other. */
export interface RecordGroup {
  readonly actions: readonly string[];
  readonly limit: number;
}

/** Accepted calls with their parameters. `last`: everything up to this row was looked at; `cut`: groups had more than their limit. */
export interface RecordAnswer {
  readonly records: readonly RecordParts[];
  readonly last: number;
  readonly cut: boolean;
}

const readers = new WeakMap<DatabaseSync, EventReader>();

/**
 * The records of accepted calls of these actions that were stored after row `after` (0: all), in order of arrival. The first time this scans
 * the time index; afterwards it reads what is new.
 */
export function recordsOf(database: DatabaseSync, groups: readonly RecordGroup[], after: number): RecordAnswer {
  const last = Number(database.prepare('select max(id) as last from event').get()?.last ?? 0);
  if (last <= after) return { records: [], last, cut: false };
  const actionId = database.prepare('select id from value where dimension = ? and text = ?');
  const reader = readers.get(database) ?? new EventReader(database);
  readers.set(database, reader);
  const rows: number[] = [];
  let cut = false;
  for (const { actions, limit } of groups) {
    const ids = actions.flatMap((action) => actionId.get(dimensions.action, action)?.id ?? []);
    if (ids.length === 0) continue;
    const source = after === 0 ? 'event indexed by event_at' : 'event';
    const found = database
      .prepare(
        `select id from ${source} where action in (${ids.join(', ')}) and error = 0 and id > ? and id <= ? order by at desc, id desc limit ?`,
      )
      .all(after, last, limit + 1);
    cut ||= found.length > limit;
    rows.push(...found.slice(0, limit).map(({ id }) => id as number));
  }
  const records = reader.eventsOf(rows.sort((a, b) => a - b)).flatMap((event) => partsOf(reader, event) ?? []);
  return { records, last, cut };
}

function partsOf(reader: EventReader, event: TimelineEvent): RecordParts | undefined {
  if (event.origin !== 'cloudtrail') return undefined;
  let record: {
    readonly requestParameters?: unknown;
    readonly responseElements?: unknown;
    readonly detail?: typeof record;
  } = {};
  try {
    record = JSON.parse(Buffer.from(reader.rawBytes(event.rowId)).toString('utf8'));
  } catch {
    // It was read as a record once; if its bytes cannot be read now, what the event itself says is all there is.
  }
  // EventBridge delivers the same record inside an envelope.
  const { requestParameters, responseElements } = record.detail ?? record;
  return { event, request: requestParameters ?? null, response: responseElements ?? null };
}
