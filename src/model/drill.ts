import type { Observable } from '../shared/observable.ts';

/** What the responder is told when the page arrives. */
export interface Briefing {
  readonly scenario: string;
  readonly title: string;
  /** Sentences, one a line. */
  readonly text: readonly string[];
}

/** How far the attack has come. What the attacker knows, not what the responder may see on the timeline. */
export interface Story {
  readonly startedAt: number;
  readonly state: 'running' | 'attacker-reached-goal' | 'attacker-stopped';
  /** One sentence: how it ended. Empty while it runs. */
  readonly ending: string;
  /** Epoch ms; absent while it runs. */
  readonly endedAt?: number;
}

/** What the responder did that only his own side knows; from the journal. Times are epoch ms. */
export interface ResponderFacts {
  /** Events that were marked, the first first. */
  readonly marks: readonly { readonly eventId: string; readonly at: number }[];
  readonly notes: number;
  /** Containments with a snapshot of what was there before, and others. */
  readonly snapshots: number;
  readonly containments: number;
  readonly reports: number;
}

/** A help that was asked for. */
export interface Hint {
  readonly number: number;
  readonly of: number;
  readonly text: string;
}

/** How a drill went. Times are ms of the clock since the start, which a speed makes shorter than the account's. */
export interface Score {
  readonly scenario: string;
  readonly title: string;
  readonly seed: number;
  readonly speed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** `contained`: nothing works for him any more; `left`: it still ran. */
  readonly outcome: 'contained' | 'goal-reached' | 'left';
  readonly ending: string;
  readonly lastedMs: number;
  /** Until the first mark; `null`: none. */
  readonly firstMarkMs: number | null;
  /** Until the first mark on something that the attacker did. */
  readonly firstRightMarkMs: number | null;
  /** Until the first call that changed something in the account. */
  readonly firstActionMs: number | null;
  /** Until his last call that worked; `null` unless he is contained. */
  readonly containedMs: number | null;
  /** What worked for him, in order. */
  readonly achieved: readonly {
    readonly afterMs: number;
    readonly phase: string;
    readonly what: string;
    readonly times: number;
    readonly lastMs: number;
    readonly afterFirstAction: boolean;
  }[];
  /** His calls that were refused. */
  readonly refused: number;
  /** Innocent work that was interrupted. */
  readonly collateral: readonly { readonly who: string; readonly what: string; readonly times: number }[];
  readonly evidence: readonly { readonly what: string; readonly kept: boolean }[];
  readonly mistakes: readonly Mistake[];
  readonly hints: number;
}

/** Something that did not help, or did harm. */
export interface Mistake {
  readonly afterMs: number;
  /** "sessions of ds-exec revoked while its compute ran". */
  readonly what: string;
  /** What came of it, and when. */
  readonly consequence: string;
  /** The rule that it goes against. */
  readonly why: string;
}

/** The simulated account's side that a drill shows; implemented by the range. */
export interface Drill {
  readonly briefing: Briefing;
  readonly story: Observable<Story>;
  /** The next hint; the last one again when there are no more, `undefined` where the scenario has none. */
  hint(): Promise<Hint | undefined>;
  /** How it went so far. */
  score(facts: ResponderFacts): Promise<Score>;
}
