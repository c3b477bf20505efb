import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { FailedError } from '../model/errors.ts';
import { display } from '../shared/display.ts';
import { isSafePath } from '../shared/safe-path.ts';

/** A file on its way into an archive. */
export interface Packed {
  readonly path: string;
  readonly sizeBytes: number;
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Blocks of ustar. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar Interchange Format) */
const BLOCK = 512;
/** An archive that unpacks to more is no bundle of ours. */
const mostBytes = 16 * 1024 ** 3;
const mostFiles = 200_000;
/**
 * Records of one account shrink to a thirtieth; zeros to a thousandth. What unpacks to more than this many times its size is a bomb, which must
 * not fill the disk before anybody has looked into it. Small ones may be what they like.
 */
const mostTimes = 200;
const harmlessBytes = 256 * 1024 ** 2;

/** Writes files into a gzipped tar: sorted as they come, without owners or times, so that the same files give the same bytes. */
export async function packTar(target: string, files: AsyncIterable<Packed>): Promise<void> {
  async function* blocks() {
    for await (const { path, sizeBytes, chunks } of files) {
      yield header(path, sizeBytes);
      let written = 0;
      for await (const chunk of chunks) {
        yield chunk;
        written += chunk.length;
      }
      if (written !== sizeBytes)
        throw new FailedError('ChangedMeanwhile', `${path} changed while it was packed`, ['Export the bundle again']);
      if (sizeBytes % BLOCK > 0) yield new Uint8Array(BLOCK - (sizeBytes % BLOCK));
    }
    yield new Uint8Array(BLOCK * 2);
  }
  await pipeline(
    blocks,
    createGzip({ level: 6 }),
    createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }),
  );
}

function header(path: string, sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(BLOCK);
  // Longer names are split at a slash.
  const cut = path.length <= 100 ? -1 : path.lastIndexOf('/', 154);
  const [prefix, name] = cut < 0 ? ['', path] : [path.slice(0, cut), path.slice(cut + 1)];
  if (name.length > 100 || prefix.length > 155) throw new Error(`the name is too long for an archive: ${path}`);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  bytes.write(name, 0, 'latin1');
  bytes.write(octal(0o600, 8), 100, 'latin1');
  bytes.write(octal(0, 8), 108, 'latin1');
  bytes.write(octal(0, 8), 116, 'latin1');
  bytes.write(octal(sizeBytes, 12), 124, 'latin1');
  bytes.write(octal(0, 12), 136, 'latin1');
  bytes.write('        0', 148, 'latin1');
  bytes.write('ustar\u000000', 257, 'latin1');
  bytes.write(prefix, 345, 'latin1');
  bytes.write(`${checksum(bytes).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** Sum of the header's bytes, its own field counted as blanks. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= 148 && at < 156 ? 32 : (bytes[at] ?? 0);
  return sum;
}

/**
 * Unpacks an archive into an empty folder. Whatever could leave that folder or is no plain file is refused, and so is what is left over.
 *
 * @throws FailedError `BundleBroken` that names the place.
 */
export async function unpackTar(archive: string, folder: string): Promise<void> {
  const broken = (problem: string, cause?: unknown) =>
    new FailedError('BundleBroken', `${display(archive)}: ${problem}`, ['Ask for the bundle again'], cause);
  const packed = await stat(archive).then(
    ({ size }) => size,
    () => 0, // The reading says why.
  );
  const room = Math.min(mostBytes, Math.max(harmlessBytes, packed * mostTimes));
  const input = createReadStream(archive);
  const bytes = new Reader(input.pipe(createGunzip()));
  input.on('error', (error) => bytes.fail(error));
  const seen = new Set<string>();
  let total = 0;
  try {
    for (;;) {
      const head = await bytes.take(BLOCK);
      if (head.every((byte) => byte === 0)) break;
      const text = (from: number, length: number) =>
        head
          .subarray(from, from + length)
          .toString('latin1')
          .replace(/\0.*$/s, '');
      if (Number.parseInt(text(148, 8), 8) !== checksum(head)) throw broken('a header of the archive was changed');
      const prefix = text(345, 155);
      const path = prefix ? `${prefix}/${text(0, 100)}` : text(0, 100);
      const type = text(156, 1);
      if (type === '5') continue; // A folder by itself: other tools write those.
      if (type !== '0' && type !== '') throw broken(`holds something that is no plain file: ${display(path)}`);
      if (!isSafePath(path)) throw broken(`holds a file that would not lie in the bundle: ${display(path)}`);
      if (seen.has(path.toLowerCase())) throw broken(`holds ${path} twice`);
      seen.add(path.toLowerCase());
      const size = Number.parseInt(text(124, 12), 8);
      total += size;
      if (!(size >= 0) || total > room || seen.size > mostFiles) throw broken('unpacks to more than a bundle can be');
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const file = await open(target, 'wx', 0o600);
      try {
        for (let left = size; left > 0; ) {
          const piece = await bytes.upTo(left);
          await file.write(piece);
          left -= piece.length;
        }
      } finally {
        await file.close();
      }
      if (size % BLOCK > 0) await bytes.take(BLOCK - (size % BLOCK));
    }
    await bytes.drain();
  } catch (error) {
    if (error instanceof FailedError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new FailedError('NotReadable', `${display(archive)} cannot be read: ${message}`, ['Name a bundle'], error);
    throw broken(code.startsWith('Z_') || code === 'CutOff' ? `is no whole archive: ${message}` : message, error);
  } finally {
    input.destroy();
  }
}

/** Bytes of a stream in the portions that are asked for. */
class Reader {
  readonly #stream: AsyncIterator<Buffer>;
  readonly #source: NodeJS.ReadableStream & { destroy(error?: Error): void };
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: NodeJS.ReadableStream & { destroy(error?: Error): void }) {
    this.#source = stream;
    this.#stream = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  fail(error: Error): void {
    this.#source.destroy(error);
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#stream.next();
    if (done) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }

  async take(length: number): Promise<Buffer> {
    while (this.#rest.length < length) if (!(await this.#more())) throw cutOff();
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  /** At least one byte, at most `length`. */
  async upTo(length: number): Promise<Buffer> {
    while (this.#rest.length === 0) if (!(await this.#more())) throw cutOff();
    return this.take(Math.min(length, this.#rest.length));
  }

  /** Reads to the end, so that the archive's own checksum is looked at. Only padding may be left. */
  async drain(): Promise<void> {
    do {
      if (this.#rest.some((byte) => byte !== 0))
        throw Object.assign(new Error('something follows its end'), { code: 'CutOff' });
      this.#rest = Buffer.alloc(0);
    } while (await this.#more());
  }
}

const cutOff = (): Error => Object.assign(new Error('it is cut off'), { code: 'CutOff' });
