import type { AttackPlan } from '../actors/attack.ts';
import type { EarlierCall, Routine } from '../actors/workers.ts';

/** An attack that can be played on the account; a file in `scenarios/` each. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** One sentence for lists; tells nothing that the responder should find out. */
  readonly summary: string;
  /** What the page says, a sentence a line. */
  readonly briefing: readonly string[];
  readonly attack: AttackPlan;
  readonly routines: readonly Routine[];
  /** What was done before anybody looked: outside of the window in which incidents are first looked for. */
  readonly earlier?: readonly EarlierCall[];
  /** How many calls of the routines were made in the hour before the start. */
  readonly historyCalls: number;
}
