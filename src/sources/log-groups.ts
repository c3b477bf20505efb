import { AwsCallError } from '../model/errors.ts';
import type { Json } from '../shared/json.ts';
import type { Observable } from '../shared/observable.ts';
import { createBackOff } from './back-off.ts';
import { createChannel } from './channel.ts';
import { createFilterSweep, type FilterSweep } from './filter-sweep.ts';
import { createLag } from './lag.ts';
import { createTally, logLineRecord, type NumberedLine } from './log-line.ts';
import { judgeFailure } from './lookup-failure.ts';
import { readBudget } from './read-budget.ts';
import { createSeenIds, type SeenIds } from './seen-ids.ts';
import type { LagFigures, SourceContext, SourceItem } from './source.ts';
import type { TailItem } from './tail-hub.ts';
import { createUnreadStretches, type Unread, type UnreadStretches } from './unread.ts';

/** A log group that a source wants read. */
export interface WantedGroup {
  /** Without `:*`. */
  readonly arn: string;
  readonly name: string;
  /** Epoch ms; a group that is younger than the first load is read from here. */
  readonly createdAt?: number | undefined;
  /** Whether to tail it; the others are polled every `pollMs`. */
  readonly tail: boolean;
  /** Default: `pollMs` of the options. */
  readonly pollMs?: number;
}

/** What a source found to read. */
export interface GroupsFound {
  /** The most important first. */
  readonly groups: readonly WantedGroup[];
  readonly blindSpots: readonly string[];
  /** Why there is nothing to read, when there is not. */
  readonly nothing: string;
  /** What the operator must know at once: what writes to these groups has been stopped. */
  readonly alarm?: string;
  /** Times in which nothing was written that would have been otherwise; nothing fills these gaps. */
  readonly unrecorded?: readonly UnrecordedTime[];
}

/** Epoch ms; `to` is `undefined` while it goes on. */
export interface UnrecordedTime {
  readonly id: string;
  readonly from: number;
  readonly to: number | undefined;
  readonly why: string;
}

/** Where the groups come from. */
export interface GroupDiscovery {
  /** @throws AwsCallError The groups found before go on being read; it is tried again. */
  discover(signal: AbortSignal): Promise<GroupsFound>;
  readonly everyMs: number;
  /** A change asks for discovery at once. */
  readonly wake?: Observable<unknown>;
}

/** How log groups are read; every duration in ms. */
export interface LogGroupsOptions {
  /** Default 5 s. */
  readonly pollMs?: number;
  /** FilterLogEvents a second, for all sources of an account and Region together. Default 2. */
  readonly readsPerSecond?: number;
  /** How much older than their ingestion lines are expected to be. Default 2 min. */
  readonly overlapMs?: number;
  /** How long FilterLogEvents may be behind the ingestion. Default 10 s. */
  readonly settleMs?: number;
  /** What is polled is read so far back every `deepEveryMs`. Default 15 min, every 5 min. */
  readonly deepMs?: number;
  readonly deepEveryMs?: number;
  /** How far back the first load goes at most. Default 1 h. */
  readonly firstMs?: number;
  /** Draws the jitter; from 0 to 1. */
  readonly random?: () => number;
}

const permission = 'logs:FilterLogEvents';
/** Long stretches are read in pieces, so that an interruption costs one. */
const pieceMs = 15 * 60_000;
const tickMs = 5_000;
const checkpointEveryMs = 1_000;
const idleCheckpointMs = 30_000;
const lagEveryMs = 10_000;
const deniedMs = 60_000;
const expiredMs = 10_000;
/** An update of Live Tail may be so late. */
const tailLagMs = 5_000;
const pollLagMs = 60_000;
/** Characters that wait for the store before readers wait too; a record counts for a few more than it has. */
const roomFor = 8 * 1024 * 1024;
const recordWeight = 200;
/** How often a gap that grows with the time is told anew. */
const gapEveryMs = 15_000;
/** One that nothing will fill goes on for days. */
const unrecordedEveryMs = 5 * 60_000;
/** Ids that a tail remembers to notice lines that come again. */
const repeatsRemembered = 5_000;
const tries = 3;

/** A walk that is being made, and what it is made for. */
interface Walk {
  readonly sweep: FilterSweep;
  readonly startedAt: number;
  /** Where the stretch began when it started. */
  readonly base: number;
  /** Everything ingested before has been read when it ends. */
  readonly upTo: number;
}

interface Reading {
  group: WantedGroup;
  readonly unread: UnreadStretches;
  readonly walks: Map<Unread | 'deep', Walk>;
  readonly beganAt: number;
  /** Ends its tail. */
  stop: AbortController;
  isTailed: boolean;
  /** When the tail brought an update last. */
  heardAt: number;
  /** Why it is not tailed. */
  why: string;
  newestIngested: number;
  deepDueAt: number;
  deepTurn: number;
  pausedUntil: number;
  /** Why this group cannot be read, where others can. */
  trouble: Trouble | undefined;
}

interface Task {
  readonly reading: Reading;
  readonly of: Unread | 'deep';
  readonly rank: number;
}

interface Trouble {
  readonly state: (SourceItem & { readonly type: 'state' })['state'];
  readonly why: string;
  readonly permission?: string;
}

/** What an earlier run has read of each group, epoch ms of ingestion. */
function readCheckpoint(checkpoint: Json | undefined): Map<string, number> {
  const entries = checkpoint !== null && typeof checkpoint === 'object' ? Object.entries(checkpoint) : [];
  return new Map(entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}

/**
 * Reads a changing set of log groups without a hole: tails them where a session is to be had, polls them where not, reads again what a tail
 * has lost, and shows as gap what it could not yet read. Ends when the signal aborts.
 */
export async function* readLogGroups(
  context: SourceContext,
  discovery: GroupDiscovery,
  options: LogGroupsOptions = {},
): AsyncGenerator<SourceItem, void> {
  const { aws, clock, region, tails } = context;
  const {
    pollMs = 5_000,
    readsPerSecond = 2,
    overlapMs = 120_000,
    settleMs = 10_000,
    deepMs = 15 * 60_000,
    deepEveryMs = 5 * 60_000,
    firstMs = 60 * 60_000,
    random = Math.random,
  } = options;
  const leaving = new AbortController();
  const signal = AbortSignal.any([context.signal, leaving.signal]);
  const out = createChannel<SourceItem>(roomFor);
  const budget = readBudget(aws, clock, region, readsPerSecond);
  const readings = new Map<string, Reading>();
  /** What is known of groups that are not read now. */
  const checkpoint = readCheckpoint(context.checkpoint);
  const seen = createSeenIds(100_000);
  const lag = createLag();
  const backOffs = {
    throttled: createBackOff({ firstMs: 1_000, leastMs: 250, mostMs: 15_000 }, random),
    trouble: createBackOff({ firstMs: 1_000, leastMs: 1_000, mostMs: 30_000 }, random),
    stubborn: createBackOff({ firstMs: 5_000, leastMs: 2_500, mostMs: 5 * 60_000 }, random),
    discovery: createBackOff({ firstMs: 1_000, leastMs: 1_000, mostMs: 30_000 }, random),
  };
  /** Rung when the reader has something new to do, or the discovery. */
  const bells = { reader: new AbortController(), discovery: new AbortController() };
  const ring = (who: keyof typeof bells) => bells[who].abort();
  const rest = async (who: keyof typeof bells, ms: number) => {
    const bell = bells[who].signal;
    await clock.sleep(ms, bell).catch(() => undefined);
    signal.throwIfAborted();
    if (bell.aborted) bells[who] = new AbortController();
  };
  let turns = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let failuresInARow = 0;
  let trouble: Trouble | undefined;
  let discoveryTrouble: Trouble | undefined;
  /** Nothing has been discovered yet. */
  let nothing: string | undefined;
  let heard = false;
  let coveredFrom = Number.POSITIVE_INFINITY;
  let coveredTo = Number.NEGATIVE_INFINITY;
  const gaps = new Map<
    string,
    { readonly from: number; readonly to: number; readonly why: string; readonly at: number }
  >();
  /** Gaps of groups that are not read any more, by ARN: they stay unread. */
  const shelved = new Map<string, readonly string[]>();
  let blindSpots: readonly string[] = [];
  let alarm = '';
  let unrecorded: readonly UnrecordedTime[] = [];
  const told = {
    blindSpots: '[]',
    state: '',
    watching: '',
    progress: '',
    checkpoint: '',
    checkpointAt: Number.NEGATIVE_INFINITY,
  };
  const toldLag: { figures: LagFigures | undefined; at: number } = { figures: undefined, at: Number.NEGATIVE_INFINITY };

  const pollOf = ({ group }: Reading) => group.pollMs ?? pollMs;
  /** So old may be what a poll has read up to before it is called a gap. */
  const staleMs = (reading: Reading) => 2 * pollOf(reading) + settleMs + 20_000;
  const readTo = (reading: Reading) => reading.unread.from() ?? reading.heardAt - tailLagMs;

  function checkpointNow(everyMs: number): Json | undefined {
    const now = clock.now();
    if (now - told.checkpointAt < everyMs) return undefined;
    for (const reading of readings.values()) checkpoint.set(reading.group.arn, Math.trunc(readTo(reading)));
    const json = Object.fromEntries(checkpoint);
    const text = JSON.stringify(json);
    if (text === told.checkpoint) return undefined;
    told.checkpoint = text;
    told.checkpointAt = now;
    return json;
  }

  /** Hands lines on; what it says of how far was read must already hold. `since`: what was ingested before says nothing about delays. */
  function deliver(lines: readonly NumberedLine[], since: number): void {
    const now = aws.now();
    const fresh = lines.filter(({ id, at }) => seen.add(id, at));
    const records = fresh.map((line) => {
      const isNew = line.ingestedAt >= since;
      if (isNew) lag.add(now - line.at);
      return logLineRecord(line, region, isNew && line.at < coveredTo && line.at < now - overlapMs);
    });
    const json = checkpointNow(records.length > 0 ? checkpointEveryMs : idleCheckpointMs);
    if (records.length === 0 && json === undefined) return;
    const weight = records.reduce((sum, { text }) => sum + text.length + recordWeight, recordWeight);
    out.push({ type: 'records', records, ...(json === undefined ? {} : { checkpoint: json }) }, weight);
  }

  /** What may lack lines and would not be noticed otherwise. */
  function shownGaps(now: number): void {
    const open = new Map<string, { readonly from: number; readonly to: number; readonly why: string }>();
    for (const reading of readings.values()) {
      for (const stretch of reading.unread.list()) {
        const from = stretch.from - overlapMs;
        const isStale = now - stretch.from > staleMs(reading);
        const isShown = stretch.isHistory ? stretch.from < coveredTo : stretch.tornAt !== undefined || isStale;
        if (isShown)
          open.set(stretch.id, { from, to: stretch.to ?? now, why: `${reading.group.name}: ${stretch.why}` });
      }
    }
    for (const { id, from, to = now, why } of unrecorded)
      if (to > context.since) open.set(id, { from: Math.max(from, context.since), to, why });
    for (const [id, gap] of open) {
      const shown = gaps.get(id);
      // A gap that grows with the time is not told anew each second.
      const everyMs = unrecorded.some((time) => time.id === id) ? unrecordedEveryMs : gapEveryMs;
      const isKnown =
        shown && shown.why === gap.why && shown.from <= gap.from && (shown.to >= gap.to || now - shown.at < everyMs);
      if (isKnown) continue;
      gaps.set(id, { ...gap, at: now });
      out.push({ type: 'gap', id, ...gap });
    }
    const given = new Set([...shelved.values()].flat());
    for (const id of [...gaps.keys()]) {
      if (open.has(id) || given.has(id)) continue;
      gaps.delete(id);
      out.push({ type: 'gap-filled', id });
    }
  }
  function stateNow(): Trouble {
    if (discoveryTrouble && readings.size === 0) return discoveryTrouble;
    if (nothing === undefined) return { state: 'connecting', why: '' };
    const all = [...readings.values()];
    if (all.length === 0) return { state: 'idle', why: nothing };
    if (trouble && trouble.state !== 'throttled') return trouble;
    const tailed = all.filter(({ isTailed }) => isTailed);
    const troubled = all.find((reading) => reading.trouble);
    if (troubled?.trouble) {
      if (tailed.length === 0 && all.every((reading) => reading.trouble)) return troubled.trouble;
      const why = `${troubled.group.name} cannot be read back: ${troubled.trouble.why}`;
      return { ...troubled.trouble, state: tailed.length > 0 ? 'live' : 'polling', why };
    }
    if (trouble) return tailed.length === all.length ? { state: 'live', why: trouble.why } : trouble;
    const said = (why: string) => [alarm, why].filter(Boolean).join('; ');
    if (tailed.length === all.length) return { state: 'live', why: said('') };
    const why = all.find(({ isTailed, why: reason }) => !isTailed && reason !== '')?.why ?? '';
    if (tailed.length > 0)
      return { state: 'live', why: said(`${tailed.length} of ${all.length} groups${why ? `; ${why}` : ''}`) };
    return heard ? { state: 'polling', why: said(why) } : { state: 'connecting', why: '' };
  }

  /** Says whatever has changed. */
  function tell(): void {
    const now = aws.now();
    const state = stateNow();
    const key = JSON.stringify(state);
    if (key !== told.state) {
      told.state = key;
      out.push({ type: 'state', ...state });
    }
    const all = [...readings.values()];
    const watching = all.map(({ group }) => group.name);
    if (nothing !== undefined && watching.join('\0') !== told.watching) {
      told.watching = watching.join('\0');
      out.push({ type: 'watching', what: watching });
    }
    const live = all.filter(({ isTailed }) => isTailed).length;
    const back = all.filter(({ unread }) => unread.list().some(({ isHistory }) => isHistory));
    const progress = [
      ...(live > 0 ? [`${live} tailed`] : []),
      ...(all.length > live ? [`${all.length - live} polled`] : []),
      ...(back.length > 0 ? [`${back.length} still being read back`] : []),
    ].join(', ');
    if (progress !== told.progress) {
      told.progress = progress;
      out.push({ type: 'progress', text: progress });
    }
    const sentences = [
      ...blindSpots,
      ...(discoveryTrouble && all.length > 0 ? [`New log groups are not noticed: ${discoveryTrouble.why}`] : []),
    ];
    const spots = JSON.stringify(alarm ? [sentences, alarm] : sentences);
    if (spots !== told.blindSpots) {
      told.blindSpots = spots;
      out.push({ type: 'blind-spots', sentences, alarm });
    }
    shownGaps(now);
    const to = Math.min(
      ...all.map((reading) => readTo(reading) - (reading.isTailed ? 0 : pollLagMs - settleMs)),
      // That nothing comes from a trail that is stopped does not mean that nothing happened.
      ...unrecorded.map((time) => (time.to === undefined ? time.from : Number.POSITIVE_INFINITY)),
    );
    if (all.length > 0 && to >= Math.max(coveredFrom, coveredTo + 1_000)) {
      coveredTo = to;
      out.push({ type: 'covered', from: coveredFrom, to, proof: 'lag-only' });
    }
    const figures = lag.figures();
    if (figures && figures !== toldLag.figures && now - toldLag.at >= lagEveryMs) {
      toldLag.figures = figures;
      toldLag.at = now;
      out.push({ type: 'lag', lag: figures });
    }
  }

  /** Nothing comes by itself from `from` on. */
  function tear(reading: Reading, from: number, to: number | undefined, why: string): void {
    const now = aws.now();
    reading.unread.add({ from, to, why, tornAt: now, turn: turns });
    reading.deepDueAt = Math.min(reading.deepDueAt, now + deepEveryMs);
    ring('reader');
  }

  function heardTail(reading: Reading, item: TailItem, sessions: Map<number, SeenIds>): void {
    switch (item.type) {
      case 'open':
        reading.isTailed = true;
        reading.why = '';
        reading.heardAt = item.at;
        reading.unread.close(item.at);
        ring('reader');
        return;
      case 'lines': {
        const lines = item.lines.map(createTally(Number.POSITIVE_INFINITY));
        const repeats = sessions.get(item.session) ?? createSeenIds(2 * repeatsRemembered);
        sessions.set(item.session, repeats);
        // One takes the place of another: never more than a few at once.
        for (const old of sessions.keys()) if (sessions.size > 3) sessions.delete(old);
        const comeAgain = lines.filter(({ id }) => !repeats.add(id)).length > 0;
        const earliest = Math.min(reading.heardAt - tailLagMs, ...lines.map(({ ingestedAt }) => ingestedAt));
        if (item.sampled) tear(reading, earliest, item.at, 'Live Tail sent a sample (over 500 lines a second)');
        // Sent twice, or two equal lines: only FilterLogEvents can tell.
        else if (comeAgain) tear(reading, earliest, item.at, 'Live Tail sent equal lines twice');
        reading.heardAt = Math.max(reading.heardAt, item.at);
        deliver(lines, reading.beganAt);
        return;
      }
      case 'broken':
        lost(reading, item.lastAt, item.why);
        return;
      case 'unavailable':
        if (reading.isTailed) lost(reading, reading.heardAt, item.why);
        reading.why = item.why;
    }
  }
  function lost(reading: Reading, at: number, why: string): void {
    reading.isTailed = false;
    reading.why = why;
    tear(reading, Math.min(at, reading.heardAt) - tailLagMs, undefined, why);
  }

  async function tailGroup(reading: Reading): Promise<void> {
    if (!tails) return;
    const sessions = new Map<number, SeenIds>();
    const stop = reading.stop.signal;
    for await (const item of tails.follow([reading.group.arn], AbortSignal.any([signal, stop]))) {
      // Lines that wait here would wait in the hub anyway, which says so when they are too many.
      if (item.type === 'lines' && item.lines.length > 0) await out.room();
      // What still waits in the hub is read otherwise: the group was torn where the last update was heard.
      if (stop.aborted) return;
      heardTail(reading, item, sessions);
      tell();
    }
  }

  /** Begins to read a group, or reads it in another way from now on. */
  function begin(group: WantedGroup): void {
    const now = aws.now();
    const known = readings.get(group.arn);
    if (known) {
      const wasTail = known.group.tail;
      known.group = group;
      // After it was deleted and made again, a tail has a chance again.
      const isStopped = known.stop.signal.aborted && known.pausedUntil <= now;
      if (wasTail === group.tail && !(group.tail && isStopped)) return;
      known.stop.abort();
      if (known.isTailed)
        known.unread.add({ from: readTo(known), to: undefined, why: 'could not be read', turn: turns });
      known.isTailed = false;
      known.why = '';
      known.deepDueAt = Math.min(known.deepDueAt, now + deepEveryMs);
      if (group.tail) startTail(known);
      return;
    }
    const oldest = now - Math.min(firstMs, Math.max(0, clock.now() - context.since));
    const created = Math.min(now, group.createdAt ?? Number.NEGATIVE_INFINITY);
    const from = Math.min(now, checkpoint.get(group.arn) ?? Math.max(oldest, created));
    coveredFrom = Math.min(coveredFrom, from);
    const unread = createUnreadStretches(group.arn, settleMs);
    unread.add({ from, to: now, why: 'not read yet', isHistory: true, turn: turns });
    unread.add({ from: now, to: undefined, why: 'could not be read', turn: turns });
    // What was not read when it was given up is part of what is read now.
    shelved.delete(group.arn);
    const reading: Reading = {
      group,
      unread,
      walks: new Map(),
      beganAt: now,
      stop: new AbortController(),
      isTailed: false,
      heardAt: now,
      why: '',
      newestIngested: Number.NEGATIVE_INFINITY,
      deepDueAt: now + deepEveryMs,
      deepTurn: turns,
      pausedUntil: Number.NEGATIVE_INFINITY,
      trouble: undefined,
    };
    readings.set(group.arn, reading);
    if (group.tail) startTail(reading);
  }
  function startTail(reading: Reading): void {
    reading.stop = new AbortController();
    reading.why = tails ? 'Live Tail is being opened' : 'Live Tail is off';
    tailGroup(reading).catch(fail);
  }

  /** Stops reading a group; how far it was read stays known. */
  function drop(reading: Reading): void {
    const { arn } = reading.group;
    reading.stop.abort();
    readings.delete(arn);
    checkpoint.set(arn, Math.trunc(readTo(reading)));
    const ids = reading.unread.list().flatMap(({ id }) => (gaps.has(id) ? [id] : []));
    if (ids.length > 0) shelved.set(arn, ids);
  }

  function found(result: GroupsFound): void {
    const { groups } = result;
    nothing = result.nothing;
    blindSpots = result.blindSpots;
    alarm = result.alarm ?? '';
    unrecorded = result.unrecorded ?? [];
    const arns = new Set(groups.map(({ arn }) => arn));
    for (const reading of [...readings.values()]) if (!arns.has(reading.group.arn)) drop(reading);
    for (const group of groups) begin(group);
    // In the order of their importance.
    const ordered = groups.map(({ arn }) => readings.get(arn)).filter((reading) => reading !== undefined);
    readings.clear();
    for (const reading of ordered) readings.set(reading.group.arn, reading);
    ring('reader');
  }

  async function discoverGroups(): Promise<void> {
    for (;;) {
      let waitMs = discovery.everyMs;
      try {
        found(await discovery.discover(signal));
        discoveryTrouble = undefined;
        backOffs.discovery.reset();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AwsCallError)) throw error;
        const { state, why, wait } = judgeFailure(error, region, heard);
        discoveryTrouble = { state, why, ...(state === 'denied' ? { permission: error.operation } : {}) };
        waitMs =
          wait === 'denied'
            ? deniedMs
            : wait === 'expired'
              ? expiredMs
              : backOffs[wait === 'stubborn' ? wait : 'discovery'].next();
      }
      tell();
      await rest('discovery', waitMs);
    }
  }

  function tasks(now: number): { readonly due: readonly Task[]; readonly nextAt: number } {
    const due: Task[] = [];
    let nextAt = now + tickMs;
    const consider = (reading: Reading, of: Unread | 'deep', dueAt: number, rank: number) => {
      const at = Math.max(reading.walks.has(of) ? now : dueAt, reading.pausedUntil, pausedUntil);
      if (at <= now) due.push({ reading, of, rank });
      else nextAt = Math.min(nextAt, at);
    };
    for (const reading of readings.values()) {
      for (const stretch of reading.unread.list()) {
        const { sweptAt = Number.NEGATIVE_INFINITY, to } = stretch;
        const every = pollOf(reading);
        let dueAt = sweptAt + every;
        // What a tail took over is read soon, and again when FilterLogEvents must have everything of before.
        if (to !== undefined)
          dueAt = sweptAt < to ? sweptAt + settleMs : Math.min(to + settleMs, sweptAt + 2 * settleMs);
        if (stretch.isHistory && stretch.from < (to ?? now) - settleMs) dueAt = now;
        // History waits for what is new; nothing waits for ever.
        consider(reading, stretch, dueAt, stretch.turn + (stretch.isHistory ? 4 : 0));
      }
      consider(reading, 'deep', reading.deepDueAt, reading.deepTurn + 8);
    }
    return { due, nextAt };
  }

  function startWalk({ group, newestIngested }: Reading, of: Unread | 'deep'): Walk {
    const startedAt = aws.now();
    const walk = (from: number, to: number) => createFilterSweep({ aws, region, group: group.arn, from, to });
    // AWS takes lines of up to two hours in the future.
    if (of === 'deep')
      return {
        sweep: walk(startedAt - deepMs, startedAt + 2 * 3_600_000),
        startedAt,
        base: startedAt,
        upTo: startedAt,
      };
    const end = of.to ?? startedAt;
    const isLast = end - of.from <= pieceMs;
    const to = isLast ? end : of.from + pieceMs;
    // In a quiet group looking further back costs nothing.
    const quietFrom = of.to === undefined ? Math.max(newestIngested, startedAt - deepMs) : of.from;
    const sweep = walk(Math.min(of.from, quietFrom) - overlapMs, isLast ? Math.max(to, startedAt) + settleMs : to);
    return { sweep, startedAt, base: of.from, upTo: Math.min(to, startedAt - settleMs) };
  }

  function ended(reading: Reading, of: Unread | 'deep', { startedAt, base, upTo }: Walk): void {
    reading.walks.delete(of);
    if (of === 'deep') {
      // One more after a tail came back, so that nothing of before is missed.
      const isDone = reading.isTailed && reading.unread.list().every(({ isHistory }) => isHistory);
      reading.deepDueAt = isDone ? Number.POSITIVE_INFINITY : startedAt + deepEveryMs;
      return;
    }
    // Lines of before its beginning may have got lost meanwhile.
    reading.unread.read(of, of.from < base ? of.from : upTo, startedAt);
  }

  function failed(reading: Reading, error: AwsCallError): void {
    const now = aws.now();
    const { state, why, wait } = judgeFailure(error, region, heard);
    if (error.reason === 'not-found') {
      // Its group has been deleted: a tail that names it would be refused, with all the others in its session.
      reading.stop.abort();
      reading.trouble = { state, why };
      reading.why = why;
      reading.pausedUntil = now + deniedMs;
      if (reading.isTailed) lost(reading, reading.heardAt, why);
      ring('discovery');
      return;
    }
    if (wait === 'denied') {
      reading.trouble = { state, why, permission };
      reading.pausedUntil = now + deniedMs;
      return;
    }
    if (wait === 'stubborn' && error.reason === 'other') {
      reading.pausedUntil = now + backOffs.stubborn.next();
      reading.trouble = { state, why };
      return;
    }
    failuresInARow += 1;
    pausedUntil = now + (wait === 'expired' ? expiredMs : backOffs[wait].next());
    // One refusal among many answers is no state.
    if (state !== 'throttled' || failuresInARow >= tries) trouble = { state, why };
  }

  async function read(): Promise<void> {
    for (;;) {
      const now = aws.now();
      const { due, nextAt } = tasks(now);
      if (due.length === 0) {
        await rest('reader', Math.max(1, nextAt - now));
        continue;
      }
      const { reading, of } = due.reduce((best, task) => (task.rank < best.rank ? task : best));
      turns += 1;
      if (of === 'deep') reading.deepTurn = turns;
      else of.turn = turns;
      await budget.take(signal);
      await out.room();
      const walk = reading.walks.get(of) ?? startWalk(reading, of);
      reading.walks.set(of, walk);
      let page: Awaited<ReturnType<FilterSweep['next']>>;
      try {
        page = await walk.sweep.next(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AwsCallError)) throw error;
        failed(reading, error);
        tell();
        continue;
      }
      heard = true;
      trouble = undefined;
      failuresInARow = 0;
      reading.trouble = undefined;
      for (const backOff of [backOffs.throttled, backOffs.trouble, backOffs.stubborn]) backOff.reset();
      for (const { ingestedAt } of page.lines)
        if (ingestedAt <= aws.now()) reading.newestIngested = Math.max(reading.newestIngested, ingestedAt);
      // What an outage held back says nothing about delays.
      const since = of === 'deep' || (!of.isHistory && of.tornAt === undefined) ? reading.beganAt : Infinity;
      if (page.done) ended(reading, of, walk);
      deliver(page.lines, since);
      tell();
    }
  }

  async function tick(): Promise<void> {
    for (;;) {
      await clock.sleep(tickMs, signal);
      deliver([], 0);
      tell();
    }
  }

  function fail(error: unknown): void {
    if (!signal.aborted) out.end(error);
  }
  const end = () => {
    out.end();
    ring('reader');
    ring('discovery');
  };
  signal.addEventListener('abort', end, { once: true });
  const unsubscribe = discovery.wake?.subscribe(() => ring('discovery'));
  try {
    tell();
    for (const work of [discoverGroups, read, tick]) work().catch(fail);
    yield* out;
  } finally {
    unsubscribe?.();
    leaving.abort();
    signal.removeEventListener('abort', end);
  }
}
