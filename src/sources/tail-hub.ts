import type { Aws } from '../aws/aws.ts';
import type { AwsCallError } from '../model/errors.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import { createBackOff } from './back-off.ts';
import { type Channel, createChannel } from './channel.ts';
import { judgeTail, type LiveTailUpdate, runLiveTail, type TailVerdict } from './live-tail-session.ts';
import { createTailMeter } from './tail-meter.ts';
import { groupsPerSession, packTails } from './tail-packing.ts';

/** A line as Live Tail and FilterLogEvents give it. */
export interface LogLine {
  /** ARN of the group, without `:*`. */
  readonly group: string;
  readonly stream: string;
  /** Epoch ms. */
  readonly at: number;
  readonly ingestedAt: number;
  readonly message: string;
}

/** What happens on a tail, in order. */
export type TailItem =
  /** A session stands. What was ingested before `at` (AWS time, epoch ms) does not come: read it with FilterLogEvents. */
  | { readonly type: 'open'; readonly at: number }
  /**
   * An update, one a second also when nothing was ingested. `at`: AWS's time when it came. While one session takes the place of another,
   * both bring the same lines.
   */
  | {
      readonly type: 'lines';
      readonly lines: readonly LogLine[];
      readonly sampled: boolean;
      readonly session: number;
      readonly at: number;
    }
  /** The session ended; another is being opened. What was ingested between `lastAt` and the next `open` must be read otherwise. */
  | { readonly type: 'broken'; readonly lastAt: number; readonly why: string }
  /** No session for these groups now: poll them. Comes again as `open` when there is one. */
  | {
      readonly type: 'unavailable';
      readonly reason: 'denied' | 'no-slot' | 'unreachable' | 'idle' | 'expired' | 'refused';
      readonly why: string;
      readonly permission?: string;
    };

/** What tails cost, for the header. */
export interface TailMeter {
  readonly openSessions: number;
  /** Billed session-minutes since the start, begun minutes counted whole. */
  readonly minutes: number;
}

/** The Live Tail sessions of one account and Region: few, shared by the sources, billed by the minute. */
export interface TailHub {
  /**
   * Lines of these groups as they are ingested, until `signal` aborts. Groups are ARNs; at most ten a call.
   * Sources that ask first have the sessions; the others hear `unavailable`.
   */
  follow(groups: readonly string[], signal: AbortSignal): AsyncIterable<TailItem>;
  readonly meter: Observable<TailMeter>;
  /** The operator is there: puts off the idle stop. */
  touch(): void;
}

/** Every duration in ms. */
export interface TailHubOptions {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly region: string;
  /** Default 2: AWS allows an account 15, and colleagues want some. While one takes the place of another, there is one more. */
  readonly maxSessions?: number;
  /** Default 30 min without `touch`; `Infinity`: never. */
  readonly idleMs?: number;
  /** When a session is replaced. Default 2 h 50 m: AWS ends it after 3 h. */
  readonly sessionMs?: number;
  /** How long a session goes on after the one that replaces it stands. Default 10 s. */
  readonly overlapMs?: number;
  /** Draws the jitter; from 0 to 1. */
  readonly random?: () => number;
}

/** How long requests are gathered before a session is opened for them. */
const gatherMs = 250;
/** Opening costs a minute: an operator who moves from resource to resource opens at most one session in this time. */
const betweenOpeningsMs = 5_000;
const healthyMs = 60_000;
/** A server that ends sessions so soon, so often, has no Live Tail. */
const shortMs = 5_000;
const shortMost = 3;
const waits = { slot: 60_000, denied: 60_000, expired: 10_000 } as const;
/** What one follower may leave in its queue, in characters; a line counts for a few more than it has. */
const queueLimit = 16 * 1024 * 1024;
const lineWeight = 200;
/** Sleeps that long are none. */
const longestSleepMs = 2 ** 31 - 1;

interface Follower {
  readonly groups: readonly string[];
  readonly channel: Channel<TailItem>;
  /** `open` was said, and nothing since that took it back. */
  live: boolean;
  /** When it last heard an update, AWS's time. */
  lastAt: number;
  /** The reason of the last `unavailable` since then. */
  told: string;
  /** It has so much to read that updates are being left out until it has caught up. */
  full: boolean;
}

interface Connection {
  readonly id: number;
  readonly groups: readonly string[];
  readonly stop: AbortController;
  /** By our clock; `undefined` until it stands. */
  openedAt: number | undefined;
  ended: { readonly error: AwsCallError | undefined } | undefined;
}

/** A place for a session: what it is to read, and the connection that does. */
interface Slot {
  groups: readonly string[];
  current: Connection | undefined;
  /** The connection whose place `current` has taken or is about to take. */
  readonly leaving: Set<Connection>;
  wake: AbortController;
  closed: boolean;
  /** Why it has no session; `undefined` while it has one or has not tried. */
  verdict: TailVerdict | undefined;
}

const covers = (groups: readonly string[], all: readonly string[]) => all.every((group) => groups.includes(group));
const same = (a: readonly string[], b: readonly string[]) => covers(a, b) && covers(b, a);

/** Makes the hub. Nothing is opened before the first `follow`, and nothing stays open after the last one has ended. */
export function createTailHub(options: TailHubOptions): TailHub {
  const { aws, clock, region } = options;
  const maxSessions = options.maxSessions ?? 2;
  const idleMs = options.idleMs ?? 30 * 60_000;
  const sessionMs = options.sessionMs ?? 170 * 60_000;
  const overlapMs = options.overlapMs ?? 10_000;
  const random = options.random ?? Math.random;
  const bill = createTailMeter(clock);
  /** In the order in which they asked. */
  const followers = new Set<Follower>();
  const connections = new Set<Connection>();
  let slots: readonly Slot[] = [];
  let lastId = 0;
  let touchedAt = 0;
  let idle = false;
  /** Ends the gathering and the idle watch when nobody follows any more. */
  let resting = new AbortController();
  let gathering = false;
  let openedLast = Number.NEGATIVE_INFINITY;

  /** Sleeps; `false` when the signal ended it. */
  const sleep = (ms: number, signal: AbortSignal): Promise<boolean> =>
    clock.sleep(Math.min(ms, longestSleepMs), signal).then(
      () => true,
      () => false,
    );
  const failAll = (error: unknown) => {
    for (const { channel } of followers) channel.end(error);
  };
  const inBackground = (work: Promise<void>) => {
    work.catch(failAll);
  };
  const standing = () => [...connections].filter(({ openedAt, ended }) => openedAt !== undefined && !ended);
  const isCovered = (groups: readonly string[], by: readonly Connection[]) =>
    groups.every((group) => by.some((connection) => connection.groups.includes(group)));

  function tellUnavailable(follower: Follower, { reason, why, permission }: Omit<TailVerdict, 'wait'>): void {
    const key = `${reason} ${why}`;
    if (follower.live || follower.told === key) return;
    follower.told = key;
    follower.channel.push({ type: 'unavailable', reason, why, ...(permission ? { permission } : {}) });
  }

  /** Says `open` to whom a session now stands for, and `broken` to whom none does any more. */
  function tellStanding(why: string): void {
    const open = standing();
    for (const follower of followers) {
      const isStanding = isCovered(follower.groups, open);
      if (isStanding && !follower.live) {
        follower.live = true;
        follower.told = '';
        follower.lastAt = aws.now();
        follower.channel.push({ type: 'open', at: follower.lastAt });
      } else if (!isStanding && follower.live) {
        follower.live = false;
        follower.full = false;
        follower.channel.push({ type: 'broken', lastAt: follower.lastAt, why });
      }
    }
  }

  function deliver(connection: Connection, update: LiveTailUpdate): void {
    for (const follower of followers) {
      if (!follower.live || follower.full || !follower.groups.some((group) => connection.groups.includes(group)))
        continue;
      const lines = update.lines.filter(({ group }) => follower.groups.includes(group));
      const weight = lines.reduce((sum, { message }) => sum + message.length + lineWeight, lineWeight);
      if (follower.channel.waiting() > 0 && follower.channel.waiting() + weight > queueLimit) {
        // Said at once, so that nothing is left out silently: what comes until the queue is empty is read again otherwise.
        follower.full = true;
        follower.channel.push({
          type: 'broken',
          lastAt: follower.lastAt,
          why: 'more lines than could be stored in time',
        });
        continue;
      }
      follower.lastAt = update.at;
      const { sampled, at } = update;
      follower.channel.push({ type: 'lines', lines, sampled, session: connection.id, at }, weight);
    }
  }

  /** Closes connections whose followers have all been served by others for a while. */
  function closeReplaced(): void {
    const settled = standing().filter(({ openedAt }) => clock.now() - (openedAt ?? 0) >= overlapMs);
    for (const slot of slots) {
      for (const connection of slot.leaving) {
        if (connection.ended) {
          slot.leaving.delete(connection);
          continue;
        }
        const others = settled.filter((one) => one !== connection && !slots.some(({ leaving }) => leaving.has(one)));
        const needed = [...followers].some(
          ({ groups, live }) =>
            live && groups.some((group) => connection.groups.includes(group) && !isCovered([group], others)),
        );
        if (!needed) connection.stop.abort();
      }
    }
    slots = slots.filter((slot) => !slot.closed || slot.leaving.size > 0);
  }

  /** Opens a connection. @returns As soon as it stands, or has failed. */
  async function connect(slot: Slot): Promise<Connection> {
    lastId += 1;
    const connection: Connection = {
      id: lastId,
      groups: slot.groups,
      stop: new AbortController(),
      openedAt: undefined,
      ended: undefined,
    };
    connections.add(connection);
    openedLast = clock.now();
    let stopBill = () => {};
    await new Promise<void>((settled) => {
      const run = async () => {
        try {
          const error = await runLiveTail({
            aws,
            region,
            groups: connection.groups,
            signal: connection.stop.signal,
            opened() {
              connection.openedAt = clock.now();
              stopBill = bill.start();
              tellStanding('');
              settled();
            },
            updated: (update) => deliver(connection, update),
          });
          connection.ended = { error };
        } finally {
          connection.ended ??= { error: undefined };
          connections.delete(connection);
          stopBill();
          if (connection.openedAt !== undefined) tellStanding(judgeTail(connection.ended.error).why);
          slot.wake.abort();
          closeReplaced();
          settled();
        }
      };
      inBackground(run());
      // A place that is given up before its session stands.
      slot.wake.signal.addEventListener(
        'abort',
        () => slot.closed && connection.openedAt === undefined && connection.stop.abort(),
      );
    });
    return connection;
  }

  /** Keeps a session open for the slot's groups until it is closed. */
  async function serve(slot: Slot): Promise<void> {
    const soon = createBackOff({ firstMs: 1_000, leastMs: 1_000, mostMs: 30_000 }, random);
    let stubbornMs = 60_000;
    let shortOnes = 0;
    /** Not before this, by our clock; `Infinity` is never reached. */
    let nextAt = clock.now();
    /** Waits until the time comes or something changes. */
    const rest = async (until: number) => {
      if (slot.wake.signal.aborted) slot.wake = new AbortController();
      else if (await sleep(Math.max(0, until - clock.now()), slot.wake.signal)) return;
      else slot.wake = new AbortController();
    };
    const judge = (error: AwsCallError | undefined): number => {
      let verdict = judgeTail(error);
      if (shortOnes >= shortMost && verdict.wait === 'soon')
        verdict = { reason: 'refused', why: 'Live Tail ends as soon as it has begun', wait: 'stubborn' };
      slot.verdict = verdict;
      for (const follower of followers) if (covers(slot.groups, follower.groups)) tellUnavailable(follower, verdict);
      if (verdict.wait === 'soon') return soon.next();
      if (verdict.wait !== 'stubborn') return waits[verdict.wait];
      const waitMs = stubbornMs;
      stubbornMs = Math.min(10 * 60_000, stubbornMs * 2);
      return waitMs;
    };
    let asked: readonly string[] = [];
    while (!slot.closed) {
      const { current } = slot;
      const now = clock.now();
      if (current?.ended) {
        slot.current = undefined;
        const livedMs = now - (current.openedAt ?? now);
        shortOnes = livedMs < shortMs ? shortOnes + 1 : 0;
        if (livedMs >= healthyMs) {
          soon.reset();
          stubbornMs = 60_000;
        }
        nextAt = now + (shortOnes >= shortMost ? judge(current.ended.error) : soon.next());
        continue;
      }
      const replaceAt = current ? (current.openedAt ?? now) + sessionMs : now;
      const isDue = !current || !covers(current.groups, slot.groups) || now >= replaceAt;
      // Other groups may be what AWS did not like.
      const waitUntil = !current && !same(asked, slot.groups) ? now : nextAt;
      if (!isDue || now < waitUntil) {
        await rest(isDue ? waitUntil : Math.max(replaceAt, nextAt));
        continue;
      }
      asked = slot.groups;
      const next = await connect(slot);
      if (next.openedAt !== undefined) {
        slot.verdict = undefined;
        nextAt = clock.now();
        if (current && !current.ended) slot.leaving.add(current);
        slot.current = next;
        inBackground(sleep(overlapMs, next.stop.signal).then(() => closeReplaced()));
      } else if (next.ended && !slot.closed) {
        nextAt = clock.now() + judge(next.ended.error);
      }
    }
    if (slot.current && !slot.current.ended) slot.leaving.add(slot.current);
    closeReplaced();
  }

  function closeAll(): void {
    for (const slot of slots) {
      slot.closed = true;
      slot.wake.abort();
    }
    for (const { stop } of connections) stop.abort();
    slots = [];
  }

  function plan(): void {
    const asking = [...followers];
    if (idle) return;
    const open = slots.filter(({ closed }) => !closed);
    const { sessions, placed } = packTails(
      asking.map(({ groups }) => groups),
      open.map(({ groups }) => groups),
      maxSessions,
    );
    for (const [index, groups] of sessions.entries()) {
      const slot = open[index];
      if (slot) {
        if (groups.length === 0) slot.closed = true;
        else if (!same(groups, slot.groups)) slot.groups = groups;
        else continue;
        slot.wake.abort();
      } else if (groups.length > 0) {
        const added: Slot = {
          groups,
          current: undefined,
          leaving: new Set(),
          wake: new AbortController(),
          closed: false,
          verdict: undefined,
        };
        slots = [...slots, added];
        inBackground(serve(added));
      }
    }
    for (const [index, follower] of asking.entries()) {
      if (placed[index] === undefined) {
        const why =
          maxSessions === 0 ? 'Live Tail is off here' : `no free session: this console opens ${maxSessions} at most`;
        tellUnavailable(follower, { reason: 'no-slot', why });
      } else {
        const slot = slots.find(({ closed, groups }) => !closed && covers(groups, follower.groups));
        if (slot?.verdict) tellUnavailable(follower, slot.verdict);
      }
    }
    tellStanding('its session was given to other log groups');
  }

  async function planSoon(): Promise<void> {
    if (gathering) return;
    gathering = true;
    const { signal } = resting;
    const rested = await sleep(Math.max(gatherMs, openedLast + betweenOpeningsMs - clock.now()), signal);
    if (!rested) return;
    gathering = false;
    plan();
  }

  async function watchIdle(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && Number.isFinite(idleMs)) {
      const leftMs = touchedAt + idleMs - clock.now();
      if (leftMs > 0 || idle) {
        await sleep(idle ? idleMs : leftMs, signal);
        continue;
      }
      idle = true;
      const why = 'Live Tail was stopped, since nobody has looked for a while; any key brings it back';
      for (const follower of followers) {
        follower.live = false;
        tellUnavailable(follower, { reason: 'idle', why });
      }
      closeAll();
    }
  }

  function join(follower: Follower): void {
    if (followers.size === 0) {
      resting = new AbortController();
      gathering = false;
      idle = false;
      touchedAt = clock.now();
      inBackground(watchIdle(resting.signal));
    }
    followers.add(follower);
    inBackground(planSoon());
  }

  function leave(follower: Follower): void {
    followers.delete(follower);
    follower.channel.end();
    if (followers.size > 0) {
      inBackground(planSoon());
      return;
    }
    resting.abort();
    closeAll();
  }

  return {
    async *follow(groups, signal) {
      if (groups.length === 0 || groups.length > groupsPerSession)
        throw new Error(`${groups.length} groups in one request`);
      if (signal.aborted) return;
      const follower: Follower = {
        groups: [...new Set(groups)],
        channel: createChannel<TailItem>(queueLimit, () => {
          if (!follower.full || !follower.live) return;
          follower.full = false;
          follower.lastAt = aws.now();
          follower.channel.push({ type: 'open', at: follower.lastAt });
        }),
        live: false,
        lastAt: 0,
        told: '',
        full: false,
      };
      const end = () => leave(follower);
      signal.addEventListener('abort', end, { once: true });
      join(follower);
      try {
        yield* follower.channel;
      } finally {
        signal.removeEventListener('abort', end);
        if (followers.has(follower)) leave(follower);
      }
    },
    meter: bill.meter,
    touch() {
      touchedAt = clock.now();
      if (!idle || followers.size === 0) return;
      idle = false;
      for (const follower of followers) follower.told = '';
      inBackground(planSoon());
    },
  };
}
