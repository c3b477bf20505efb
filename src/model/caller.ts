import type { Principal } from './principal.ts';
import type { ResourceRef } from './resource.ts';

/** From where one set of credentials was used. */
export interface CallerAddress {
  readonly address: string;
  readonly events: number;
  /** Epoch ms. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The last event from there. */
  readonly eventId: string;
  readonly action: string;
  readonly account: string;
  readonly region: string;
  /** People's credentials (users, federated users, sessions that are no compute) were used from there too: names, at most three. */
  readonly people: readonly string[];
}

/** Code on SageMaker compute, as the records know it: one set of credentials and where it was used. */
export interface ComputeCaller {
  readonly principal: Principal;
  readonly addresses: readonly CallerAddress[];
}

/** Somebody who is suspect, and the last of the events that make it so. */
export interface Suspect extends Principal {
  readonly eventId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly action: string;
  readonly account: string;
  readonly region: string;
}

/** Who is behind the events that an operator marked or that high findings name. */
export interface Suspects {
  readonly principals: readonly Suspect[];
  readonly addresses: readonly string[];
  /** What these events touched. */
  readonly resources: readonly ResourceRef[];
}

/** Who called from where, and whom to suspect. */
export interface Callers {
  readonly compute: readonly ComputeCaller[];
  readonly suspects: Suspects;
}
