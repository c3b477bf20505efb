import { hash } from 'node:crypto';

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

/** Words of a key: ids of CloudTrail are UUIDs, those of log lines 32 hexadecimal digits; others stand for their SHA-256, cut to that. */
const keyWords = 4;
const smallest = 1_024;
const fullest = 0.6;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const digits = /^[0-9a-f]{32}$/;

function keyOf(id: string, key: Uint32Array): void {
  const hex = uuid.test(id) ? id.replaceAll('-', '') : digits.test(id) ? id : hash('sha256', id, 'hex');
  for (let word = 0; word < keyWords; word += 1) key[word] = Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16);
}

/** Ids that were met in one stretch: open addressing in typed arrays, 24 bytes a slot, of which six in ten are taken at most. */
class Generation {
  #capacity = smallest;
  #keys = new Uint32Array(smallest * keyWords);
  /** Epoch ms of the event; `NaN`: the slot is empty. */
  #times = new Float64Array(smallest).fill(Number.NaN);
  size = 0;

  has(key: Uint32Array): boolean {
    return !Number.isNaN(this.#times[this.#slotOf(key)]!);
  }

  /** A key that it does not have. */
  add(key: Uint32Array, at: number): void {
    if (this.size >= this.#capacity * fullest) this.#grow();
    this.#put(key, at);
    this.size += 1;
  }

  *entries(): IterableIterator<readonly [key: Uint32Array, at: number]> {
    for (let slot = 0; slot < this.#capacity; slot += 1) {
      const at = this.#times[slot]!;
      if (!Number.isNaN(at)) yield [this.#keys.subarray(slot * keyWords, (slot + 1) * keyWords), at];
    }
  }

  #put(key: Uint32Array, at: number): void {
    const slot = this.#slotOf(key);
    this.#keys.set(key, slot * keyWords);
    this.#times[slot] = at;
  }

  /** The slot that holds the key, or the empty one that would. */
  #slotOf(key: Uint32Array): number {
    const mask = this.#capacity - 1;
    // The digits of an id need not be random everywhere (UUIDs hold a version), so all of them say where it lies.
    let slot = Math.imul(
      key[0]! ^ Math.imul(key[1]!, 0x9e3779b1) ^ Math.imul(key[2]!, 0x85ebca6b) ^ key[3]!,
      0xc2b2ae35,
    );
    for (slot = (slot ^ (slot >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      if (Number.isNaN(this.#times[slot]!)) return slot;
      const from = slot * keyWords;
      let word = 0;
      while (word < keyWords && this.#keys[from + word] === key[word]) word += 1;
      if (word === keyWords) return slot;
    }
  }

  #grow(): void {
    const before = { keys: this.#keys, times: this.#times, capacity: this.#capacity };
    this.#capacity *= 2;
    this.#keys = new Uint32Array(this.#capacity * keyWords);
    this.#times = new Float64Array(this.#capacity).fill(Number.NaN);
    for (let slot = 0; slot < before.capacity; slot += 1) {
      const at = before.times[slot]!;
      if (!Number.isNaN(at)) this.#put(before.keys.subarray(slot * keyWords, (slot + 1) * keyWords), at);
    }
  }
}

/**
 * Keeps at least the half of `limit` that was met last, and never more than `limit`: two generations, of which the older is forgotten as a
 * whole. At most 80 bytes an id and no text: a piece of a page would keep the whole page.
 */
export function createSeenIds(limit: number): SeenIds {
  const each = Math.max(1, Math.floor(limit / 2));
  const key = new Uint32Array(keyWords);
  let young = new Generation();
  let old = new Generation();
  let forgottenTo = Number.NEGATIVE_INFINITY;
  return {
    add(id, at = 0) {
      keyOf(id, key);
      if (young.has(key)) return false;
      const known = old.has(key);
      if (young.size >= each) {
        for (const [forgotten, when] of old.entries())
          if (when > forgottenTo && !young.has(forgotten)) forgottenTo = when;
        old = young;
        young = new Generation();
      }
      young.add(key, Number.isFinite(at) ? at : 0);
      return !known;
    },
    forgottenTo: () => forgottenTo,
  };
}
