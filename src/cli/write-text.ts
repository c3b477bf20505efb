import { once } from 'node:events';

/** Writes pieces of text to stdout, and waits when the reader is slower than we are. */
export async function writeText(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}
