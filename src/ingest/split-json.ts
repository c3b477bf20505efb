/** A piece of a log file: the bytes of one JSON value as they came, and where they began. */
export interface Piece {
  /** A view of memory that the next chunk is written over: whoever keeps them copies them. */
  readonly bytes: Buffer;
  /** Offset in the (decompressed) file. */
  readonly byte: number;
  /** 1-based line on which it began. */
  readonly line: number;
  /** The list it stood in: CloudTrail's `Records`, `lookup-events`' `Events`, `filter-log-events`' `events`; empty outside of one. */
  readonly list: string;
  /** The bytes as text, and what they say, where finding their end needed that. */
  readonly text?: string;
  readonly value?: { readonly [member: string]: unknown };
}

/** Something that is no JSON value. */
export interface Broken {
  readonly byte: number;
  readonly line: number;
  readonly problem: string;
}

const lists: ReadonlySet<string> = new Set(['Records', 'Events', 'events']);
/** How a wrapping usually begins. */
const wrapping = /^\{\s*"(?:Records|Events|events)"/;
/** Whether it may begin there: most objects differ from it in a letter. */
const mayWrap = (bytes: Buffer, at: number): boolean => {
  if (bytes[at + 1] !== quote) return true;
  const letter = bytes[at + 2];
  return letter === 0x52 || letter === 0x45 || (letter === 0x65 && bytes[at + 8] === quote);
};
const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;
/** A line or an element that is longer is not looked for in one go. */
const longestGuess = 4 * 1024 * 1024;
/** A long record comes in many chunks: room for it grows as it does. */
const roomy = 2;
/** Longest key that could be the name of a list. */
const longestKey = 16;

/**
 * Cuts a stream of bytes into its records without parsing them and without ever holding more than one: JSON values one after the
 * other (NDJSON, pretty-printed or not), the elements of an array, and the elements of the known lists inside an object.
 *
 * Looking at every byte takes longer than parsing. So where a record probably ends (at the line's end; where the next one begins like
 * this one did) is looked for first, and parsing what lies between proves it: no JSON object is the beginning of another. What does not
 * parse is taken byte by byte.
 *
 * A raw line feed cannot stand inside a JSON string, nor an opening brace where a key belongs: there a record is broken, and reading goes on
 * at the next line, so that one torn line does not take the file with it.
 */
export class JsonSplitter {
  readonly #emit: (piece: Piece) => void;
  readonly #broken: (broken: Broken) => void;
  /** Chunks are put together here, behind what is left of the one before: touching fresh memory takes longer than copying. */
  #store: Buffer = Buffer.alloc(0);
  /** The part of it that is not read, or not forgotten, yet. */
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
  /** Offset of the last piece's end in `#buffer`, and the value after the last guess that failed: no guess is made twice. */
  #pieceEnd = -1;
  #noGuessAt = -1;

  constructor(emit: (piece: Piece) => void, broken: (broken: Broken) => void) {
    this.#emit = emit;
    this.#broken = broken;
  }

  /** @param chunk Is not kept. */
  push(chunk: Buffer): void {
    const kept = this.#buffer;
    const length = kept.length + chunk.length;
    const store = this.#store.length < length ? Buffer.allocUnsafeSlow(roomy * length) : this.#store;
    store.set(kept, 0);
    store.set(chunk, kept.length);
    this.#store = store;
    this.#buffer = store.subarray(0, length);
    this.#nextFeed = undefined;
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
      if (byte === openBrace && !this.#inString && this.#depth === this.#unit && at !== this.#noGuessAt) {
        const end = this.#guess(at);
        if (end > 0) {
          at = end;
          continue;
        }
        this.#noGuessAt = at;
      }
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

  /** Tries to take the object that begins at `at` in one go. @returns Where it ends; 0 when it has to be read byte by byte. */
  #guess(at: number): number {
    const buffer = this.#buffer;
    const end = this.#unit === 0 ? this.#lineEnd(at) : this.#elementEnd(at);
    if (
      end <= at ||
      end - at > longestGuess ||
      (this.#unit === 0 && mayWrap(buffer, at) && wrapping.test(buffer.toString('latin1', at, at + 24)))
    )
      return 0;
    const text = buffer.toString('utf8', at, end);
    let value: { readonly [member: string]: unknown };
    try {
      value = JSON.parse(text) as { readonly [member: string]: unknown };
    } catch {
      return 0; // The guess was wrong, or the record is broken: byte by byte it will show.
    }
    // A wrapping is taken apart, not taken.
    if (this.#unit === 0) for (const list of lists) if (Array.isArray(value[list])) return 0;
    this.#emit({
      bytes: buffer.subarray(at, end),
      byte: this.#base + at,
      line: this.#lineOf(at),
      list: this.#list,
      text,
      value,
    });
    this.#pieceEnd = end;
    this.#previous = closeBrace;
    return end;
  }

  /** End of an object that fills its line; 0 when it does not. */
  #lineEnd(at: number): number {
    this.#lineOf(at);
    let end = this.#nextFeed === Number.POSITIVE_INFINITY ? -1 : this.#nextFeed!;
    while (end > at && (this.#buffer[end - 1] === 0x0d || this.#buffer[end - 1] === 0x20)) end -= 1;
    return this.#buffer[end - 1] === closeBrace ? end : 0;
  }

  /** End of an element if the next one is set off from it, and begins, as this one was and did; 0 when that is not to be found. */
  #elementEnd(at: number): number {
    const buffer = this.#buffer;
    const keyEnd = buffer.indexOf(colon, at);
    if (this.#pieceEnd <= 0 || keyEnd < 0 || keyEnd - at > 256 || at - this.#pieceEnd > 256) return 0;
    const next = buffer.indexOf(buffer.subarray(this.#pieceEnd - 1, keyEnd), at);
    return next < 0 ? 0 : next + 1;
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
      this.#pieceEnd = at + 1;
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
  /** The first line feed from `#countedTo` on; undefined when it has not been looked for. A delivery of 50 MB may be one line. */
  #nextFeed: number | undefined;
  /** Lines are counted forward only, from where they were counted last. */
  #lineOf(at: number): number {
    if (at < this.#countedTo) {
      this.#countedTo = 0;
      this.#countedLines = 0;
      this.#nextFeed = undefined;
    }
    for (;;) {
      this.#nextFeed ??= this.#feedFrom(this.#countedTo);
      if (this.#nextFeed >= at) return this.#baseLine + this.#countedLines;
      this.#countedLines += 1;
      this.#countedTo = this.#nextFeed + 1;
      this.#nextFeed = undefined;
    }
  }

  #feedFrom(at: number): number {
    const feed = this.#buffer.indexOf(lineFeed, at);
    return feed < 0 ? Number.POSITIVE_INFINITY : feed;
  }

  /** Drops what has been read and is not part of an unfinished value. */
  #forget(): void {
    const keep = this.#start >= 0 ? this.#start : this.#inString ? Math.min(this.#stringStart, this.#at) : this.#at;
    if (keep === 0) return;
    this.#baseLine = this.#lineOf(keep);
    this.#countedTo = 0;
    this.#countedLines = 0;
    this.#nextFeed = undefined;
    this.#pieceEnd -= keep;
    this.#noGuessAt -= keep;
    this.#buffer = this.#buffer.subarray(keep);
    this.#base += keep;
    this.#at -= keep;
    this.#stringStart -= keep;
    if (this.#start >= 0) this.#start -= keep;
  }
}
