import type { Aws, Identity } from '../aws/aws.ts';
import type { StartingPoint } from '../focus/starting-point.ts';
import type { Clock } from '../shared/clock.ts';
import type { EventQueries } from '../store/queries.ts';
import type { Attention } from './attention.ts';
import type { SessionEntry } from './decision.ts';
import { completeStart, type ProfilesOf } from './focus.ts';
import { watchLanding } from './landing.ts';
import type { Publisher } from './publisher.ts';

/** Begins at what the responder holds, at the start and whenever something is pasted. */
export function createBeginning(parts: {
  readonly events: EventQueries;
  readonly attention: Attention;
  /** Absent for saved logs. */
  readonly aws: Aws | undefined;
  accounts(): readonly Identity[];
  readonly profilesOf: ProfilesOf | undefined;
  /** Reads these Regions, too. @returns Those that were not read before. */
  widen(regions: readonly string[]): readonly string[];
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly ending: AbortSignal;
  append(entry: SessionEntry): Promise<void>;
  by(): string;
}): {
  /** Lands, and has it looked up first. */
  begin(start: StartingPoint): void;
  /** Asks AWS about its keys, reads the Regions that it names, and journals what came of it. @throws The signal's reason. */
  complete(start: StartingPoint, signal: AbortSignal): Promise<StartingPoint>;
} {
  const { events, attention, clock, publisher, ending, append, by } = parts;
  const { snapshot, change, fail } = publisher;
  let endLanding = new AbortController();
  return {
    begin(start) {
      endLanding.abort();
      endLanding = new AbortController();
      // Whatever happens next, an incident that is opened again begins here. Then it is in the journal already.
      if (snapshot.get().start !== start) append({ type: 'focus', start, by: by() }).catch(fail);
      change({ start, landing: undefined });
      watchLanding(events, start.landing, AbortSignal.any([ending, endLanding.signal]), (landing) =>
        change({ landing }),
      ).catch(fail);
      attention.focus(start);
    },
    async complete(start, signal) {
      const whole = await completeStart(start, {
        aws: parts.aws,
        accounts: parts.accounts,
        profilesOf: parts.profilesOf,
        signal,
      });
      const added = parts.widen(whole.regions);
      const done =
        added.length === 0 ? whole : { ...whole, sentences: [...whole.sentences, `also reading ${added.join(', ')}`] };
      await append({ type: 'focus', start: done, by: by() });
      // A line at the bottom is gone in seconds: among the errors it can be read again.
      const { errors } = snapshot.get();
      const notes = done.unused.map((what) => ({ at: clock.now(), what, nextSteps: [] }));
      if (notes.length > 0) change({ errors: [...errors, ...notes] });
      return done;
    },
  };
}
