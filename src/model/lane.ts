import type { Severity } from './event.ts';
import type { ResourceRef } from './resource.ts';

/** A stretch of time in equal columns; column `i` begins at `from + i × (to − from) / columns`. Epoch ms. */
export interface LaneWindow {
  readonly from: number;
  readonly to: number;
  readonly columns: number;
}

/** What happened to one resource, or by one role or user, in one column. Columns in which nothing did are left out. */
export interface LaneColumn {
  readonly column: number;
  /** Calls that changed nothing; our own are left out, and so are log lines. */
  readonly reads: number;
  readonly changes: number;
  /** Calls that were refused or failed, reads and changes. */
  readonly failed: number;
  /** Changes of ours. */
  readonly ours: number;
  /** The first change in it, without its service; empty where there is none. Attacker-controlled: pass `display`. */
  readonly action: string;
  /** The worst finding. */
  readonly severity: Severity | undefined;
}

/** A state that AWS reported: it holds until the next. Pass `display` before a screen. */
export interface LaneState {
  /** Epoch ms. */
  readonly at: number;
  /** `InService`, as AWS writes it. */
  readonly status: string;
}

/** A way in that was handed out. */
export interface LaneExposure {
  /** Epoch ms. */
  readonly from: number;
  /** When what was handed out, or what it opened, ends; `undefined` where no record says. */
  readonly until: number | undefined;
  /** Name of who asked for it; attacker-controlled. */
  readonly who: string;
}

/** One lane within a window. */
export interface Lane {
  /** In order of their columns. */
  readonly columns: readonly LaneColumn[];
  /** Oldest first; the first may be older than the window. */
  readonly states: readonly LaneState[];
  readonly exposures: readonly LaneExposure[];
  /** Everything about it was read; else what is older is still on its way. */
  readonly complete: boolean;
}

/** Lanes as they are asked for. */
export interface LaneQuestion extends LaneWindow {
  /** Resources, roles and users. */
  readonly lanes: readonly ResourceRef[];
}

/** The lanes in the order of the question, with the window that they are of. */
export interface LaneAnswer extends LaneWindow {
  readonly lanes: readonly Lane[];
}

/** What a state means for the one who looks at it. */
export type StateTone = 'steady' | 'changing' | 'ended' | 'failed';

/** By AWS's own words, whatever the service: unknown words are steady. */
export function stateTone(status: string): StateTone {
  if (/fail|error|unavailable|roll(?:ing)?.?back|incompatible|degraded/i.test(status)) return 'failed';
  if (/^(?:stopped|deleted|delete completed|out.?of.?service|expired|cancell?ed|completed)$/i.test(status))
    return 'ended';
  if (/(?:ing|progress)$/i.test(status)) return /^(?:running|serving)$/i.test(status) ? 'steady' : 'changing';
  return 'steady';
}

/** Index of the column that holds a time; below 0 or from `columns` on for times outside. */
export const columnAt = ({ from, to, columns }: LaneWindow, at: number): number =>
  Math.floor(((at - from) * columns) / (to - from));

/** Epoch ms at which a column begins. */
export const columnStart = ({ from, to, columns }: LaneWindow, column: number): number =>
  from + (column * (to - from)) / columns;
