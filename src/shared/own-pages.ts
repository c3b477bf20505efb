/** From so many bytes on, memory is taken from the system page by page, and goes back to it. */
const ownPagesFrom = 64 * 1024;

/**
 * How memory that comes and goes by the hundred kilobytes is made: `new ArrayBuffer(bytes, roomOf(bytes))`. V8 never takes what may grow from the
 * allocator, which keeps what blocks of ever other sizes leave between other things (13 of 367 MB after seven minutes of filters typed one after
 * the other). Each access takes some tens of nanoseconds longer. A view of it names its length, else it would grow with it.
 */
export const roomOf = (bytes: number): { readonly maxByteLength: number } | undefined =>
  bytes < ownPagesFrom ? undefined : { maxByteLength: bytes };
