import type { DatabaseSync } from 'node:sqlite';
import { hashOf } from './key-table.ts';

/** What events of a first load are found by: their key, and their request id where it is a UUID. Numbers in the file. */
const kinds = { key: 1, request: 2 } as const;
type HashedKind = keyof typeof kinds;

/** Numbers a pair: the row, and the hash above it, so that both together sort as one number of 64 bits. */
const pairSize = 2;
/** Pairs of a piece: what one look-up reads. Equal hashes stay in one piece, however many they are. */
const piecePairs = 1_024;

/**
 * Hashes with the rows that they lead to, 8 bytes each, sorted in memory and written in pieces. An index over random keys is a sort, too, but
 * SQLite's takes twenty times as long, and its pages three times the room.
 */
export class HashList {
  #pairs = new Uint32Array(pairSize * piecePairs);
  #used = 0;

  add(hash: number, row: number): void {
    if (this.#used === this.#pairs.length) {
      const more = new Uint32Array(2 * this.#pairs.length);
      more.set(this.#pairs);
      this.#pairs = more;
    }
    this.#pairs[this.#used] = row;
    this.#pairs[this.#used + 1] = hash;
    this.#used += pairSize;
  }

  /** After a rollback: rows from this one on are not there. */
  forgetFrom(row: number): void {
    while (this.#used > 0 && this.#pairs[this.#used - pairSize]! >= row) this.#used -= pairSize;
  }

  /** Writes what was added, once, in the transaction that is open. */
  write(database: DatabaseSync, kind: HashedKind): void {
    const pairs = this.#pairs.subarray(0, this.#used);
    // Little-endian, as every machine that Node is built for (but mainframes, whose files no other reads): the hash is the upper half.
    new BigUint64Array(pairs.buffer, 0, pairs.length / pairSize).sort();
    const insert = database.prepare('insert into hashed(kind, first, pairs) values (?, ?, ?)');
    for (let from = 0; from < pairs.length; ) {
      let to = Math.min(from + pairSize * piecePairs, pairs.length);
      while (to < pairs.length && pairs[to + 1] === pairs[to - 1]) to += pairSize;
      const piece = pairs.subarray(from, to);
      insert.run(kinds[kind], piece[1]!, new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
      from = to;
    }
  }
}

/**
 * Which rows have a key or a request id, whoever brought them: a first load (by `hashed`; by a look at every event as long as that is not
 * written), or what came after it (by an index). Belongs to one connection.
 */
export class HashedRows {
  readonly #statements: ReturnType<typeof prepareAll>;

  constructor(database: DatabaseSync) {
    this.#statements = prepareAll(database);
  }

  /** @param id 16 bytes. @returns The oldest first. */
  rowsOf(kind: HashedKind, id: Uint8Array): readonly number[] {
    const { unhashed, loaded, later } = this.#statements;
    // Asked first: what is hashed from then on is found by hash.
    const isUnhashed = unhashed.get()?.number === 1;
    const first = isUnhashed ? numbers(loaded[kind].all(id)) : this.#hashed(kind, id);
    return [...first, ...numbers(later[kind].all(id))];
  }

  #hashed(kind: HashedKind, id: Uint8Array): readonly number[] {
    const { piece, isSame } = this.#statements;
    const hash = hashOf(id);
    const bytes = piece.get(kinds[kind], hash)?.pairs as Uint8Array | undefined;
    if (!bytes) return [];
    const pairs = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const rows: number[] = [];
    // A hash is no proof: the event says.
    for (let at = firstOf(pairs, hash); at < pairs.length && pairs[at + 1] === hash; at += pairSize)
      if (isSame[kind].get(pairs[at]!, id) !== undefined) rows.push(pairs[at]!);
    return rows;
  }
}

/** Where the first pair stands whose hash is not less. */
function firstOf(pairs: Uint32Array, hash: number): number {
  let low = 0;
  let high = pairs.length / pairSize;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pairs[middle * pairSize + 1]! < hash) low = middle + 1;
    else high = middle;
  }
  return low * pairSize;
}

const numbers = (rows: readonly { readonly [column: string]: unknown }[]): readonly number[] =>
  rows.map(({ id }) => id as number);

const prepareAll = (database: DatabaseSync) => ({
  unhashed: database.prepare("select number from meta where name = 'unhashed'"),
  piece: database.prepare('select pairs from hashed where kind = ? and first <= ? order by first desc limit 1'),
  isSame: {
    key: database.prepare('select 1 from event where id = ? and key = ?'),
    request: database.prepare('select 1 from event where id = ? and request = ?'),
  },
  loaded: {
    key: database.prepare('select id from event where loaded = 1 and key = ? limit 1'),
    request: database.prepare('select id from event where loaded = 1 and request = ?'),
  },
  later: {
    key: database.prepare('select id from event where loaded = 0 and key = ?'),
    request: database.prepare(
      "select id from event where loaded = 0 and typeof(request) = 'blob' and request = ? order by id",
    ),
  },
});
