/** A piece of a log file: the bytes of one JSON value as they came, and where they began. */
export interface Piece {
  readonly bytes: Buffer;
  /** Offset in the (decompressed) file. */
  readonly byte: number;
  /** 1-based line on which it began. */
  readonly line: number;
  /** The list it stood in: CloudTrail's `Records`, `lookup-events`' `Events`, `filter-log-events`' `events`; empty outside of one. */
  readonly list: string;
}

/** Something that is no JSON value. */
export interface Broken {
  readonly byte: number;
  readonly line: number;
  readonly problem: string;
}

const lists: ReadonlySet<string> = new Set(['Records', 'Events', 'events']);
const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;
/** Longest key that could be the name of a list. */
const longestKey = 16;

/**
 * Cuts a stream of bytes into its records without parsing them and without ever holding more than one: JSON values one after the
 * other (NDJSON, pretty-printed or not), the elements of an array, and the elements of the known lists inside an object.
 *
 * A raw line feed cannot stand inside a JSON string, nor an opening brace where a key belongs: there a record is broken, and reading goes on
 * at the next line, so that one torn line does not take the file with it.
 */
export class JsonSplitter {
  readonly #emit: (piece: Piece) => void;
  readonly #broken: (broken: Broken) => void;
  #buffer: Buffer = Buffer.alloc(0);
  /** Offset of `#buffer[0]` in the file, and its line. */
  #base = 0;
  #baseLine = 1;
  /** Where the scan stands in `#buffer`. */
  #at = 0;
  #depth = 0;
  #inString = false;
  #stringStart = -1;
  /** Start of the value that is being collected, in `#buffer`; -1 between values. */
  #start = -1;
  /** Depth at which values are complete: 0 outside of a list, 1 in an array, 2 in a list of an object. */
  #unit = 0;
  #list = '';
  #lastKey = '';
  /** The last character that was no blank: tells a key from a value. */
  #previous = 0;
  #skippingLine = false;

  constructor(emit: (piece: Piece) => void, broken: (broken: Broken) => void) {
    this.#emit = emit;
    this.#broken = broken;
  }

  push(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    this.#scan();
    this.#forget();
  }

  /** Nothing more comes. What is unfinished is told as broken. */
  end(): void {
    if (this.#depth > 0 || this.#inString)
      this.#tell(this.#start < 0 ? this.#at : this.#start, 'is cut off in the middle');
    this.#buffer = Buffer.alloc(0);
  }

  #scan(): void {
    const buffer = this.#buffer;
    const { length } = buffer;
    let at = this.#at;
    while (at < length) {
      if (this.#skippingLine) {
        const end = buffer.indexOf(lineFeed, at);
        if (end < 0) {
          at = length;
          break;
        }
        at = end + 1;
        this.#skippingLine = false;
        continue;
      }
      const byte = buffer[at]!;
      if (this.#inString) {
        if (byte === backslash) {
          if (at + 1 >= length) break;
          at += 2;
          continue;
        }
        if (byte === quote) {
          this.#inString = false;
          this.#previous = quote;
          this.#keyEnds(at);
        } else if (byte === lineFeed) {
          this.#at = at;
          this.#resync('a text does not end on its line', at);
          at = this.#at;
          continue;
        }
        at += 1;
        continue;
      }
      switch (byte) {
        case quote:
          if (this.#depth === 0) {
            this.#at = at;
            this.#resync('is not a JSON object', at);
            at = this.#at;
            continue;
          }
          this.#inString = true;
          this.#stringStart = at;
          break;
        case openBrace:
        case openBracket:
          // `{"a":1` and then a new line with `{`: the line before was torn.
          if (
            byte === openBrace &&
            this.#depth > this.#unit &&
            this.#previous !== colon &&
            this.#previous !== openBracket &&
            this.#previous !== comma
          ) {
            this.#at = at;
            this.#torn(at);
            at = this.#at;
            continue;
          }
          this.#opens(byte, at);
          break;
        case closeBrace:
        case closeBracket:
          if (this.#depth === 0) {
            this.#at = at;
            this.#resync('is not JSON', at);
            at = this.#at;
            continue;
          }
          this.#closes(at);
          break;
        case 0x20:
        case lineFeed:
        case 0x0d:
        case 0x09:
          at += 1;
          continue;
        case comma:
        case colon:
          if (this.#depth === 0 && byte === colon) {
            this.#at = at;
            this.#resync('is not JSON', at);
            at = this.#at;
            continue;
          }
          break;
        default:
          // A byte order mark may open the file; anything else outside of a value is no JSON.
          if (this.#depth === 0 && !(this.#base + at < 3 && byte >= 0xbb)) {
            this.#at = at;
            this.#resync('is not JSON', at);
            at = this.#at;
            continue;
          }
      }
      this.#previous = byte;
      at += 1;
    }
    this.#at = at;
  }

  #opens(byte: number, at: number): void {
    if (this.#depth === 0) {
      if (byte === openBracket) this.#unit = 1;
      else this.#start = at;
    } else if (this.#depth === this.#unit && this.#unit > 0) {
      this.#start = at;
    } else if (
      byte === openBracket &&
      this.#depth === 1 &&
      this.#unit === 0 &&
      this.#previous === colon &&
      lists.has(this.#lastKey)
    ) {
      // From here on the object itself is only a wrapping: its elements are the records.
      this.#list = this.#lastKey;
      this.#unit = 2;
      this.#start = -1;
    }
    this.#depth += 1;
  }

  #closes(at: number): void {
    this.#depth -= 1;
    if (this.#start >= 0 && this.#depth === this.#unit) {
      this.#emit({
        bytes: this.#buffer.subarray(this.#start, at + 1),
        byte: this.#base + this.#start,
        line: this.#lineOf(this.#start),
        list: this.#list,
      });
      this.#start = -1;
    } else if (this.#unit > 0 && this.#depth === this.#unit - 1) {
      this.#unit = 0;
      this.#list = '';
    }
    if (this.#depth === 0) {
      this.#unit = 0;
      this.#start = -1;
    }
  }

  #keyEnds(at: number): void {
    if (this.#depth !== 1 || this.#unit !== 0) return;
    const from = this.#stringStart + 1;
    this.#lastKey = at - from <= longestKey ? this.#buffer.toString('latin1', from, at) : '';
  }

  /** The record before the line break is broken; reading goes on at the start of the line that `at` is on. */
  #torn(at: number): void {
    const begin = this.#start < 0 ? at : this.#start;
    const lineStart = this.#buffer.lastIndexOf(lineFeed, at) + 1;
    if (lineStart <= begin) {
      this.#resync('is not JSON', at);
      return;
    }
    this.#tell(begin, 'is cut off in the middle');
    this.#reset();
    this.#at = lineStart;
  }

  #resync(problem: string, at: number): void {
    this.#tell(this.#start < 0 ? at : this.#start, problem);
    this.#reset();
    this.#at = at;
    this.#skippingLine = true;
  }

  #reset(): void {
    // In an array or list the elements after a broken one can still be read; outside, the next line begins anew.
    this.#depth = this.#unit;
    this.#inString = false;
    this.#start = -1;
    this.#previous = this.#unit > 0 ? comma : 0;
  }

  #tell(at: number, problem: string): void {
    this.#broken({ byte: this.#base + at, line: this.#lineOf(at), problem });
  }

  #countedTo = 0;
  #countedLines = 0;
  /** Lines are counted forward only, from where they were counted last. */
  #lineOf(at: number): number {
    if (at < this.#countedTo) {
      this.#countedTo = 0;
      this.#countedLines = 0;
    }
    for (let next = this.#buffer.indexOf(lineFeed, this.#countedTo); next >= 0 && next < at; ) {
      this.#countedLines += 1;
      this.#countedTo = next + 1;
      next = this.#buffer.indexOf(lineFeed, this.#countedTo);
    }
    return this.#baseLine + this.#countedLines;
  }

  /** Drops what has been read and is not part of an unfinished value. */
  #forget(): void {
    const keep = this.#start >= 0 ? this.#start : this.#inString ? Math.min(this.#stringStart, this.#at) : this.#at;
    if (keep === 0) return;
    this.#baseLine = this.#lineOf(keep);
    this.#countedTo = 0;
    this.#countedLines = 0;
    // Emitted pieces are views of the old buffer: it lives as long as they do, and no longer.
    this.#buffer = Buffer.from(this.#buffer.subarray(keep));
    this.#base += keep;
    this.#at -= keep;
    this.#stringStart -= keep;
    if (this.#start >= 0) this.#start -= keep;
  }
}
