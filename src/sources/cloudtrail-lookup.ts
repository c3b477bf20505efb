import { AwsCallError } from '../model/errors.ts';
import type { RawRecord } from '../model/event.ts';
import type { Json } from '../shared/json.ts';
import { createBackOff } from './back-off.ts';
import { createCoverage } from './coverage.ts';
import { nextDue, nextSweep, type SweepPlan } from './lookup-sweep.ts';
import { createSeenIds } from './seen-ids.ts';
import type { EventSource, SourceContext, SourceItem, SourceState } from './source.ts';

/** How often and how far back CloudTrail is asked. Every duration in ms. */
export interface LookupOptions {
  /** Default 10 s: the last minutes. */
  readonly hotMs?: number;
  /** Default 2 min. */
  readonly warmMs?: number;
  /** Default 15 min. */
  readonly deepMs?: number;
  /** Default 5 min, 20 min, 2 h. */
  readonly hotWindowMs?: number;
  readonly warmWindowMs?: number;
  readonly deepWindowMs?: number;
  /**
   * How old an event must be, when it is first seen inside a covered stretch, to count as late. Nearly every event appears minutes
   * after its time, inside the window of some earlier sweep: without an allowance all would be "late". Default 12 × `hotMs`: 2 min.
   */
  readonly lateAfterMs?: number;
  /** How long we wait before asking again without permission. Default 60 s. */
  readonly deniedMs?: number;
  /** How many event ids are remembered. Default 200,000, about 20 MB. */
  readonly seenLimit?: number;
  /** Draws the jitter; from 0 to 1. */
  readonly random?: () => number;
}

const permission = 'cloudtrail:LookupEvents';
/** CloudTrail's limit. */
const pageSize = 50;
const expiredMs = 10_000;
const maxRestartMs = 60_000;

/** What we read of an answer. */
interface Page {
  readonly Events?:
    | readonly {
        readonly EventId?: string | undefined;
        readonly EventName?: string | undefined;
        readonly EventTime?: Date | undefined;
        readonly CloudTrailEvent?: string | undefined;
      }[]
    | undefined;
  readonly NextToken?: string | undefined;
}

/** `{from, to}`: everything between was read and stored. */
function readCheckpoint(checkpoint: Json | undefined): { readonly from: number; readonly to: number } | undefined {
  if (typeof checkpoint !== 'object' || checkpoint === null || Array.isArray(checkpoint)) return undefined;
  const { from, to } = checkpoint as { readonly [key: string]: Json | undefined };
  return typeof from === 'number' && typeof to === 'number' && from <= to ? { from, to } : undefined;
}

/**
 * CloudTrail's event history, polled: needs no trail and costs nothing. Three overlapping sweeps find events however late they appear,
 * up to two hours. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function createCloudTrailLookup(options: LookupOptions = {}): EventSource {
  const hotMs = options.hotMs ?? 10_000;
  const lateAfterMs = options.lateAfterMs ?? 12 * hotMs;
  const deepWindowMs = options.deepWindowMs ?? 2 * 60 * 60_000;
  const random = options.random ?? Math.random;

  async function* read(context: SourceContext): AsyncGenerator<SourceItem, void> {
    const { aws, clock, region, since, signal } = context;
    const seen = createSeenIds(options.seenLimit ?? 200_000);
    const covered = createCoverage();
    const throttling = createBackOff({ firstMs: 1_000, leastMs: 0, mostMs: 30_000 }, random);
    const trouble = createBackOff({ firstMs: 2_000, leastMs: 1_000, mostMs: 30_000 }, random);
    const saved = readCheckpoint(context.checkpoint);
    // Up to the checkpoint only what appeared late since is missing; but not when the operator now wants to see further back.
    const start = saved && saved.from <= since ? Math.max(since, Math.min(saved.to, aws.now()) - deepWindowMs) : since;
    // What a new checkpoint may claim: the old stretch too, but only when the new one touches it.
    const claimed = saved && saved.from <= since && start <= saved.to ? saved.from : since;
    const started = clock.now();
    const plan = (name: SweepPlan['name'], everyMs: number, windowMs: number, dueAt: number): SweepPlan => ({
      name,
      everyMs,
      windowMs,
      stopsAtKnown: name === 'hot',
      dueAt,
      servedAt: 0,
      restarts: 0,
      current: undefined,
    });
    const warmMs = options.warmMs ?? 2 * 60_000;
    const plans = [
      plan('hot', hotMs, options.hotWindowMs ?? 5 * 60_000, started + hotMs),
      plan('warm', warmMs, options.warmWindowMs ?? 20 * 60_000, started + warmMs),
      // Its first run is the first sweep of all: from `start`, at once.
      plan('deep', options.deepMs ?? 15 * 60_000, deepWindowMs, started),
    ];
    let pages = 0;
    let shown: SourceState | undefined;
    const state = function* (next: SourceState, why?: string): Generator<SourceItem> {
      if (next === shown) return;
      shown = next;
      yield {
        type: 'state',
        state: next,
        ...(why ? { why } : {}),
        ...(next === 'denied' ? { permission } : {}),
      };
    };
    const begin = (sweep: SweepPlan) => {
      const to = aws.now();
      // After hours without an answer the windows alone would leave a hole.
      const reach = Math.min(to, covered.reachFrom(start) ?? start);
      const from = sweep.name === 'deep' ? reach - sweep.windowMs : to - sweep.windowMs;
      sweep.current = { from: Math.max(start, from), to, nextToken: undefined };
      sweep.dueAt = clock.now() + sweep.everyMs;
    };

    yield* state('connecting');
    while (!signal.aborted) {
      const sweep = nextSweep(plans, clock.now());
      if (!sweep) {
        await clock.sleep(Math.max(1, nextDue(plans) - clock.now()), signal);
        continue;
      }
      if (!sweep.current) begin(sweep);
      const current = sweep.current;
      if (!current) continue;
      pages += 1;
      sweep.servedAt = pages;
      let page: Page;
      try {
        page = await aws.call(
          'cloudtrail:LookupEvents',
          {
            StartTime: new Date(current.from),
            EndTime: new Date(current.to),
            MaxResults: pageSize,
            ...(current.nextToken === undefined ? {} : { NextToken: current.nextToken }),
          },
          { region, signal, priority: 'background' },
        );
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof AwsCallError)) throw error;
        if (error.code === 'InvalidNextTokenException') {
          // Tokens have an undocumented life. What was read is known: reading it again delivers nothing twice.
          sweep.current = undefined;
          sweep.dueAt = clock.now() + (sweep.restarts === 0 ? 0 : Math.min(maxRestartMs, 1_000 * 2 ** sweep.restarts));
          sweep.restarts += 1;
          continue;
        }
        let waitMs: number;
        if (error.reason === 'throttled') {
          yield* state('throttled', error.message);
          waitMs = throttling.next();
        } else if (error.reason === 'denied') {
          yield* state('denied', error.message);
          waitMs = options.deniedMs ?? 60_000;
        } else if (error.reason === 'expired') {
          yield* state('expired', error.message);
          waitMs = expiredMs;
        } else if (error.reason === 'network' || (error.reason === 'other' && error.outcome === 'unknown')) {
          yield* state('unreachable', error.message);
          waitMs = trouble.next();
        } else {
          throw error;
        }
        await clock.sleep(waitMs, signal);
        continue;
      }
      throttling.reset();
      trouble.reset();
      yield* state('polling');

      const records: RawRecord[] = [];
      const gaps: SourceItem[] = [];
      const answered = page.Events ?? [];
      let fresh = 0;
      for (const event of answered) {
        const text = event.CloudTrailEvent;
        const at = event.EventTime?.getTime() ?? current.to;
        // Without an id the record's text is its own.
        if (!seen.add(event.EventId ?? text ?? `${event.EventName} ${at}`, at)) continue;
        fresh += 1;
        if (!text) {
          const why = `LookupEvents names ${event.EventName ?? 'an event'} ${event.EventId ?? ''} but gives no record`;
          gaps.push({ type: 'gap', id: `${permission} ${event.EventId ?? at}`, from: at, to: at, why });
          continue;
        }
        const late = covered.has(at) && at > seen.forgottenTo() && at < aws.now() - lateAfterMs;
        records.push({ format: 'cloudtrail', text, region, ...(late ? { late } : {}) });
      }
      yield* gaps;

      if (page.NextToken) {
        current.nextToken = page.NextToken;
        if (records.length > 0) yield { type: 'records', records };
        // Not the end of the stretch, so it says nothing about coverage.
        if (sweep.stopsAtKnown && answered.length > 0 && fresh === 0) sweep.current = undefined;
        continue;
      }
      sweep.restarts = 0;
      sweep.current = undefined;
      covered.add(current.from, current.to);
      const reach = covered.reachFrom(start);
      const checkpoint: Json | undefined = reach === undefined ? undefined : { from: claimed, to: reach };
      // The checkpoint commits with its records. A quiet hot sweep is not worth a write of its own.
      if (records.length > 0 || (checkpoint && sweep.name !== 'hot')) {
        yield { type: 'records', records, ...(checkpoint ? { checkpoint } : {}) };
      }
      yield { type: 'covered', from: current.from, to: current.to, proof: 'pages-ended' };
    }
  }

  return {
    id: 'cloudtrail-lookup',
    title: 'CloudTrail event history',
    lagMs: 5 * 60_000,
    settles: true,
    everywhere: true,
    blindSpots: [
      'Data events (InvokeEndpoint, S3 objects) are not in the event history: they need a trail',
      'Events that appear more than two hours after their time are not found',
      'Only this Region: IAM, sign-in and global STS events lie in the global Region of the partition',
      'At most 90 days back, at most 50 events a second',
    ],
    references: [
      'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html',
      'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html',
    ],
    async *read(context) {
      try {
        yield* read(context);
      } catch (error) {
        // A wait that the signal ended is how a source stops.
        if (!context.signal.aborted) throw error;
      }
    },
  };
}

/** With the intervals that suit a real account. */
export default createCloudTrailLookup();
