import type { Aws } from '../aws/aws.ts';
import { AwsCallError } from '../model/errors.ts';
import type { RawRecord } from '../model/event.ts';
import type { MetricSeries } from '../model/metric.ts';
import { type Clock, steadyClock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import type { Observable } from '../shared/observable.ts';
import type { EventSource, SourceContext, SourceState, Wanted } from '../sources/source.ts';
import type { TailHub } from '../sources/tail-hub.ts';
import type { SourceStatus } from './snapshot.ts';

const reasonState: { readonly [reason: string]: SourceState } = {
  denied: 'denied',
  throttled: 'throttled',
  expired: 'expired',
  network: 'unreachable',
};

/** In these it is read, or there is nothing to read. */
const reads: ReadonlySet<SourceState> = new Set(['live', 'polling', 'throttled', 'idle']);

/**
 * Reads one source in one Region until the signal aborts: hands its records on, keeps its status, and starts it again after a failure
 * (1, 2, 4 … 30 s, so that a network that comes back is noticed soon). Never throws.
 */
export async function followSource(options: {
  readonly source: EventSource;
  readonly aws: Aws;
  readonly clock: Clock;
  readonly region: string;
  readonly part: SourceContext['part'];
  readonly profile: string;
  /** Account behind the door, once AWS has said. */
  readonly account: () => string;
  readonly wanted: Observable<Wanted>;
  readonly tails?: TailHub;
  readonly since: number;
  /** Where an earlier session stopped reading. */
  readonly checkpoint?: Json;
  readonly signal: AbortSignal;
  readonly push: (records: readonly RawRecord[], checkpoint?: Json) => Promise<void>;
  readonly publish: (status: SourceStatus) => void;
  readonly measured: (series: readonly MetricSeries[], chargedRequests: number) => void;
  readonly failed: (error: unknown) => void;
}): Promise<void> {
  const { source, clock, signal, publish } = options;
  const steady = steadyClock(clock);
  let status: SourceStatus = {
    id: source.id,
    title: source.title,
    account: options.account(),
    profile: options.profile,
    region: options.region,
    state: 'connecting',
    why: '',
    permission: '',
    coveredTo: undefined,
    gaps: [],
    blindSpots: source.blindSpots,
    alarm: '',
    stoppedAt: undefined,
    lagMs: source.lagMs,
    lag: undefined,
    progress: '',
    firstLoad: undefined,
    watching: [],
    gapsFilled: 0,
    records: 0,
    heardAt: undefined,
  };
  const update = (change: Partial<SourceStatus>) => {
    const { state = status.state } = change;
    let { stoppedAt } = status;
    if (reads.has(state)) stoppedAt = undefined;
    else if (reads.has(status.state) && state !== 'ended') stoppedAt = clock.now();
    status = { ...status, account: options.account(), ...change, stoppedAt };
    publish(status);
  };
  let failures = 0;
  // A restart goes on where the last whole sweep ended; what the checkpoint means is the source's affair.
  let { checkpoint } = options;
  publish(status);
  while (!signal.aborted) {
    try {
      for await (const item of source.read({
        aws: options.aws,
        // They pace themselves by it; times of events are AWS's.
        clock: steady,
        region: options.region,
        part: options.part,
        since: options.since,
        wanted: options.wanted,
        ...(options.tails ? { tails: options.tails } : {}),
        ...(checkpoint === undefined ? {} : { checkpoint }),
        signal,
      })) {
        const heardAt = clock.now();
        switch (item.type) {
          case 'records':
            failures = 0;
            await options.push(item.records, item.checkpoint);
            checkpoint = item.checkpoint ?? checkpoint;
            update({ heardAt, records: status.records + item.records.length });
            break;
          case 'covered':
            update({ heardAt, coveredTo: Math.max(status.coveredTo ?? 0, item.to) });
            break;
          case 'state':
            update({ heardAt, state: item.state, why: item.why ?? '', permission: item.permission ?? '' });
            break;
          case 'gap': {
            const gap = { id: item.id, from: item.from, to: item.to, why: item.why };
            update({ heardAt, gaps: [...status.gaps.filter(({ id }) => id !== item.id), gap] });
            break;
          }
          case 'gap-filled': {
            const gaps = status.gaps.filter(({ id }) => id !== item.id);
            update({ heardAt, gaps, gapsFilled: status.gapsFilled + status.gaps.length - gaps.length });
            break;
          }
          case 'progress':
            update({ heardAt, progress: item.text, firstLoad: item.firstLoad });
            break;
          case 'lag':
            update({ heardAt, lag: item.lag });
            break;
          case 'watching':
            update({ heardAt, watching: item.what });
            break;
          case 'blind-spots':
            update({ heardAt, blindSpots: [...source.blindSpots, ...item.sentences], alarm: item.alarm ?? '' });
            break;
          case 'metrics':
            options.measured(item.series, item.chargedRequests);
            update({ heardAt });
        }
      }
      if (signal.aborted) return;
      update({ state: 'ended', why: 'the source ended' });
      return;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (error instanceof AwsCallError) {
        update({
          state: reasonState[error.reason] ?? 'unreachable',
          why: error.message,
          permission: error.reason === 'denied' ? error.operation : '',
        });
      } else {
        update({ state: 'unreachable', why: error instanceof Error ? error.message : String(error) });
      }
      options.failed(error);
      const waitMs = Math.min(30_000, 1_000 * 2 ** Math.min(failures - 1, 5));
      await clock.sleep(waitMs, signal).catch(() => undefined); // Aborted: the loop's condition ends it.
    }
  }
}
