import type { InputOf, ItemOf, OutputOf, ReadName, StreamName, WriteName } from './operations.ts';

/** How one call is made; none of it changes what is asked. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Another Region than the session's: IAM's events live in the partition's global Region. */
  readonly region?: string;
  /** `background` (default) waits in the rate limiter behind what the operator asked for. */
  readonly priority?: 'operator' | 'background';
}

/**
 * The reading half of the one door to AWS: cannot change anything in the account, whatever is passed.
 * Every failure is an `AwsCallError`.
 */
export interface Aws {
  call<Name extends ReadName>(name: Name, input: InputOf<Name>, options?: CallOptions): Promise<OutputOf<Name>>;
  /**
   * A stream of items, over a connection of its own. Leaving the loop or aborting `signal` closes the connection (the SDK alone would not,
   * and would bill on). Ends without an error when AWS ends it; an idle connection (15 s without a byte) is an `AwsCallError` `network`.
   */
  stream<Name extends StreamName>(
    name: Name,
    input: InputOf<Name>,
    options: CallOptions & { readonly signal: AbortSignal },
  ): AsyncIterable<ItemOf<Name>>;
  /** AWS's time in epoch ms: our clock, corrected by the `Date` of the last answer. Deny policies and expiries use it. */
  now(): number;
}

/** A call that changes the account, as data. JSON through and through: no `Date`, no bytes. */
export type WriteCall = {
  [Name in WriteName]: { readonly name: Name; readonly input: InputOf<Name>; readonly region?: string };
}[WriteName];

/** A call that only reads, as data. */
export type ReadCall = {
  [Name in ReadName]: { readonly name: Name; readonly input: InputOf<Name>; readonly region?: string };
}[ReadName];

/**
 * Proof that an operator confirmed exactly these calls while the session was armed. Only `Arming.confirm` makes one; the writer
 * knows its own and refuses any other object.
 */
export interface Permit {
  readonly planDigest: string;
  readonly calls: readonly WriteCall[];
}

/** The arming lease: what lets an operator confirm a plan. Read-only until armed (promise 1). */
export interface Arming {
  /** Epoch ms at which the lease ends; `undefined` while read-only. */
  armedUntil(): number | undefined;
  /** @throws RefusedError `ReadOnly` when the session was started with `--read-only`. */
  arm(): number;
  disarm(): void;
  /**
   * Turns a confirmed plan's calls into a permit. The calls of a permit may still be sent after the lease has ended.
   * @throws RefusedError `NotArmed`
   */
  confirm(planDigest: string, calls: readonly WriteCall[]): Permit;
}

/** The writing half: only the runner holds it. One attempt, no SDK retry: the runner repeats a throttled call. */
export interface AwsWriter {
  /**
   * @throws RefusedError `NotConfirmed` when the permit is not ours or does not hold this very call.
   * @throws AwsCallError with `outcome`, `refused` or `unknown`.
   */
  send(call: WriteCall, permit: Permit, signal: AbortSignal): Promise<{ readonly requestId: string | undefined }>;
}

/** What stands behind the credentials and the endpoint in use. */
export interface Identity {
  readonly account: string;
  readonly alias: string | undefined;
  readonly arn: string;
  readonly partition: string;
  readonly region: string;
  /** The partition's Region of IAM and the global STS endpoint. */
  readonly globalRegion: string;
  /** Epoch ms at which the credentials end; `undefined` for long-term keys. */
  readonly credentialsExpireAt: number | undefined;
  /** Where the credentials came from, in words: `profile lab (sso)`, `environment`. `undefined` for keys that were given. */
  readonly credentialsFrom?: string;
  /** `aws`: an AWS host. `custom`: another host, shown as CUSTOM ENDPOINT. `simulated`: the range, shown as SIMULATED. */
  readonly endpoint: { readonly kind: 'aws' | 'custom' | 'simulated'; readonly host: string };
}
