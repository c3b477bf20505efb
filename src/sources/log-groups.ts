import { AwsCallError } from '../model/errors.ts';
import type { Json } from '../shared/json.ts';
import { createBackOff } from './back-off.ts';
import { createChannel } from './channel.ts';
import type { FilterSweep } from './filter-sweep.ts';
import { createReadingPlan, type Reading, tailLagMs } from './group-reading.ts';
import { createGroupReport, type GroupsKnown } from './group-report.ts';
import { createLag } from './lag.ts';
import type { GroupDiscovery, GroupsFound, WantedGroup } from './log-group.ts';
import { createTally, inPieces, logLineRecord, type NumberedLine } from './log-line.ts';
import { judgeFailure } from './lookup-failure.ts';
import { readBudget } from './read-budget.ts';
import { createSeenIds, type SeenIds } from './seen-ids.ts';
import type { SourceContext, SourceItem } from './source.ts';
import type { TailItem } from './tail-hub.ts';
import { createUnreadStretches } from './unread.ts';

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
const tickMs = 5_000;
const checkpointEveryMs = 1_000;
const idleCheckpointMs = 30_000;
const deniedMs = 60_000;
const expiredMs = 10_000;
/** Characters that wait for the store before readers wait too; a record counts for a few more than it has. */
const roomFor = 8 * 1024 * 1024;
const recordWeight = 200;
/** Ids that a tail remembers to notice lines that come again. */
const repeatsRemembered = 5_000;
const tries = 3;

/** An update of a tail, its lines numbered. */
type HeardLines = Omit<Extract<TailItem, { type: 'lines' }>, 'lines'> & { readonly lines: readonly NumberedLine[] };

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
  /** What is known of groups that are not read now. */
  const checkpoint = readCheckpoint(context.checkpoint);
  const seen = createSeenIds(100_000);
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
  const lag = createLag();
  const known: GroupsKnown = {
    readings: new Map(),
    shelved: new Map(),
    lag,
    found: undefined,
    discoveryTrouble: undefined,
    trouble: undefined,
    heard: false,
    coveredFrom: Number.POSITIVE_INFINITY,
    coveredTo: Number.NEGATIVE_INFINITY,
  };
  const { readings, shelved } = known;
  const plan = createReadingPlan(aws, region, { pollMs, overlapMs, settleMs, deepMs, deepEveryMs, lookMs: tickMs });
  const { readTo } = plan;
  const tell = createGroupReport({ known, plan, clock: aws, out, since: context.since, overlapMs, settleMs });
  const written = { checkpoint: '', at: Number.NEGATIVE_INFINITY };

  function checkpointNow(everyMs: number): Json | undefined {
    const now = clock.now();
    if (now - written.at < everyMs) return undefined;
    for (const reading of readings.values()) checkpoint.set(reading.group.arn, Math.trunc(readTo(reading)));
    const json = Object.fromEntries(checkpoint);
    const text = JSON.stringify(json);
    if (text === written.checkpoint) return undefined;
    written.checkpoint = text;
    written.at = now;
    return json;
  }

  /** Hands lines on; what it says of how far was read must already hold. `since`: what was ingested before says nothing about delays. */
  function deliver(lines: readonly NumberedLine[], since: number): void {
    const now = aws.now();
    const fresh = lines.filter(({ id, at }) => seen.add(id, at));
    const records = fresh.map((line) => {
      const isNew = line.ingestedAt >= since;
      if (isNew) lag.add(now - line.at);
      return logLineRecord(line, region, isNew && line.at < known.coveredTo && line.at < now - overlapMs);
    });
    const json = checkpointNow(records.length > 0 ? checkpointEveryMs : idleCheckpointMs);
    if (records.length === 0 && json === undefined) return;
    const weight = records.reduce((sum, { text }) => sum + text.length + recordWeight, recordWeight);
    out.push({ type: 'records', records, ...(json === undefined ? {} : { checkpoint: json }) }, weight);
  }

  /** Nothing comes by itself from `from` on. */
  function tear(reading: Reading, from: number, to: number | undefined, why: string): void {
    const now = aws.now();
    reading.unread.add({ from, to, why, tornAt: now, turn: turns });
    reading.deepDueAt = Math.min(reading.deepDueAt, now + deepEveryMs);
    ring('reader');
  }

  function heardTail(
    reading: Reading,
    item: Exclude<TailItem, { type: 'lines' }> | HeardLines,
    sessions: Map<number, SeenIds>,
  ): void {
    switch (item.type) {
      case 'open':
        reading.isTailed = true;
        reading.why = '';
        reading.heardAt = item.at;
        reading.unread.close(item.at);
        ring('reader');
        return;
      case 'lines': {
        const { lines } = item;
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
      const heard =
        item.type === 'lines'
          ? { ...item, lines: await inPieces(item.lines, createTally(Number.POSITIVE_INFINITY)) }
          : item;
      // What still waits in the hub is read otherwise: the group was torn where the last update was heard.
      if (stop.aborted) return;
      heardTail(reading, heard, sessions);
      tell();
    }
  }

  /** Begins to read a group, or reads it in another way from now on. */
  function begin(group: WantedGroup): void {
    const now = aws.now();
    const before = readings.get(group.arn);
    if (before) {
      const wasTail = before.group.tail;
      before.group = group;
      // After it was deleted and made again, a tail has a chance again.
      const isStopped = before.stop.signal.aborted && before.pausedUntil <= now;
      if (wasTail === group.tail && !(group.tail && isStopped)) return;
      before.stop.abort();
      if (before.isTailed)
        before.unread.add({ from: readTo(before), to: undefined, why: 'could not be read', turn: turns });
      before.isTailed = false;
      before.why = '';
      before.deepDueAt = Math.min(before.deepDueAt, now + deepEveryMs);
      if (group.tail) startTail(before);
      return;
    }
    const oldest = now - Math.min(firstMs, Math.max(0, clock.now() - context.since));
    const created = Math.min(now, group.createdAt ?? Number.NEGATIVE_INFINITY);
    const from = Math.min(now, checkpoint.get(group.arn) ?? Math.max(oldest, created));
    known.coveredFrom = Math.min(known.coveredFrom, from);
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
    const ids = reading.unread.list().map(({ id }) => id);
    if (ids.length > 0) shelved.set(arn, ids);
  }

  function found(result: GroupsFound): void {
    const { groups } = result;
    known.found = result;
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
        known.discoveryTrouble = undefined;
        backOffs.discovery.reset();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AwsCallError)) throw error;
        const { state, why, wait } = judgeFailure(error, region, known.heard);
        known.discoveryTrouble = { state, why, ...(state === 'denied' ? { permission: error.operation } : {}) };
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

  function failed(reading: Reading, error: AwsCallError): void {
    const now = aws.now();
    const { state, why, wait } = judgeFailure(error, region, known.heard);
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
    if (state !== 'throttled' || failuresInARow >= tries) known.trouble = { state, why };
  }

  async function read(): Promise<void> {
    for (;;) {
      const now = aws.now();
      const { due, nextAt } = plan.tasks(readings.values(), now, pausedUntil);
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
      const walk = reading.walks.get(of) ?? plan.startWalk(reading, of);
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
      known.heard = true;
      known.trouble = undefined;
      failuresInARow = 0;
      reading.trouble = undefined;
      for (const backOff of [backOffs.throttled, backOffs.trouble, backOffs.stubborn]) backOff.reset();
      for (const { ingestedAt } of page.lines)
        if (ingestedAt <= aws.now()) reading.newestIngested = Math.max(reading.newestIngested, ingestedAt);
      // What an outage held back says nothing about delays.
      const since = of === 'deep' || (!of.isHistory && of.tornAt === undefined) ? reading.beganAt : Infinity;
      if (page.done) plan.ended(reading, of, walk);
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
