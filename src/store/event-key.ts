import { hash } from 'node:crypto';
import type { EventOrigin } from '../model/event.ts';
import { origins } from './dimension.ts';

/** Value of each hexadecimal digit by its character code, and 32 for those in upper case; 16 for any other character. */
const digits = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  const value = '0123456789abcdef'.indexOf(character.toLowerCase());
  return value < 0 ? 16 : /[A-F]/.test(character) ? value | 32 : value;
});

/**
 * Writes the 16 bytes of a UUID. By hand: once an event, a million times.
 *
 * @returns `plain` when the bytes give the text back, `cased` when they do not for its upper case; `undefined` when it is no UUID.
 */
export function writeUuid(id: string, key: Uint8Array, from: number): 'plain' | 'cased' | undefined {
  if (id.length !== 36) return undefined;
  let byte = from;
  let seen = 0;
  for (let at = 0; at < 36; at += 2) {
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (id.charCodeAt(at) !== 45) return undefined;
      at += 1;
    }
    const high = digits[id.charCodeAt(at)] ?? 16;
    const low = digits[id.charCodeAt(at + 1)] ?? 16;
    seen |= high | low;
    key[byte] = ((high & 15) << 4) | (low & 15);
    byte += 1;
  }
  return (seen & 16) !== 0 ? undefined : (seen & 32) !== 0 ? 'cased' : 'plain';
}

/** The 16 bytes of a UUID, whatever its case; `undefined` for any other text. */
export function uuidKey(id: string): Uint8Array | undefined {
  const key = new Uint8Array(16);
  return writeUuid(id, key, 0) ? key : undefined;
}

/** What makes an event the same event by every route: the bytes of its UUID, else the first 16 of SHA-256 over `origin|id`. */
export const eventKey = (origin: EventOrigin, id: string): Uint8Array => uuidKey(id) ?? hashKey(origin, id);

/** The key of an id that is no UUID. */
export const hashKey = (origin: EventOrigin, id: string): Uint8Array =>
  hash('sha256', `${origin}|${id}`, 'buffer').subarray(0, 16);

/** The keys that an event with this id may have, whatever its origin. */
export function keysOf(id: string): readonly Uint8Array[] {
  const uuid = uuidKey(id);
  return uuid ? [uuid] : origins.map((origin) => hashKey(origin, id));
}

/** The UUID's text, in lower case. */
export const uuidOf = (key: Uint8Array): string =>
  dashed(Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex'));

/** The text of a UUID whose 32 digits these are. */
export const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/** A request id as the file keeps it: most are UUIDs in lower case, and 16 bytes say the same. */
export const requestKey = (id: string): Uint8Array | string => (/[A-F]/.test(id) ? id : (uuidKey(id) ?? id));

/** The request id as it came. */
export const requestOf = (kept: Uint8Array | string): string => (typeof kept === 'string' ? kept : uuidOf(kept));
