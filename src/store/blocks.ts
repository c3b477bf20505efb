import type { DatabaseSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Large enough to compress ten to one, small enough that one record costs 0.4 ms. */
const blockSize = 256 * 1024;
/** A window as large as a block, not twice: it is memory that is taken anew for each. */
const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 18 };
/**
 * What is compressed comes in pieces of this size, each an allocation that stays until garbage is collected, which in this thread is seldom: for
 * the few kilobytes of a live batch pieces of the usual size kept tens of megabytes, and took twice the time.
 */
const pieceSize = (length: number): number => Math.min(32 * 1024, Math.max(1024, length >> 2));

/** Where a record's bytes lie. */
export interface BlockPlace {
  readonly block: number;
  readonly start: number;
  readonly length: number;
}

/**
 * Puts records' bytes into compressed blocks. A block never outlives a transaction (`flush` before every commit), so live events are on the
 * disk with their batch, in a small block of their own.
 */
export class BlockWriter {
  readonly #insert: (id: number, bytes: Uint8Array) => void;
  /** Filled again and again: touching fresh memory takes longer than copying into it. */
  #buffer = Buffer.allocUnsafeSlow(blockSize);
  #used = 0;
  #next: number;

  constructor(database: DatabaseSync) {
    const statement = database.prepare('insert into block(id, bytes) values (?, ?)');
    this.#insert = (id, bytes) => {
      statement.run(id, bytes);
    };
    this.#next = lastBlock(database) + 1;
  }

  add(bytes: Uint8Array): BlockPlace {
    if (this.#used + bytes.length > blockSize) this.flush();
    // A record that is larger than a block gets one to itself.
    if (bytes.length > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(bytes.length);
    const place = { block: this.#next, start: this.#used, length: bytes.length };
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
    return place;
  }

  /** Writes what is not written yet. */
  flush(): void {
    if (this.#used === 0) return;
    // In this thread: each of libuv's would touch some megabytes anew for every block, which takes six times as long as compressing it.
    this.#insert(
      this.#next,
      zstdCompressSync(this.#buffer.subarray(0, this.#used), { chunkSize: pieceSize(this.#used), params }),
    );
    this.#next += 1;
    this.#used = 0;
    if (this.#buffer.length > blockSize) this.#buffer = Buffer.allocUnsafeSlow(blockSize);
  }

  /** After a rollback. */
  forget(database: DatabaseSync): void {
    this.#used = 0;
    this.#next = lastBlock(database) + 1;
  }
}

const lastBlock = (database: DatabaseSync): number =>
  Number(database.prepare('select max(id) as id from block').get()?.id ?? 0);

/**
 * The bytes of a block as they were put in. In one piece with room to spare (records become a tenth, seldom less): joining pieces touches the
 * memory twice, which takes longer than unpacking. The blocks of live batches are small, and so is their room.
 */
export const unpackBlock = (bytes: Uint8Array): Uint8Array =>
  zstdDecompressSync(bytes, { chunkSize: Math.min(blockSize + 64, Math.max(4096, 16 * bytes.length)) });
