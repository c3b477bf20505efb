import type { ChainEvent } from './chain.ts';

/** How much was done of something. */
export interface Amount {
  readonly events: number;
  readonly changes: number;
  readonly errors: number;
  /** Epoch ms. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** One identity that answers to who was asked about: of a role each of its sessions. */
export interface ProfiledIdentity extends Amount {
  /** `identityKey` of it. */
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  readonly issuerArn: string;
  readonly person: string;
  readonly sourceIdentity: string;
}

/** One set of credentials. */
export interface ProfiledKey extends Amount {
  readonly accessKeyId: string;
  /** What was acted as with it. */
  readonly name: string;
  /** Epoch ms; `undefined` where no record says. */
  readonly issuedAt: number | undefined;
  /** Epoch ms at which it ends by itself; `undefined`: never, or nobody knows. */
  readonly until: number | undefined;
  /** The record that handed it over; `undefined` where none is loaded. */
  readonly by: ChainEvent | undefined;
}

/** Credentials or ways in that it handed out. */
export interface HandedOut {
  readonly type: 'key' | 'door' | 'console' | 'role';
  /** The key, or what was opened; attacker-controlled. */
  readonly name: string;
  readonly by: ChainEvent;
  /** Epoch ms; `undefined`: nobody knows. */
  readonly until: number | undefined;
}

export interface ProfiledService extends Amount {
  /** `sagemaker`. */
  readonly service: string;
  /** Changes and failures first. */
  readonly actions: readonly (Amount & { readonly action: string })[];
  /** Actions that were left out. */
  readonly more: number;
}

/** What it did for the first time only after it had been at work for a while. */
export interface FirstTime {
  readonly what: 'address' | 'service' | 'action' | 'Region' | 'user agent';
  readonly value: string;
  /** Epoch ms. */
  readonly at: number;
  readonly event: ChainEvent | undefined;
}

/** Everything the events say of one principal. Holds attacker-controlled text: pass `display` before a screen. */
export interface PrincipalProfile extends Amount {
  /** Busiest first, at most 100. */
  readonly identities: readonly ProfiledIdentity[];
  /** The last used first, at most 100. */
  readonly keys: readonly ProfiledKey[];
  readonly addresses: readonly (Amount & { readonly address: string })[];
  readonly services: readonly ProfiledService[];
  readonly handedOut: readonly HandedOut[];
  readonly firsts: readonly FirstTime[];
  /** It was not there in the first tenth of what is loaded: all that it does is new. */
  readonly isNew: boolean;
  /** What was not looked at because there is too much of it, a sentence each. */
  readonly leftOut: readonly string[];
  /** Its last event; `undefined` where it has none. */
  readonly last: ChainEvent | undefined;
}

/** Of somebody of whom no event is loaded. */
export const emptyProfile: PrincipalProfile = {
  events: 0,
  changes: 0,
  errors: 0,
  firstAt: 0,
  lastAt: 0,
  identities: [],
  keys: [],
  addresses: [],
  services: [],
  handedOut: [],
  firsts: [],
  isNew: false,
  leftOut: [],
  last: undefined,
};
