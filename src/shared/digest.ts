import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** SHA-256 of text or bytes, as lower-case hexadecimal. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** `sha256:…` of a JSON value, the same for equal values whatever the order of their keys. */
export const digestOf = (value: unknown): string => `sha256:${sha256(canonicalJson(value))}`;
