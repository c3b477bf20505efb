import { createHash } from 'node:crypto';
import type { Aws } from '../../src/aws/aws.ts';
import { AwsCallError, type AwsFailure } from '../../src/model/errors.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { LogLine } from '../../src/sources/tail-hub.ts';

/** ARN of a log group in the simulated account. */
export const groupArn = (name: string, region = 'eu-west-1') => `arn:aws:logs:${region}:123456789012:log-group:${name}`;

/** An AWS error as the door gives it. */
export const awsError = (operation: string, reason: AwsFailure, code: string, message = code) =>
  new AwsCallError({ operation, code, message, reason, outcome: reason === 'network' ? 'unknown' : 'refused' });

/** How a line is known: what it is, and its number among equal lines. Computed as the truth does, not as the sources do. */
export function trueIds(lines: readonly LogLine[]): readonly string[] {
  const counts = new Map<string, number>();
  return lines.map(({ group, stream, at, ingestedAt, message }) => {
    const text = [group, stream, at, ingestedAt, message].join('\0');
    const id = createHash('sha256').update(text).digest('hex').slice(0, 32);
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count === 1 ? id : `${id}-${count}`;
  });
}

export interface SimulatedGroup {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface FilterCall {
  readonly at: number;
  readonly group: string;
  readonly from: number;
  readonly to: number;
  readonly token: string | undefined;
}

export interface TailCall {
  readonly at: number;
  readonly groups: readonly string[];
}

/** What goes wrong with one update of a tail. */
export type UpdateFault = 'cut' | 'end' | 'sample' | 'repeat' | undefined;

interface FilterInput {
  readonly logGroupIdentifier: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly nextToken?: string;
}

/**
 * CloudWatch Logs in memory on a clock that the test turns: lines that appear when they are ingested, pages, empty pages, tokens, Live Tail
 * sessions with an update a second, and whatever the functions say goes wrong.
 */
export function simulateLogs(options: {
  readonly clock: Clock;
  /** Changes as the test goes on. */
  readonly groups: readonly SimulatedGroup[];
  /** In the order of their ingestion; may grow. */
  readonly lines: readonly LogLine[];
  readonly pageSize?: number;
  readonly callMs?: number;
  /** How long FilterLogEvents is behind the ingestion, ms. */
  readonly behindMs?: number;
  readonly filterFault?: (call: FilterCall, index: number) => AwsCallError | 'empty' | 'repeat' | undefined;
  readonly tailFault?: (call: TailCall, index: number) => AwsCallError | undefined;
  readonly updateFault?: (at: number, index: number) => UpdateFault;
  /** How Live Tail writes a group. */
  readonly identifier?: (arn: string) => string;
  /** Other operations. */
  readonly answer?: (name: string, input: unknown) => unknown;
}) {
  const { clock, groups, lines, pageSize = 100, callMs = 50, behindMs = 0, identifier = (arn) => arn } = options;
  const filterCalls: FilterCall[] = [];
  const tailCalls: TailCall[] = [];
  const open = new Set<TailCall>();
  let mostOpen = 0;
  let updates = 0;

  async function filter(input: FilterInput, signal: AbortSignal | undefined) {
    await clock.sleep(callMs, signal);
    const call: FilterCall = {
      at: clock.now(),
      group: input.logGroupIdentifier,
      from: input.startTime,
      to: input.endTime,
      token: input.nextToken,
    };
    filterCalls.push(call);
    const fault = options.filterFault?.(call, filterCalls.length - 1);
    if (fault instanceof AwsCallError) throw fault;
    if (!groups.some(({ arn }) => arn === call.group))
      throw awsError('logs:FilterLogEvents', 'not-found', 'ResourceNotFoundException');
    const visible = lines
      .map((line, index) => ({ line, index }))
      .filter(
        ({ line }) =>
          line.group === call.group &&
          line.ingestedAt + behindMs <= clock.now() &&
          line.at >= call.from &&
          line.at <= call.to,
      )
      .sort((a, b) => a.line.at - b.line.at || a.line.ingestedAt - b.line.ingestedAt || a.index - b.index);
    const [question, after = '-1'] = call.token?.split('|') ?? [];
    if (call.token !== undefined && question !== `${call.from} ${call.to}`)
      throw awsError(
        'logs:FilterLogEvents',
        'other',
        'InvalidParameterException',
        'The specified nextToken is invalid.',
      );
    let first = after === '-1' ? 0 : visible.findIndex(({ index }) => index === Number(after)) + 1;
    if (fault === 'empty') return { events: [], nextToken: `${call.from} ${call.to}|${after}` };
    // Pages by position give what has moved a second time.
    if (fault === 'repeat') first = Math.max(0, first - 3);
    const page = visible.slice(first, first + pageSize);
    const last = page.at(-1);
    return {
      events: page.map(({ line, index }) => ({
        eventId: `e${index}`,
        logStreamName: line.stream,
        timestamp: line.at,
        ingestionTime: line.ingestedAt,
        message: line.message,
      })),
      ...(last && first + page.length < visible.length ? { nextToken: `${call.from} ${call.to}|${last.index}` } : {}),
    };
  }

  async function* tail(input: { readonly logGroupIdentifiers: readonly string[] }, signal: AbortSignal) {
    const operation = 'logs:StartLiveTail';
    const call = { at: clock.now(), groups: input.logGroupIdentifiers };
    tailCalls.push(call);
    const fault = options.tailFault?.(call, tailCalls.length - 1);
    try {
      await clock.sleep(callMs, signal);
      if (fault) throw fault;
      open.add(call);
      mostOpen = Math.max(mostOpen, open.size);
      let next = lines.filter(({ ingestedAt }) => ingestedAt <= clock.now()).length;
      yield { sessionStart: { sessionId: 's' } };
      let again: readonly LogLine[] = [];
      for (;;) {
        await clock.sleep(1_000, signal);
        const now = clock.now();
        const fault = options.updateFault?.(now, updates);
        updates += 1;
        if (fault === 'cut') throw awsError(operation, 'network', 'ECONNRESET');
        if (fault === 'end') return;
        const fresh: LogLine[] = [];
        for (let line = lines[next]; line && line.ingestedAt <= now; line = lines[next]) {
          if (call.groups.includes(line.group)) fresh.push(line);
          next += 1;
        }
        const sent = fault === 'sample' ? fresh.slice(1) : [...again, ...fresh];
        again = fault === 'repeat' ? fresh : [];
        yield {
          sessionUpdate: {
            sessionMetadata: { sampled: fault === 'sample' },
            sessionResults: sent.map((line) => ({
              logGroupIdentifier: identifier(line.group),
              logStreamName: line.stream,
              timestamp: line.at,
              ingestionTime: line.ingestedAt,
              message: line.message,
            })),
          },
        };
      }
    } catch (error) {
      if (error instanceof AwsCallError) throw error;
      throw awsError(operation, 'aborted', 'Aborted');
    } finally {
      open.delete(call);
    }
  }

  const aws = {
    now: () => clock.now(),
    async call(name: string, input: unknown, callOptions: { readonly signal?: AbortSignal } = {}) {
      try {
        const own = options.answer?.(name, input);
        if (own instanceof AwsCallError) throw own;
        if (own !== undefined) return own;
        if (name === 'logs:FilterLogEvents') return await filter(input as FilterInput, callOptions.signal);
        if (name === 'logs:DescribeLogGroups') {
          const { logGroupNamePrefix } = input as { readonly logGroupNamePrefix: string };
          return {
            logGroups: groups
              .filter((group) => group.name.startsWith(logGroupNamePrefix))
              .map(({ arn, name: logGroupName, createdAt }) => ({
                arn: `${arn}:*`,
                logGroupArn: arn,
                logGroupName,
                creationTime: createdAt,
              })),
          };
        }
      } catch (error) {
        if (error instanceof AwsCallError) throw error;
        throw awsError(name, 'aborted', 'Aborted');
      }
      throw new Error(`${name} is not simulated`);
    },
    stream: (_name: string, input: never, { signal }: { readonly signal: AbortSignal }) => tail(input, signal),
  } as unknown as Aws;
  return {
    aws,
    filterCalls,
    tailCalls,
    openSessions: () => open.size,
    mostOpen: () => mostOpen,
  };
}
