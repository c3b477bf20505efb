import { once } from 'node:events';
import { fstatSync, writeFileSync } from 'node:fs';
import { notWritable } from '../store/write-file.ts';

/** Characters that are written at once: a call of the system costs more than to put many lines together. */
const together = 64 * 1024;

const stdout = 1;

/**
 * Writes pieces of text to stdout, and waits when the reader is slower than we are.
 *
 * @throws FailedError `NotWritable` where stdout is a file whose disk is full: Node's stream takes half of a piece for all of it.
 */
export async function writeText(pieces: Iterable<string>): Promise<void> {
  let text = '';
  const isFile = fstatSync(stdout).isFile();
  const write = async () => {
    const whole = text;
    text = '';
    if (isFile) toFile(whole);
    else if (!process.stdout.write(whole)) await once(process.stdout, 'drain');
  };
  for (const piece of pieces) {
    text += piece;
    if (text.length >= together) await write();
  }
  if (text !== '') await write();
}

function toFile(text: string): void {
  try {
    writeFileSync(stdout, text);
  } catch (error) {
    throw notWritable('standard output', error);
  }
}
