import type { Dimension } from './dimension.ts';

/**
 * Events on their way into the store: numbers, and bytes in a row. Between threads the three arrays move without being copied, and no object
 * of an event outlives the next. Texts that repeat are numbered (`codes`); the numbers go on from batch to batch, so batches are written in the
 * order in which they were packed, by one writer.
 */
export interface EventBatch {
  readonly count: number;
  /** `slotCount` numbers an event, and behind them its lists. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** `keysSize` bytes an event: its key, its request id where that is a UUID, and room for the digest of its record, which the writer fills in. */
  readonly keys: Uint8Array<ArrayBuffer>;
  /** The records, one behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What was numbered since the batch before, in the order of the numbers. */
  readonly codes: { readonly [Name in CodedText]: Coded<string> } & {
    readonly principal: Coded<PackedPrincipal>;
    readonly resource: Coded<readonly [kind: string, arn: string, name: string]>;
  };
  /** Texts that are hardly ever the same twice, by their place from 1. */
  readonly loose: readonly string[];
}

/** The memory of a batch, to be filled again. */
export type BatchMemory = Pick<EventBatch, 'numbers' | 'keys' | 'bytes'>;

/** Texts that are numbered by themselves. 0 is the empty text, or none. */
export type CodedText = Dimension | 'summary' | 'rule';
export const codedTexts: readonly CodedText[] = [
  'action',
  'address',
  'agent',
  'error',
  'errorText',
  'account',
  'region',
  'route',
  'summary',
  'rule',
];

/** Numbers begin at 1. */
export interface Coded<Value> {
  /** What was numbered before means nothing any more. */
  readonly isAnew: boolean;
  readonly fresh: readonly Value[];
}

export interface PackedPrincipal {
  /** As `principalColumns` has them. */
  readonly fields: readonly (string | number)[];
  /** Number of the role or user behind it, as a resource; 0 for none. */
  readonly behind: number;
}

/** Where what stands in an event's numbers. `worst` counts severities from 1; of `id`, `request` and `state` the place in `loose`. */
export const slots = {
  at: 0,
  seenAt: 1,
  flags: 2,
  origin: 3,
  action: 4,
  principal: 5,
  address: 6,
  agent: 7,
  error: 8,
  errorText: 9,
  account: 10,
  region: 11,
  route: 12,
  summary: 13,
  start: 14,
  length: 15,
  worst: 16,
  id: 17,
  request: 18,
  state: 19,
  resources: 20,
  findings: 21,
  grants: 22,
} as const;
export const slotCount = 23;

/** Numbers a resource: its number, its relation. A finding: the rule's number, its severity. */
export const pairSize = 2;
/** Numbers a grant: kind, key and session in `loose`, resource, role; until when the URL and the session live, NaN where that is not known. */
export const grantSize = 7;

export const keySize = 16;
const digestSize = 32;
export const requestAt = keySize;
export const digestAt = 2 * keySize;
export const keysSize = digestAt + digestSize;

export const flags = {
  isRead: 1,
  isNotRead: 2,
  isLate: 4,
  /** It makes resources hot. */
  heats: 8,
  /** It makes the role or user behind its principal hot, too. */
  heatsActor: 16,
  isWrite: 32,
  isIam: 64,
  failed: 128,
  refused: 256,
  isMint: 512,
  /** The request id is a UUID, in `keys`. */
  hasRequestKey: 1024,
} as const;
