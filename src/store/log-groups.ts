import type { DatabaseSync } from 'node:sqlite';
import { origins } from './dimension.ts';

/** A log group of which lines are loaded. The name is the account's own: pass `display` before a screen. */
export interface LogGroupSeen {
  readonly name: string;
  readonly lines: number;
  /** Epoch ms of the newest line. */
  readonly lastAt: number;
}

interface Counted {
  last: number;
  readonly groups: Map<number, { lines: number; lastAt: number }>;
}
const counted = new WeakMap<DatabaseSync, Counted>();
const prefix = 'logs:'.length;

/** The log groups of which lines are loaded, the last heard first. The first time this scans the time index; afterwards it reads what is new. */
export function logGroupsOf(database: DatabaseSync): readonly LogGroupSeen[] {
  const state = counted.get(database) ?? { last: 0, groups: new Map() };
  counted.set(database, state);
  const last = Number(database.prepare('select max(id) as last from event').get()?.last ?? 0);
  if (last > state.last) {
    const source = state.last === 0 ? 'event indexed by event_at' : 'event';
    const rows = database
      .prepare(
        `select action, count(*) as lines, max(at) as lastAt from ${source} where id > ? and id <= ? and origin = ${origins.indexOf('cloudwatch-logs')} group by action`,
      )
      .all(state.last, last) as unknown as readonly { action: number; lines: number; lastAt: number }[];
    for (const { action, lines, lastAt } of rows) {
      const before = state.groups.get(action) ?? { lines: 0, lastAt: 0 };
      state.groups.set(action, { lines: before.lines + lines, lastAt: Math.max(before.lastAt, lastAt) });
    }
    state.last = last;
  }
  const text = database.prepare('select text from value where id = ?');
  return [...state.groups]
    .map(([action, group]) => ({ name: String(text.get(action)?.text ?? '').slice(prefix), ...group }))
    .sort((a, b) => b.lastAt - a.lastAt || (a.name < b.name ? -1 : 1));
}
