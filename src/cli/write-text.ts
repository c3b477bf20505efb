import { once } from 'node:events';

/** Characters that are written at once: a call of the system costs more than to put many lines together. */
const together = 64 * 1024;

/** Writes pieces of text to stdout, and waits when the reader is slower than we are. */
export async function writeText(pieces: Iterable<string>): Promise<void> {
  let text = '';
  const write = async () => {
    const whole = text;
    text = '';
    if (!process.stdout.write(whole)) await once(process.stdout, 'drain');
  };
  for (const piece of pieces) {
    text += piece;
    if (text.length >= together) await write();
  }
  if (text !== '') await write();
}
