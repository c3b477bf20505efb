import { IdTable, keyOfId, newIdKey } from './id-table.ts';

/** Remembers which events were delivered, so that overlapping sweeps deliver each once and late ones can be told. */
export interface SeenIds {
  /** @returns Whether the id was not known. Known ones become young again. */
  add(id: string, at?: number): boolean;
  /**
   * Time of the newest event that was forgotten, epoch ms: an unknown id from before may have been seen.
   * `-Infinity` while nothing was forgotten.
   */
  forgottenTo(): number;
}

/** Keeps at least the half of `limit` that was met last, and never more than `limit`: two generations, of which the older is forgotten as a whole. */
export function createSeenIds(limit: number): SeenIds {
  const each = Math.max(1, Math.floor(limit / 2));
  const key = newIdKey();
  /** Times of the events, epoch ms. */
  let young = new IdTable();
  let old = new IdTable();
  let forgottenTo = Number.NEGATIVE_INFINITY;
  return {
    add(id, at = 0) {
      keyOfId(id, key);
      if (young.get(key) !== undefined) return false;
      const known = old.get(key) !== undefined;
      if (young.size >= each) {
        for (const [forgotten, when] of old.entries())
          if (when > forgottenTo && young.get(forgotten) === undefined) forgottenTo = when;
        [young, old] = [old, young];
        young.clear();
      }
      young.set(key, Number.isFinite(at) ? at : 0);
      return !known;
    },
    forgottenTo: () => forgottenTo,
  };
}
