import type { Predicate } from '../filter/predicate.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Lookup } from '../sources/source.ts';

/** Where in the timeline one lands: on the first event of the first of these that has any. */
export interface Landing {
  /** The narrowest first; empty where nothing was said that could be found. */
  readonly filters: readonly Predicate[];
  /** Epoch ms: what the alert speaks of began then. An earlier event is landed on only where there is no later one. */
  readonly from?: number;
  /**
   * Nothing is known but a key: its owner uses it too. One lands on its first use from an address that had not used it before `from`.
   */
  readonly newAddress: boolean;
}

/** An account that was named and is not behind the credentials, and the configured profiles that reach it. */
export interface OtherAccount {
  readonly account: string;
  readonly profiles: readonly string[];
}

/** What to begin with, made of what the responder holds. JSON through and through: the journal keeps it. Texts are untrusted. */
export interface StartingPoint {
  /** What to call the incident: letters, digits and hyphens. */
  readonly name: string;
  /** Accounts that the alerts say they are of. */
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** Epoch ms. */
  readonly firstSeen?: number;
  readonly lastSeen?: number;
  /** Stacked on the timeline; `all` where nothing was said that events can be asked for. */
  readonly filter: Predicate;
  readonly landing: Landing;
  /** The most important first. */
  readonly lookups: readonly Lookup[];
  /** What to look at first: its log groups, metrics and state. */
  readonly resources: readonly ResourceRef[];
  /** The event it is about, where that was said. */
  readonly eventId?: string;
  /** Access keys that AWS can be asked about. */
  readonly keys: readonly string[];
  /** What was used, a sentence each. */
  readonly sentences: readonly string[];
  /** What could not be used and why, a sentence each. */
  readonly unused: readonly string[];
  readonly otherAccounts?: readonly OtherAccount[];
}

/** What `session.focus` answers: the starting point, with what AWS said about it. */
export type FocusResult = StartingPoint;
