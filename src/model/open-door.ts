import type { ResourceRef } from './resource.ts';

/** What kind of way in it is. */
export type DoorKind =
  | 'presigned-url'
  | 'session'
  | 'child-session'
  | 'access-key'
  | 'lifecycle-script'
  | 'schedule'
  | 'outside-share'
  | 'copied-role-credentials';

/**
 * A way that the attacker still has, as far as is known. The incident counts as contained when there is none. Holds attacker-controlled
 * text: pass `display` before a screen.
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
  /** Epoch ms at which it closes by itself; `undefined`: when somebody closes it. */
  readonly until: number | undefined;
  /** How sure it is that it is open: AWS said so, or it follows from what was recorded and AWS offers no way to ask. */
  readonly certainty: 'seen' | 'possible';
  /** The action that closes it, in the catalogue's ids, and on what; `undefined`: nothing here can, `why` says who can. */
  readonly closeWith: { readonly actionId: string; readonly target: ResourceRef } | undefined;
  /** What to know before closing it, or why it cannot be closed here. */
  readonly why: string;
}

/** All doors, and what could not be looked at: an empty list means "contained" only when nothing is unknown. */
export interface OpenDoors {
  readonly doors: readonly OpenDoor[];
  /** "schedules: scheduler:ListSchedules is denied"; a sentence each. */
  readonly unknown: readonly string[];
  /** Epoch ms; `undefined` before the first calculation. */
  readonly at: number | undefined;
}
