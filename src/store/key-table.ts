/** Three numbers a slot: two halves of a 64-bit hash, and the row. Row 0 does not exist, so 0 there is an empty slot. */
const slotSize = 3;
const fullest = 0.6;

/**
 * Which row holds which event key: an open-addressing table of 64-bit hashes in one typed array, 12 bytes a slot; a JS `Set` takes five
 * times as much. A hash is no proof: every hit is confirmed by `isSame`, which reads the row, so a collision cannot lose an event.
 */
export class KeyTable {
  #slots: Uint32Array;
  #capacity: number;
  #count = 0;

  constructor(expected = 0) {
    this.#capacity = 1 << Math.max(6, Math.ceil(Math.log2(expected / fullest + 1)));
    this.#slots = new Uint32Array(this.#capacity * slotSize);
  }

  get count(): number {
    return this.#count;
  }

  /** @returns The row that holds the key, or 0. */
  find(key: Uint8Array, isSame: (row: number) => boolean): number {
    mix(key);
    const high = mixedHigh;
    const low = mixedLow;
    const mask = this.#capacity - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = slot * slotSize;
      const row = this.#slots[at + 2]!;
      if (row === 0) return 0;
      if (this.#slots[at] === high && this.#slots[at + 1] === low && isSame(row)) return row;
    }
  }

  /** Adds a key that `find` did not find. */
  add(key: Uint8Array, row: number): void {
    if (this.#count >= this.#capacity * fullest) this.#grow();
    mix(key);
    this.#put(mixedHigh, mixedLow, row);
    this.#count += 1;
  }

  /** Every row, with the hash of its key. */
  each(give: (hash: number, row: number) => void): void {
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += slotSize) if (slots[at + 2] !== 0) give(slots[at]!, slots[at + 2]!);
  }

  #put(high: number, low: number, row: number): void {
    const mask = this.#capacity - 1;
    let slot = low & mask;
    while (this.#slots[slot * slotSize + 2] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot * slotSize] = high;
    this.#slots[slot * slotSize + 1] = low;
    this.#slots[slot * slotSize + 2] = row;
  }

  #grow(): void {
    const before = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * slotSize);
    for (let at = 0; at < before.length; at += slotSize) {
      if (before[at + 2] !== 0) this.#put(before[at]!, before[at + 1]!, before[at + 2]!);
    }
  }
}

/** What `mix` made last: two numbers for each of a million keys would be as many pairs. */
let mixedHigh = 0;
let mixedLow = 0;

/**
 * 64 bits of the key. Ids that count upwards differ in few bytes, and those of forged logs in whichever their maker likes: all 16 bytes
 * go in, well mixed.
 */
function mix(key: Uint8Array): void {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let index = 0; index < 16; index += 4) {
    const word = key[index]! | (key[index + 1]! << 8) | (key[index + 2]! << 16) | (key[index + 3]! << 24);
    high = Math.imul(high ^ word, 0xcc9e2d51);
    high = (high << 15) | (high >>> 17);
    low = Math.imul(low ^ high ^ word, 0x1b873593);
    low ^= low >>> 13;
  }
  mixedHigh = high >>> 0;
  mixedLow = low >>> 0;
}

/** 32 bits of a key of 16 bytes: the same in every version, since files hold them. */
export function hashOf(key: Uint8Array): number {
  mix(key);
  return mixedHigh;
}
