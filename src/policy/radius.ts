/** What a caller is in an incident: marked or reached from what is marked · code on compute · a person's session or user · a service · ourselves. */
export type CallerClass = 'suspect' | 'compute' | 'person' | 'service' | 'you';

/** One caller, all its keys together, with what of its recorded calls a plan would refuse. Names are untrusted text. */
export interface CallerRadius {
  readonly is: CallerClass;
  /** `ds-exec/alice`, `bob`. */
  readonly name: string;
  /** Sets of credentials that it used. */
  readonly keys: number;
  readonly calls: number;
  /** Would be refused, `renewed` included. */
  readonly refused: number;
  /** Refused with the credentials that it has, and not with those that it is given next: AWS renews credentials of compute by itself. */
  readonly renewed: number;
  readonly unsaid: number;
  /** Had been refused or had failed anyway. */
  readonly failed: number;
  /** Epoch ms of the last of them. */
  readonly lastAt: number;
}

/** Accepted calls of a suspect that a plan does not refuse. */
export interface PassingCalls {
  readonly name: string;
  readonly action: string;
  readonly calls: number;
  /** The last of them. */
  readonly eventId: string;
  /** Only because the credentials are renewed. */
  readonly isRenewed: boolean;
}

/** Recorded calls held against what a plan would refuse. */
export interface RecordedRadius {
  /** Epoch ms: calls from here on were looked at. */
  readonly from: number;
  readonly to: number;
  /** Epoch ms from which on calls are loaded, when that is later than `from`; `undefined`: all of the window is, as far as is known. */
  readonly loadedFrom: number | undefined;
  /** Suspects first, then by calls; at most 40. */
  readonly callers: readonly CallerRadius[];
  /** Callers that were left out. */
  readonly more: { readonly callers: number; readonly calls: number; readonly refused: number };
  /** The most frequent first, at most 20. */
  readonly passing: readonly PassingCalls[];
  /** Whether anybody is suspect: marked events, high findings, a key that the incident began with. */
  readonly hasSuspects: boolean;
  /** Why something could not be said: names of condition keys, or sentences. */
  readonly unsaidWhy: readonly string[];
}
