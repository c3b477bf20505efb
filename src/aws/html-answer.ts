import { Readable } from 'node:stream';

/** A log-in or error page is short; what is longer and says it is HTML is no answer of AWS's either way. */
const mostBytes = 4 * 1024 * 1024;

/** A page for people: begins with a tag, but not with an XML declaration or the elements of AWS's XML protocols. */
const page = /^\s*<(?!\?xml|[A-Za-z]+(?:Response|Result)\b|Error\b)/;

/**
 * Looks into an answer that calls itself HTML. Simulators send JSON under that name, proxies send their log-in page.
 *
 * @returns The body, to be read again; `undefined` when it is a page.
 */
export async function readUnlessPage(body: unknown): Promise<Readable | undefined> {
  if (!(body instanceof Readable)) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) return undefined;
  }
  const bytes = Buffer.concat(chunks);
  // An empty body under this name says nothing: not even that something was done.
  return bytes.length === 0 || page.test(bytes.subarray(0, 200).toString()) ? undefined : Readable.from([bytes]);
}
