import type { ResourceRef } from './resource.ts';

/** What kind of way in it is. */
export type DoorKind =
  /** A URL that can still be opened. */
  | 'presigned-url'
  /** What such a URL, or a remote session, opened. */
  | 'session'
  /** Credentials that were issued and have not ended. */
  | 'child-session'
  /** An access key or a console password. */
  | 'access-key'
  | 'lifecycle-script'
  | 'schedule'
  /** A policy, a trust or a copy of data that reaches outside. */
  | 'outside-share'
  /** A role's credentials used from where its compute is not. */
  | 'copied-role-credentials'
  /** Something that runs for the attacker. */
  | 'workload';

/**
 * A way that the attacker still has, as far as is known. The incident counts as contained when there is none of a suspect and nothing is
 * unknown. Holds attacker-controlled text: pass `display` before a screen.
 */
export interface OpenDoor {
  /** Stable over recalculation: kind and what it is about. */
  readonly id: string;
  readonly kind: DoorKind;
  /** One sentence: "session of alice on notebook fraud-lab, opened by presigned URL". */
  readonly what: string;
  readonly resource: ResourceRef | undefined;
  readonly principal: string;
  readonly account: string;
  readonly region: string;
  /** What shows that it is there: an event, or what AWS answered to a read. */
  readonly proof:
    | { readonly type: 'event'; readonly eventId: string; readonly at: number; readonly action: string }
    | { readonly type: 'read'; readonly operation: string; readonly at: number };
  /** How many of the same are in this line (URLs that one principal made for one notebook); `proof` and `until` are those of the last. */
  readonly count: number;
  /** Epoch ms at which it closes by itself; `undefined`: when somebody closes it, or nobody can say. */
  readonly until: number | undefined;
  /** How sure it is that it is open: AWS said so, or it follows from what was recorded and AWS offers no way to ask. */
  readonly certainty: 'seen' | 'possible';
  /**
   * Whose events an operator marked, or a finding names. The doors of all others are listed as well, since nobody can tell by a record
   * alone whether it was the attacker, but they do not keep an incident open.
   */
  readonly suspect: boolean;
  /** The action that closes it, in the catalogue's ids, and on what; `undefined`: nothing here can, `why` says who can. */
  readonly closeWith: { readonly actionId: string; readonly target: ResourceRef } | undefined;
  /** What to know before closing it, or why it cannot be closed here. */
  readonly why: string;
}

/** All doors, and what could not be looked at: an empty list means "contained" only when nothing is unknown. */
export interface OpenDoors {
  /** Those of suspects first, the sure ones before others, then the ones that stay open longest. */
  readonly doors: readonly OpenDoor[];
  /** "schedules: scheduler:ListSchedules is denied"; a sentence each. */
  readonly unknown: readonly string[];
  /** Epoch ms; `undefined` before the first calculation. */
  readonly at: number | undefined;
}

/** Before the first calculation. */
export const noDoorsYet: OpenDoors = { doors: [], unknown: ['not calculated yet'], at: undefined };
