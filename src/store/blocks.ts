import type { DatabaseSync } from 'node:sqlite';
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Large enough to compress ten to one, small enough that one record costs 0.4 ms. */
const blockSize = 256 * 1024;
/** Below this, handing the block to another thread costs more than compressing it. */
const smallBlock = 32 * 1024;
const options = { chunkSize: 96 * 1024, params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Where a record's bytes lie. */
export interface BlockPlace {
  readonly block: number;
  readonly start: number;
  readonly length: number;
}

/**
 * Puts records' bytes into compressed blocks; libuv's threads compress while the next records are read. A block never outlives a
 * transaction (`flush` before every commit), so live events are on the disk with their batch, in a small block of their own.
 */
export class BlockWriter {
  readonly #insert: (id: number, bytes: Uint8Array) => void;
  #buffer = Buffer.allocUnsafeSlow(blockSize);
  #used = 0;
  #next: number;
  #compressing: Promise<readonly [number, Uint8Array]>[] = [];

  constructor(database: DatabaseSync) {
    const statement = database.prepare('insert into block(id, bytes) values (?, ?)');
    this.#insert = (id, bytes) => {
      statement.run(id, bytes);
    };
    this.#next = lastBlock(database) + 1;
  }

  add(bytes: Uint8Array): BlockPlace {
    if (this.#used + bytes.length > blockSize) this.#close();
    // A record that is larger than a block gets one to itself.
    if (bytes.length > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(bytes.length);
    const place = { block: this.#next, start: this.#used, length: bytes.length };
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
    return place;
  }

  /** Writes all blocks of the transaction. */
  async flush(): Promise<void> {
    this.#close();
    if (this.#compressing.length === 0) return;
    const compressed = await Promise.all(this.#compressing);
    this.#compressing = [];
    for (const [id, bytes] of compressed) this.#insert(id, bytes);
  }

  #close(): void {
    if (this.#used === 0) return;
    const id = this.#next;
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#next += 1;
    this.#used = 0;
    if (bytes.length < smallBlock) {
      this.#insert(id, zstdCompressSync(bytes, options));
      return;
    }
    this.#buffer = Buffer.allocUnsafeSlow(blockSize);
    this.#compressing.push(
      new Promise((resolve, reject) => {
        zstdCompress(bytes, options, (error, result) => (error ? reject(error) : resolve([id, result])));
      }),
    );
  }

  /** After a rollback. */
  forget(database: DatabaseSync): void {
    this.#used = 0;
    this.#compressing = [];
    this.#next = lastBlock(database) + 1;
  }
}

const lastBlock = (database: DatabaseSync): number =>
  Number(database.prepare('select max(id) as id from block').get()?.id ?? 0);

/** The bytes of a block as they were put in. */
export const unpackBlock = (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes);
