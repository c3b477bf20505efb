/** Files that hold no records as they are, told by their first bytes (latin1), whatever their names say. */
const others: readonly { readonly magic: string; readonly problem: string; readonly nextStep: string }[] = [
  { magic: 'PK\x03\x04', problem: 'is a ZIP archive' },
  { magic: '7z\xbc\xaf\x27\x1c', problem: 'is a 7-Zip archive' },
  // Node 24 stops after the first of several frames, and says nothing.
  { magic: '\x28\xb5\x2f\xfd', problem: 'is packed with Zstandard' },
  { magic: 'BZh', problem: 'is packed with bzip2' },
  { magic: '\xfd7zXZ\x00', problem: 'is packed with xz' },
  { magic: 'PAR1', problem: 'is a Parquet file', nextStep: 'Save it as JSON lines first' },
  { magic: 'Obj\x01', problem: 'is an Avro file', nextStep: 'Save it as JSON lines first' },
  {
    magic: 'SQLite format 3\x00',
    problem: 'is a database',
    nextStep: 'An incident of Firebreak is opened with firebreak resume',
  },
].map((other) => ({ nextStep: 'Unpack it, then open what was in it', ...other }));

/** A file that holds no records as it is. */
export class NotRecords extends Error {
  readonly nextStep: string;

  constructor({ problem, nextStep }: { readonly problem: string; readonly nextStep: string }) {
    super(problem);
    this.nextStep = nextStep;
  }
}

const startOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1');

/** Whether a file is gzip. @param first Its first bytes. @throws NotRecords */
export function isGzip(first: Uint8Array): boolean {
  const start = startOf(first);
  const other = others.find(({ magic }) => start.startsWith(magic));
  if (other) throw new NotRecords(other);
  return start.startsWith('\x1f\x8b');
}
