import type { Aws } from '../aws/aws.ts';
import { AwsCallError } from '../model/errors.ts';
import type { RawRecord } from '../model/event.ts';
import type { Clock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import type { EventSource, SourceState } from '../sources/source.ts';
import type { SourceStatus } from './snapshot.ts';

const reasonState: { readonly [reason: string]: SourceState } = {
  denied: 'denied',
  throttled: 'throttled',
  expired: 'expired',
  network: 'unreachable',
};

/**
 * Reads one source in one Region until the signal aborts: hands its records on, keeps its status, and starts it again after a failure
 * (1, 2, 4 … 30 s, so that a network that comes back is noticed soon). Never throws.
 */
export async function followSource(options: {
  readonly source: EventSource;
  readonly aws: Aws;
  readonly clock: Clock;
  readonly region: string;
  readonly since: number;
  /** Where an earlier session stopped reading. */
  readonly checkpoint?: Json;
  readonly signal: AbortSignal;
  readonly push: (records: readonly RawRecord[], checkpoint?: Json) => Promise<void>;
  readonly publish: (status: SourceStatus) => void;
  readonly failed: (error: unknown) => void;
}): Promise<void> {
  const { source, clock, signal, publish } = options;
  let status: SourceStatus = {
    id: source.id,
    title: source.title,
    region: options.region,
    state: 'connecting',
    why: '',
    permission: '',
    coveredTo: undefined,
    gaps: [],
    blindSpots: source.blindSpots,
    lagMs: source.lagMs,
  };
  const update = (change: Partial<SourceStatus>) => {
    status = { ...status, ...change };
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
        clock,
        region: options.region,
        since: options.since,
        ...(checkpoint === undefined ? {} : { checkpoint }),
        signal,
      })) {
        if (item.type === 'records') {
          failures = 0;
          await options.push(item.records, item.checkpoint);
          checkpoint = item.checkpoint ?? checkpoint;
        } else if (item.type === 'covered') {
          update({ coveredTo: Math.max(status.coveredTo ?? 0, item.to) });
        } else if (item.type === 'state') {
          update({ state: item.state, why: item.why ?? '', permission: item.permission ?? '' });
        } else if (item.type === 'gap') {
          update({ gaps: [...status.gaps, { id: item.id, from: item.from, to: item.to, why: item.why }] });
        } else {
          update({ gaps: status.gaps.filter((gap) => gap.id !== item.id) });
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
