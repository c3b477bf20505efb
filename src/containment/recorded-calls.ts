import type { Callers } from '../model/caller.ts';
import type { RecordedRadius } from '../policy/radius.ts';
import type { Restriction } from '../policy/restriction.ts';

/** The last day: what a plan is held against (product.md, part 4). */
export const radiusWindowMs = 24 * 3_600_000;

/** What the incident's events tell of who called; the session and the command line answer it from the store. */
export interface RecordedCalls {
  /** Recorded calls of the last 24 hours held against restrictions. `suspectKeys`: suspect besides those whom marks and findings make so. @throws The signal's reason. */
  radius(
    restrictions: readonly Restriction[],
    suspectKeys: readonly string[],
    signal: AbortSignal,
  ): Promise<RecordedRadius>;
  /** From where code on compute called, and who is suspect. @throws The signal's reason. */
  callers(signal: AbortSignal): Promise<Callers>;
}
