const hexadecimal = '0123456789abcdef';
/** Base 32 without padding, as in access key ids and unique ids of IAM. */
const keyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Chance from a seed: the same seed gives the same ids, lags and choices. Not for secrets. */
export class Random {
  #state: number;

  constructor(seed: number | string) {
    // FNV-1a, so that labels and neighbouring seeds start far apart.
    let hash = 0x811c9dc5;
    for (const character of String(seed)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    this.#state = hash >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    // mulberry32: small, fast and good enough for a story.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  letters(count: number, alphabet = hexadecimal): string {
    let text = '';
    for (let index = 0; index < count; index += 1) text += alphabet[Math.floor(this.next() * alphabet.length)];
    return text;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex = this.letters(32);
    const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** An id as IAM makes them: `AKIA`, `ASIA`, `AROA`, `AIDA` and 16 more characters. */
  iamId(prefix: string): string {
    return prefix + this.letters(16, keyAlphabet);
  }
}
