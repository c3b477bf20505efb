import type { AttackPlan } from '../actors/attack.ts';
import type { EarlierCall, Routine } from '../actors/workers.ts';
import type { Cast } from '../cast.ts';
import type { World } from '../world.ts';

/** An attack that can be played on the account; a file in `scenarios/` each. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** One sentence for lists; tells nothing that the responder should find out. */
  readonly summary: string;
  /** What the page says, a sentence a line. */
  readonly briefing: readonly string[];
  /** What helps when asked for, the vaguest first; the last one says what to do. */
  readonly hints: readonly string[];
  /** The playbook that contains it: an id in `src/containment/playbooks`. */
  readonly playbook: string;
  /** Who and what is in the account beside what is always there. */
  readonly cast?: Cast;
  readonly attack: AttackPlan;
  /** Programs of the account that act when something happens. */
  readonly automations?: readonly ((world: World) => void)[];
  readonly routines: readonly Routine[];
  /** What was done before anybody looked: outside of the window in which incidents are first looked for. */
  readonly earlier?: readonly EarlierCall[];
  /** How many calls of the routines were made in the hour before the start. */
  readonly historyCalls: number;
}
