import type { DatabaseSync } from 'node:sqlite';
import type { Json } from '../shared/json.ts';

/** How far each source was read, by the checkpoint's key: what it said with the last of its records that are stored. */
export function checkpointsOf(database: DatabaseSync): { readonly [route: string]: Json } {
  const rows = database.prepare('select route, json from checkpoint order by route').all();
  return Object.fromEntries(rows.map(({ route, json }) => [String(route), JSON.parse(String(json)) as Json]));
}
