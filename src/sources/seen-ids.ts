/** 16 bytes as a one-byte string instead of 36 characters; other ids stay as they are. */
function compact(id: string): string {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id)
    ? Buffer.from(id.replaceAll('-', ''), 'hex').toString('latin1')
    : id;
}

/** Remembers which events were delivered, so that overlapping sweeps deliver each once and late ones can be told. */
export interface SeenIds {
  /** @returns Whether the id was not known. Known ones become the youngest. */
  add(id: string, at: number): boolean;
  /**
   * Time of the newest event that was forgotten, epoch ms: an unknown id from before may have been seen.
   * `-Infinity` while nothing was forgotten.
   */
  forgottenTo(): number;
}

/** Keeps the `limit` ids that were met last: about 100 bytes each. */
export function createSeenIds(limit: number): SeenIds {
  const times = new Map<string, number>();
  let forgottenTo = Number.NEGATIVE_INFINITY;
  return {
    add(id, at) {
      const key = compact(id);
      const known = times.delete(key);
      times.set(key, at);
      if (times.size > limit) {
        const [oldest] = times as Iterable<[string, number]>;
        if (oldest) {
          times.delete(oldest[0]);
          forgottenTo = Math.max(forgottenTo, oldest[1]);
        }
      }
      return !known;
    },
    forgottenTo: () => forgottenTo,
  };
}
