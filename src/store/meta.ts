import type { DatabaseSync } from 'node:sqlite';

/** A running number of the store: `events`, `late`, `newest_at`, `marks`. */
export const metaOf = (database: DatabaseSync, name: string): number =>
  Number(database.prepare('select number from meta where name = ?').get(name)?.number ?? 0);
