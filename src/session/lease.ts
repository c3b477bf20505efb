import type { Clock } from '../shared/clock.ts';
import { savedLogs } from './contain.ts';
import type { SessionEntry } from './decision.ts';
import type { Publisher } from './publisher.ts';
import type { Feed } from './session-options.ts';

/** While armed it is looked at this often how long that still lasts, and told when it has moved by more than a second. */
const lookMs = 2_000;
const movedMs = 1_000;

/** The lease of every feed as one: armed together, disarmed together, and over when the first is. */
export function createLease(parts: {
  readonly feeds: readonly Feed[];
  readonly clock: Clock;
  readonly publisher: Publisher;
  append(entry: SessionEntry): Promise<void>;
  by(): string;
}): {
  /** @throws RefusedError `ReadOnly` */
  arm(): void;
  disarm(): void;
  isArmed(): boolean;
  stop(): void;
} {
  const { feeds, clock, publisher, append, by } = parts;
  const armedUntil = () => feeds[0]?.door.arming.armedUntil();
  /** It ends by itself: the header must not say ARMED a second longer. */
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    clearTimeout(timer);
    const until = armedUntil();
    const shown = publisher.snapshot.get().armedUntil;
    // Told again only where it moved: when somebody sets the time of day.
    if (until === undefined || shown === undefined || Math.abs(until - shown) > movedMs)
      publisher.change({ armedUntil: until });
    if (until === undefined) return;
    const leftMs = until - clock.now();
    timer = setTimeout(watch, Math.min(lookMs, Math.max(10, leftMs + 10))).unref();
  };
  return {
    arm() {
      if (feeds.length === 0) throw savedLogs();
      const until = Math.min(...feeds.map((feed) => feed.door.arming.arm()));
      watch();
      append({ type: 'armed', until: new Date(until).toISOString(), by: by() }).catch(publisher.fail);
    },
    disarm() {
      for (const feed of feeds) feed.door.arming.disarm();
      watch();
      append({ type: 'disarmed', by: by() }).catch(publisher.fail);
    },
    isArmed: () => (armedUntil() ?? 0) > clock.now(),
    stop: () => clearTimeout(timer),
  };
}
