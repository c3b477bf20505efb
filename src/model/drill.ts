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

/** The simulated account's side that a drill shows; implemented by the range. */
export interface Drill {
  readonly briefing: Briefing;
  readonly story: Observable<Story>;
}
