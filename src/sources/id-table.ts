import { hash } from 'node:crypto';
import { roomOf } from '../shared/own-pages.ts';

/** Words of a key: ids of CloudTrail are UUIDs, those of log lines 32 hexadecimal digits; others stand for their SHA-256, cut to that. */
const keyWords = 4;
const smallest = 64;
const fullest = 0.8;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const digits = /^[0-9a-f]{32}$/;

const keysOf = (slots: number): Uint32Array => {
  const bytes = slots * keyWords * Uint32Array.BYTES_PER_ELEMENT;
  return new Uint32Array(new ArrayBuffer(bytes, roomOf(bytes)), 0, slots * keyWords);
};
const numbersOf = (slots: number): Float64Array => {
  const bytes = slots * Float64Array.BYTES_PER_ELEMENT;
  return new Float64Array(new ArrayBuffer(bytes, roomOf(bytes)), 0, slots).fill(Number.NaN);
};

/** An id as the table holds it: 16 bytes. */
export type IdKey = Uint32Array;
export const newIdKey = (): IdKey => new Uint32Array(keyWords);

/** Writes the key of an id. */
export function keyOfId(id: string, key: IdKey): void {
  const hex = uuid.test(id) ? id.replaceAll('-', '') : digits.test(id) ? id : hash('sha256', id, 'hex');
  for (let word = 0; word < keyWords; word += 1) key[word] = Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16);
}

/**
 * A number by id: open addressing in typed arrays, 24 bytes a slot, of which eight in ten are taken at most. At most 60 bytes an id and no
 * text: a piece of a page would keep the whole page.
 */
export class IdTable {
  #capacity = smallest;
  #keys = keysOf(smallest);
  /** `NaN`: the slot is empty. */
  #numbers = numbersOf(smallest);
  size = 0;

  /** @returns `undefined` for a key that it does not have. */
  get(key: IdKey): number | undefined {
    const number = this.#numbers[this.#slotOf(key)]!;
    return Number.isNaN(number) ? undefined : number;
  }

  /** @param number Anything but `NaN`. */
  set(key: IdKey, number: number): void {
    let slot = this.#slotOf(key);
    if (Number.isNaN(this.#numbers[slot]!)) {
      if (this.size >= this.#capacity * fullest) {
        this.#grow();
        slot = this.#slotOf(key);
      }
      this.#keys.set(key, slot * keyWords);
      this.size += 1;
    }
    this.#numbers[slot] = number;
  }

  /** Forgets everything; the room stays for as many again. */
  clear(): void {
    this.#numbers.fill(Number.NaN);
    this.size = 0;
  }

  /** The keys are views: they hold until the table changes. */
  *entries(): IterableIterator<readonly [key: IdKey, number: number]> {
    for (let slot = 0; slot < this.#capacity; slot += 1) {
      const number = this.#numbers[slot]!;
      if (!Number.isNaN(number)) yield [this.#keys.subarray(slot * keyWords, (slot + 1) * keyWords), number];
    }
  }

  /** The slot that holds the key, or the empty one that would. */
  #slotOf(key: IdKey): number {
    const mask = this.#capacity - 1;
    // The digits of an id need not be random everywhere (UUIDs hold a version), so all of them say where it lies.
    let slot = Math.imul(
      key[0]! ^ Math.imul(key[1]!, 0x9e3779b1) ^ Math.imul(key[2]!, 0x85ebca6b) ^ key[3]!,
      0xc2b2ae35,
    );
    for (slot = (slot ^ (slot >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      if (Number.isNaN(this.#numbers[slot]!)) return slot;
      const from = slot * keyWords;
      let word = 0;
      while (word < keyWords && this.#keys[from + word] === key[word]) word += 1;
      if (word === keyWords) return slot;
    }
  }

  #grow(): void {
    const before = { keys: this.#keys, numbers: this.#numbers, capacity: this.#capacity };
    this.#capacity *= 2;
    this.#keys = keysOf(this.#capacity);
    this.#numbers = numbersOf(this.#capacity);
    for (let slot = 0; slot < before.capacity; slot += 1) {
      const number = before.numbers[slot]!;
      if (Number.isNaN(number)) continue;
      const key = before.keys.subarray(slot * keyWords, (slot + 1) * keyWords);
      const to = this.#slotOf(key);
      this.#keys.set(key, to * keyWords);
      this.#numbers[to] = number;
    }
  }
}
