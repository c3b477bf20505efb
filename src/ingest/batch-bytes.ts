/** Records of one batch take some 6 MB. */
const firstRoom = 8 * 1024 * 1024;

/**
 * The bytes of the records of a batch, copied into memory that is used again for the next: they outlive the chunk of the file that they stood
 * in, and nothing is allocated for them.
 */
export class BatchBytes {
  #room = Buffer.allocUnsafeSlow(firstRoom);
  #used = 0;

  /** @returns A copy, good until `forget`. */
  add(bytes: Uint8Array): Uint8Array {
    // What was given out before stays where it is.
    if (this.#used + bytes.length > this.#room.length) {
      this.#room = Buffer.allocUnsafeSlow(Math.max(firstRoom, bytes.length));
      this.#used = 0;
    }
    this.#room.set(bytes, this.#used);
    this.#used += bytes.length;
    return this.#room.subarray(this.#used - bytes.length, this.#used);
  }

  /** The batch is in the store. */
  forget(): void {
    this.#used = 0;
  }
}
