import type { ResourceRef } from './resource.ts';

/** How credentials came to be used: what stands between them and the ones before. */
export type Handover =
  /** `AssumeRole…`, `GetSessionToken`, `GetFederationToken`: the record names the key that it issued. */
  | 'issued'
  /** A presigned URL, or a remote session: who holds it acts as the code behind it does. */
  | 'presigned'
  /** A sign-in to the console, which gets keys that no record names. */
  | 'console'
  /** Code on SageMaker compute gets the role's credentials from the service; no record names them. */
  | 'compute'
  /** The first credentials that are known. */
  | 'origin';

/** An event as a chain names it. */
export interface ChainEvent {
  readonly rowId: number;
  readonly id: string;
  /** Epoch ms; CloudTrail's resolution is a second. */
  readonly at: number;
  readonly action: string;
  readonly region: string;
}

/** Actions of a link that are shown unless all are asked for; a read of data is among them where there was one. */
export const firstActions = 5;

/** One set of credentials, or one door behind which others wait. Holds attacker-controlled text: pass `display` before a screen. */
export interface ChainLink {
  readonly handover: Handover;
  /** What is acted as: `alice`, `ds-exec/SageMaker`; for a door what was opened. */
  readonly name: string;
  /** Empty for a door, and for credentials that records do not name. */
  readonly accessKeyId: string;
  /** How many keys it had: code on compute gets new ones every few hours, and stays the same. 0 for a door. */
  readonly keys: number;
  /** The role, user or opened resource behind it. */
  readonly resource: ResourceRef | undefined;
  /** The record that handed over; `undefined` where none is known. */
  readonly by: ChainEvent | undefined;
  /** `recorded`: a record names both sides. `inferred`: it fits by role, resource and time, and nothing contradicts it. */
  readonly certainty: 'recorded' | 'inferred';
  /** Why it stands here, one sentence: "fraud-lab runs as ds-exec (CreateNotebookInstance …)". */
  readonly why: string;
  /** Other records that fit as well, the likeliest first, at most five: which of them it was is not known. */
  readonly otherwise: readonly ChainEvent[];
  /** Epoch ms at which the credentials or the door end by themselves; `undefined`: never, or not known. */
  readonly until: number | undefined;
  /** Events made with these credentials; 0 for a door. */
  readonly events: number;
  readonly errors: number;
  readonly first: ChainEvent | undefined;
  readonly last: ChainEvent | undefined;
  /** Actions made with these credentials, the most telling first (changes, then reads of data, of which one is among the `firstActions`), at most ten. */
  readonly actions: readonly {
    readonly action: string;
    readonly events: number;
    /** Any of them changed something, by what the records say of themselves. */
    readonly isChange: boolean;
    readonly first: ChainEvent;
  }[];
}

/** Where a parent was looked for and not found, and what would find it. */
export interface ChainSearch {
  /** "the AssumeRole that issued ASIA… is not among the events of us-east-1 since 13:02". */
  readonly what: string;
  /** Look-up in CloudTrail's event history that may bring it; absent where none can. */
  readonly lookup?: {
    readonly attribute: 'AccessKeyId' | 'EventName' | 'ResourceName' | 'Username';
    readonly value: string;
  };
  /** Regions in whose event history the look-up may find it, the likeliest first: those of the loaded events, and the partition's global one. */
  readonly regions: readonly string[];
}

/** Whose credentials made an event, where they came from, and what they led to. */
export interface CredentialChain {
  /** Oldest first; those after `at` were reached from the event's own credentials. Branches stand one after the other, `parent` says whose. */
  readonly links: readonly (ChainLink & { readonly parent: number | undefined })[];
  /** Index of the event's own credentials; -1 when the record names none. */
  readonly at: number;
  readonly searched: readonly ChainSearch[];
  /** Indices of links whose handovers lie within one second: their order is not known. */
  readonly sameSecond: readonly (readonly number[])[];
  /** Links that were left out because there are too many: how many came from which. The most telling are there. */
  readonly more: readonly { readonly parent: number | undefined; readonly links: number }[];
}
