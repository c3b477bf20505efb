import { AwsCallError } from '../model/errors.ts';
import type { RawRecord } from '../model/event.ts';
import { createBackOff } from './back-off.ts';
import { createLag, type LookupWindows, windowsFor } from './lag.ts';
import { judgeFailure } from './lookup-failure.ts';
import { createLookupPlan, type LookupTurn, pageSize } from './lookup-plan.ts';
import type { EventTraits } from './lookup-scope.ts';
import { createSeenIds } from './seen-ids.ts';
import type { EventSource, LagFigures, SourceContext, SourceItem } from './source.ts';

/** How often and how far back CloudTrail is asked. Every duration in ms. */
export interface LookupOptions {
  /** Default 10 s: the last minutes. */
  readonly hotMs?: number;
  /** Default 2 min; down to a quarter of it while the sweeps are short. */
  readonly warmMs?: number;
  /** Default 15 min. */
  readonly deepMs?: number;
  /** Default: by the measured delay, from 5 min, 20 min and 2 h up. */
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
const expiredMs = 10_000;
const progressEveryMs = 1_000;
const lagEveryMs = 10_000;
/** Errors of a question, not of the service: asking it again is pointless. */
const badQuestion = /^(?:InvalidLookupAttributes|InvalidParameter|Validation)/;

interface AnsweredEvent extends EventTraits {
  readonly EventId?: string | undefined;
  readonly EventName?: string | undefined;
  readonly EventTime?: Date | undefined;
  readonly CloudTrailEvent?: string | undefined;
}
/** What we read of an answer; whoever answers may not be CloudTrail. */
interface Page {
  readonly Events?: readonly (AnsweredEvent | null)[] | null | undefined;
  readonly NextToken?: unknown;
}

/** Where the event says when it was; some emulators leave `EventTime` out. */
function timeOf({ EventTime, CloudTrailEvent }: AnsweredEvent, otherwise: number): number {
  const told = EventTime instanceof Date ? EventTime.getTime() : Number.NaN;
  if (!Number.isNaN(told)) return told;
  const written = Date.parse(/"eventTime"\s*:\s*"([^"]{1,40})"/.exec(CloudTrailEvent ?? '')?.[1] ?? '');
  return Number.isNaN(written) ? otherwise : written;
}

/**
 * CloudTrail's event history, polled: needs no trail and costs nothing. There is one page a second, so it is read in scopes by their
 * importance, each in overlapping sweeps that find events however late they appear, up to two hours.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function createCloudTrailLookup(options: LookupOptions = {}): EventSource {
  const hotMs = options.hotMs ?? 10_000;
  const warmMs = options.warmMs ?? 2 * 60_000;
  const deepMs = options.deepMs ?? 15 * 60_000;
  const lateAfterMs = options.lateAfterMs ?? 12 * hotMs;
  const random = options.random ?? Math.random;

  async function* read(context: SourceContext): AsyncGenerator<SourceItem, void> {
    const { aws, clock, region, signal, wanted } = context;
    const seen = createSeenIds(options.seenLimit ?? 200_000);
    const lag = createLag();
    const windows = (): LookupWindows => {
      const sized = windowsFor(lag.figures());
      return {
        hotMs: options.hotWindowMs ?? sized.hotMs,
        warmMs: options.warmWindowMs ?? sized.warmMs,
        deepMs: options.deepWindowMs ?? sized.deepMs,
      };
    };
    const plan = createLookupPlan(context, { hotMs, warmMs, deepMs, windows });
    const backOffs = {
      throttled: createBackOff({ firstMs: 1_000, leastMs: 0, mostMs: 30_000 }, random),
      trouble: createBackOff({ firstMs: 2_000, leastMs: 1_000, mostMs: 30_000 }, random),
      stubborn: createBackOff({ firstMs: 5_000, leastMs: 2_500, mostMs: 5 * 60_000 }, random),
    };
    /** Whether this Region has ever answered. */
    let heard = false;
    let shown = '';
    let checkpointed = '';
    let coveredTo = Number.NEGATIVE_INFINITY;
    const told: {
      progress: string;
      firstLoad: 'going' | 'held' | undefined;
      progressAt: number;
      lag: LagFigures | undefined;
      lagAt: number;
    } = {
      progress: '',
      firstLoad: undefined,
      progressAt: Number.NEGATIVE_INFINITY,
      lag: undefined,
      lagAt: Number.NEGATIVE_INFINITY,
    };

    function* state(next: SourceItem & { readonly type: 'state' }, code = ''): Generator<SourceItem> {
      const key = `${next.state} ${code}`;
      if (key === shown) return;
      shown = key;
      yield next;
    }
    // A load that is given up before its first answer is told by no other words.
    const isProgressUntold = () => plan.progress() !== told.progress || plan.firstLoad() !== told.firstLoad;
    /** Progress and lag, where they changed and not too often. */
    function* news(): Generator<SourceItem> {
      const now = clock.now();
      if (Math.abs(now - told.progressAt) >= progressEveryMs && isProgressUntold()) {
        const text = plan.progress();
        const firstLoad = plan.firstLoad();
        told.progress = text;
        told.firstLoad = firstLoad;
        told.progressAt = now;
        yield { type: 'progress', text, ...(firstLoad === undefined ? {} : { firstLoad }) };
      }
      const figures = lag.figures();
      if (figures && figures !== told.lag && Math.abs(now - told.lagAt) >= lagEveryMs) {
        told.lag = figures;
        told.lagAt = now;
        yield { type: 'lag', lag: figures };
      }
    }
    /** Sleeps until something is due or the operator asks for something. */
    async function idle(): Promise<void> {
      const dueInMs = Math.max(1, plan.dueInMs());
      const wake = new AbortController();
      const end = () => wake.abort();
      const unsubscribe = wanted.subscribe(end);
      signal.addEventListener('abort', end, { once: true });
      try {
        await clock.sleep(isProgressUntold() ? Math.min(progressEveryMs, dueInMs) : dueInMs, wake.signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!wake.signal.aborted) throw error;
      } finally {
        unsubscribe();
        signal.removeEventListener('abort', end);
      }
    }

    /** @returns Ms to wait before the next question. */
    function* failed(error: AwsCallError, turn: LookupTurn): Generator<SourceItem, number> {
      if (error.code === 'InvalidNextTokenException') {
        plan.askAnew(turn);
        return 0;
      }
      // Even a refusal tells AWS's time: what was signed and asked with ours can be put right at once.
      if (plan.clockWasWrong(turn)) return 0;
      if (error.reason === 'other' && badQuestion.test(error.code) && plan.refuse(turn, error.code)) return 0;
      const { state: next, why, wait } = judgeFailure(error, region, heard);
      yield* state({ type: 'state', state: next, why, ...(next === 'denied' ? { permission } : {}) }, error.code);
      if (wait === 'denied') return options.deniedMs ?? 60_000;
      return wait === 'expired' ? expiredMs : backOffs[wait].next();
    }

    function* answered(page: Page, turn: LookupTurn): Generator<SourceItem> {
      const events = (Array.isArray(page?.Events) ? page.Events : []).filter(
        (event): event is AnsweredEvent => !!event,
      );
      const appeared = plan.appeared(turn);
      const now = aws.now();
      const records: RawRecord[] = [];
      const times: number[] = [];
      let fresh = 0;
      for (const event of events) {
        const text = typeof event.CloudTrailEvent === 'string' ? event.CloudTrailEvent : '';
        const at = timeOf(event, turn.sweep.to);
        times.push(at);
        // Without an id the record's text is its own.
        if (!seen.add(event.EventId || text || `${event.EventName} ${at}`, at)) continue;
        fresh += 1;
        if (appeared(at)) lag.add(now - at);
        if (text === '') {
          const why = `LookupEvents names ${event.EventName ?? 'an event'} ${event.EventId ?? ''} but gives no record`;
          yield { type: 'gap', id: `${permission} ${event.EventId ?? at}`, from: at, to: at, why };
          continue;
        }
        const late = plan.wasRead(turn, at, event) && at > seen.forgottenTo() && at < now - lateAfterMs;
        records.push({ format: 'cloudtrail', text, region, ...(late ? { late } : {}) });
      }
      plan.answered(turn, {
        events: events.length,
        fresh,
        newest: Math.max(...times),
        oldest: Math.min(...times),
        nextToken: typeof page?.NextToken === 'string' && page.NextToken !== '' ? page.NextToken : undefined,
      });
      const checkpoint = plan.checkpoint();
      const written = JSON.stringify(checkpoint);
      const moved = checkpoint !== undefined && written !== checkpointed;
      if (moved) checkpointed = written;
      // The checkpoint commits with its records.
      if (records.length > 0 || moved) yield { type: 'records', records, ...(moved ? { checkpoint } : {}) };
      const stretch = plan.covered();
      if (stretch && stretch.to > coveredTo) {
        coveredTo = stretch.to;
        yield { type: 'covered', ...stretch, proof: 'pages-ended' };
      }
    }

    yield* state({ type: 'state', state: 'connecting' });
    while (!signal.aborted) {
      const { lookups, held } = wanted.get();
      plan.want(lookups, held);
      yield* news();
      const turn = plan.next();
      if (!turn) {
        await idle();
        continue;
      }
      const { sweep, task } = turn;
      const { attribute } = turn.reading.scope;
      let page: Page;
      try {
        page = (await aws.call(
          'cloudtrail:LookupEvents',
          {
            ...(attribute
              ? { LookupAttributes: [{ AttributeKey: attribute.key, AttributeValue: attribute.value }] }
              : {}),
            StartTime: new Date(sweep.from),
            EndTime: new Date(sweep.to),
            MaxResults: pageSize,
            ...(sweep.nextToken === undefined ? {} : { NextToken: sweep.nextToken }),
          },
          { region, signal, priority: task.lane === 'operator' ? 'operator' : 'background' },
        )) as Page;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof AwsCallError)) throw error;
        const waitMs = yield* failed(error, turn);
        if (waitMs > 0) await clock.sleep(waitMs, signal);
        continue;
      }
      heard = true;
      for (const backOff of Object.values(backOffs)) backOff.reset();
      yield* state({ type: 'state', state: 'polling' });
      yield* answered(page, turn);
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
      'Reads of STS, S3, KMS, Logs and other services are loaded only by pivot, or where the account is quiet enough',
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
