import type { Aws } from '../../src/aws/aws.ts';
import { AwsCallError, type AwsFailure } from '../../src/model/errors.ts';
import type { Clock } from '../../src/shared/clock.ts';

/** An event of the truth: when it happened and when CloudTrail shows it. */
export interface TrueEvent {
  readonly id: string;
  readonly at: number;
  readonly visibleAt: number;
  readonly withoutRecord?: boolean;
}

export interface LookupCall {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly token: string | undefined;
}

/** An AWS error as the door gives it. */
export const awsError = (reason: AwsFailure, code: string, outcome: 'refused' | 'unknown' = 'refused') =>
  new AwsCallError({ operation: 'cloudtrail:LookupEvents', code, message: code, reason, outcome });

/**
 * CloudTrail's event history in memory, with a clock that only sleeping and calling move: lag, disorder, pages, tokens that belong to
 * their question, and whatever `disturb` throws.
 */
export function simulateTrail(options: {
  readonly start: number;
  readonly events: readonly TrueEvent[];
  readonly pageSize?: number;
  readonly callMs?: number;
  /** Pages by position, as a service does that does not care for what arrives in between: events repeat across pages. */
  readonly byPosition?: boolean;
  readonly disturb?: (call: LookupCall, index: number) => AwsCallError | undefined;
}) {
  const { events, pageSize = 50, callMs = 300 } = options;
  let now = options.start;
  const calls: LookupCall[] = [];
  const clock: Clock = {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      await null;
      signal?.throwIfAborted();
    },
  };
  const lookUp = async (
    input: { StartTime: Date; EndTime: Date; NextToken?: string; MaxResults: number },
    signal: AbortSignal | undefined,
  ) => {
    now += callMs;
    await null;
    if (signal?.aborted) throw awsError('aborted', 'Aborted');
    const from = input.StartTime.getTime();
    const to = input.EndTime.getTime();
    const call = { at: now, from, to, token: input.NextToken };
    const trouble = options.disturb?.(call, calls.length);
    calls.push(call);
    if (trouble) throw trouble;
    const visible = events
      .filter((event) => event.visibleAt <= now && event.at >= from && event.at <= to)
      .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
    let first = 0;
    if (input.NextToken) {
      const [tokenFrom, tokenTo, position, last] = input.NextToken.split('|');
      if (Number(tokenFrom) !== from || Number(tokenTo) !== to) throw awsError('other', 'InvalidNextTokenException');
      const lastIndex = visible.findIndex((event) => event.id === last);
      first = options.byPosition ? Number(position) : lastIndex + 1;
    }
    const page = visible.slice(first, first + Math.min(pageSize, input.MaxResults));
    const end = first + page.length;
    return {
      Events: page.map((event) => ({
        EventId: event.id,
        EventName: 'CreateEndpoint',
        EventTime: new Date(event.at),
        ...(event.withoutRecord ? {} : { CloudTrailEvent: JSON.stringify({ eventID: event.id, at: event.at }) }),
      })),
      ...(end < visible.length ? { NextToken: [from, to, end, page.at(-1)?.id].join('|') } : {}),
    };
  };
  const aws = {
    now: () => now,
    call: (name: string, input: never, callOptions?: { signal?: AbortSignal }) => {
      if (name !== 'cloudtrail:LookupEvents') throw new Error(name);
      return lookUp(input, callOptions?.signal);
    },
  } as unknown as Aws;
  return { aws, clock, calls };
}
