import type { Members } from '../operation.ts';
import type { World } from '../world.ts';

/** Under which credentials a step may be made; a name in the plan's `disguises`. */
export type Disguise = string;

/** One call of an attack. */
export interface AttackStep {
  readonly phase: string;
  /** Pause before it, ms of the account's time. */
  readonly afterMs: number;
  readonly call: string;
  readonly input: Members;
  /** The preferred one first. */
  readonly by: readonly Disguise[];
  /** Where it is made, if not at home. */
  readonly region?: string;
  /** Without it the attack cannot reach its goal: it is tried again and again, and its failure is the end. */
  readonly essential?: true;
  /** The answer holds credentials, or a URL that leads to some: under which name he has them from then on. */
  readonly opens?: Disguise;
}

/** What became of a step. `gone`: neither done nor refused, what it needs is not there. */
export type Outcome = 'done' | 'refused' | 'gone';

/** What the goal's reactions may do. */
export interface Hand {
  readonly world: World;
  /** Tries a step in every disguise, waits out states, comes back after refusals. */
  attempt(step: AttackStep): AsyncGenerator<number, Outcome>;
  /** One call under the first disguise that is not refused. @returns Its output; `refused` when all are, `gone` when it failed otherwise. */
  ask(step: AttackStep): Promise<Members | 'refused' | 'gone'>;
  /** Takes in what was left behind and reports home. */
  listen(): void;
  /** Gets new credentials in place of those that were refused, as far as anything he left open gives some. */
  renew(): Promise<void>;
}

/** What an attack is after: when it is reached, and how it is defended. A file in `actors/` each. */
export interface Goal {
  /** Whether he has it, or gets it without anybody doing more. */
  state(world: World): 'has' | 'comes' | 'no';
  /** Whether it is reached now; asked every `everyMs` of the account's time. */
  reached(world: World, everyMs: number): boolean;
  /** Keeps it in place as long as somebody lets him. @returns When nothing works any more. */
  hold(hand: Hand): AsyncGenerator<number, void>;
  readonly endings: { readonly reached: string; readonly stopped: string };
}

/** Writes steps that are taken under these names, the first that is let through; `more` says what is special about one. */
export const stepsBy =
  (by: readonly Disguise[]) =>
  (phase: string, afterMs: number, call: string, input: Members = {}, more: Partial<AttackStep> = {}): AttackStep => ({
    phase,
    afterMs,
    call,
    input,
    by,
    ...more,
  });

/** How he appears under one name. */
export interface DisguiseDefinition {
  readonly userAgent: string;
  /** Where he calls from then, if not from the plan's address. */
  readonly sourceIp?: string;
  /** Whose credentials he holds from the start, a name in the estate's `people`; without it a step must open some. */
  readonly stolenFrom?: string;
}

/** An attack as data; `attacker.ts` plays it and reacts. */
export interface AttackPlan {
  readonly sourceIp: string;
  readonly disguises: { readonly [name: Disguise]: DisguiseDefinition };
  readonly steps: readonly AttackStep[];
  /** Text in a lifecycle script by which the attacker's own is told, and under which name he has what it sends home. */
  readonly implant?: { readonly mark: string; readonly as: Disguise };
  /** How he gets new credentials when those he has are refused; each has `opens`. */
  readonly reentry?: readonly AttackStep[];
  /** A new one each time the scenario is played: goals may count. */
  readonly goal: () => Goal;
  /** The story ends then at the latest, ms of the account's time. */
  readonly deadlineMs: number;
}
