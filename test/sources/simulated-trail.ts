import type { Aws } from '../../src/aws/aws.ts';
import { AwsCallError, type AwsFailure } from '../../src/model/errors.ts';
import type { Clock } from '../../src/shared/clock.ts';

/** An event of the truth: when it happened and when CloudTrail shows it. */
export interface TrueEvent {
  readonly id: string;
  readonly at: number;
  readonly visibleAt: number;
  /** `sagemaker`; that is the default. */
  readonly service?: string;
  /** Default: a write. */
  readonly readOnly?: boolean;
  readonly accessKeyId?: string;
  readonly withoutRecord?: boolean;
}

export interface LookupCall {
  /** Epoch ms at which it was answered. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly token: string | undefined;
  /** `EventSource=sagemaker.amazonaws.com`; empty without an attribute. */
  readonly attribute: string;
  readonly priority: string | undefined;
}

/** An AWS error as the door gives it. */
export const awsError = (
  reason: AwsFailure,
  code: string,
  outcome: 'refused' | 'unknown' = 'refused',
  message = code,
) => new AwsCallError({ operation: 'cloudtrail:LookupEvents', code, message, reason, outcome });

/** CloudTrail's names of the attributes, and what an event has there. */
const attributes: { readonly [key: string]: (event: TrueEvent) => string | undefined } = {
  AccessKeyId: ({ accessKeyId }) => accessKeyId,
  EventSource: ({ service = 'sagemaker' }) => `${service}.amazonaws.com`,
  ReadOnly: ({ readOnly = false }) => String(readOnly),
};

interface Input {
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly MaxResults: number;
  readonly NextToken?: string;
  readonly LookupAttributes?: readonly { readonly AttributeKey: string; readonly AttributeValue: string }[];
}

/**
 * CloudTrail's event history in memory, with a clock that only sleeping and calling move: lag, disorder, pages, attributes, tokens that
 * belong to their question and end, and whatever `disturb` throws.
 */
export function simulateTrail(options: {
  readonly start: number;
  readonly events: readonly TrueEvent[];
  readonly pageSize?: number;
  readonly callMs?: number;
  /** Pages by position, as a service does that does not care for what arrives in between: events repeat across pages. */
  readonly byPosition?: boolean;
  /** How long a token is good, ms. */
  readonly tokenMs?: number;
  readonly disturb?: (call: LookupCall, index: number) => AwsCallError | undefined;
  /** What an answer says instead. */
  readonly answer?: (call: LookupCall, index: number) => unknown;
  /** How far our clock is ahead of AWS's, ms; AWS's is learned from its first answer. */
  readonly aheadMs?: number;
}) {
  const { pageSize = 50, callMs = 300, tokenMs = Number.POSITIVE_INFINITY, aheadMs = 0 } = options;
  const events = options.events.toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  /** AWS's. */
  let now = options.start;
  let learned = aheadMs === 0;
  let inFlight = 0;
  const calls: LookupCall[] = [];
  const alarms: { readonly at: number; readonly ring: () => void }[] = [];
  const pass = (until: number, stopped: () => boolean = () => false) => {
    while (!stopped()) {
      const next = alarms.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) {
        now = Math.max(now, until);
        return;
      }
      alarms.splice(alarms.indexOf(next), 1);
      now = Math.max(now, next.at);
      next.ring();
    }
  };
  const clock: Clock = {
    now: () => now + aheadMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      pass(now + ms, () => signal?.aborted === true);
      await null;
      signal?.throwIfAborted();
    },
  };
  const lookUp = async (input: Input, callOptions: { readonly signal?: AbortSignal; readonly priority?: string }) => {
    inFlight += 1;
    if (inFlight > 1) throw new Error('more than one request in flight');
    pass(now + callMs);
    await null;
    inFlight -= 1;
    if (callOptions.signal?.aborted) throw awsError('aborted', 'Aborted');
    learned = true;
    const from = input.StartTime.getTime();
    const to = input.EndTime.getTime();
    if (from > to) throw awsError('other', 'InvalidTimeRangeException');
    const [asked] = input.LookupAttributes ?? [];
    const attribute = asked ? `${asked.AttributeKey}=${asked.AttributeValue}` : '';
    const call = { at: now, from, to, token: input.NextToken, attribute, priority: callOptions.priority };
    const index = calls.push(call) - 1;
    const trouble = options.disturb?.(call, index);
    if (trouble) throw trouble;
    const odd = options.answer?.(call, index);
    if (odd !== undefined) return odd;
    const valueIn = asked && attributes[asked.AttributeKey];
    if (asked && !valueIn) throw awsError('other', 'InvalidLookupAttributesException');
    const visible = events.filter(
      (event) =>
        event.visibleAt <= now &&
        event.at >= from &&
        event.at <= to &&
        (!valueIn || valueIn(event) === asked?.AttributeValue),
    );
    let first = 0;
    if (input.NextToken) {
      const [question, position, last, madeAt] = input.NextToken.split('|');
      if (question !== `${from} ${to} ${attribute}` || now - Number(madeAt) > tokenMs)
        throw awsError('other', 'InvalidNextTokenException');
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
        EventSource: attributes.EventSource?.(event),
        ReadOnly: attributes.ReadOnly?.(event),
        ...(event.withoutRecord ? {} : { CloudTrailEvent: JSON.stringify({ eventID: event.id, at: event.at }) }),
      })),
      ...(end < visible.length ? { NextToken: `${from} ${to} ${attribute}|${end}|${page.at(-1)?.id}|${now}` } : {}),
    };
  };
  const aws = {
    now: () => (learned ? now : now + aheadMs),
    call: (name: string, input: never, callOptions: object = {}) => {
      if (name !== 'cloudtrail:LookupEvents') throw new Error(name);
      return lookUp(input, callOptions);
    },
  } as unknown as Aws;
  return {
    aws,
    clock,
    calls,
    /** AWS's time, epoch ms. */
    now: () => now,
    /** Runs `ring` when the clock passes `at`. */
    alarm(at: number, ring: () => void) {
      alarms.push({ at, ring });
    },
  };
}
