import { createHash } from 'node:crypto';
import type { Schedule } from './schedule.ts';
import type { TrueRecord, Truth } from './truth.ts';

/** One line of a log stream. */
export interface LogEvent {
  readonly eventId: string;
  readonly stream: string;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** A log group of the simulated account. */
export interface LogGroup {
  readonly region: string;
  readonly name: string;
  /** Without `:*`. */
  readonly arn: string;
  readonly createdAt: number;
  retentionInDays: number | undefined;
  /** In the order of ingestion. */
  readonly events: LogEvent[];
  readonly streams: Map<
    string,
    { readonly createdAt: number; firstAt: number; lastAt: number; lastIngestedAt: number }
  >;
}

/** Told of every line as it is ingested: Live Tail sessions. */
export type LogListener = (group: LogGroup, events: readonly LogEvent[]) => void;

/**
 * What a watcher can know a line by, since Live Tail gives no id: SHA-256 over `group ARN, stream, timestamp, ingestion time, message`,
 * NUL between them, 32 hexadecimal digits; equal lines get `-2`, `-3` … in their order.
 */
export const logLineId = (group: string, event: LogEvent): string =>
  createHash('sha256')
    .update([group, event.stream, event.timestamp, event.ingestionTime, event.message].join('\0'))
    .digest('hex')
    .slice(0, 32);

/** How many lines a group keeps: the range may run for days. */
const mostEvents = 200_000;

/** CloudWatch Logs of the simulated account. */
export class LogGroups {
  readonly #account: string;
  readonly #schedule: Schedule;
  readonly #truth: Truth;
  readonly #groups = new Map<string, LogGroup>();
  readonly #listeners = new Set<LogListener>();
  /** Digests of the last moments, with how often each came: equal lines of one millisecond are legal. */
  #twins = new Map<string, number>();
  #sequence = 0;

  constructor(account: string, schedule: Schedule, truth: Truth) {
    this.#account = account;
    this.#schedule = schedule;
    this.#truth = truth;
  }

  /** Makes the group unless it is there. */
  create(region: string, name: string): LogGroup {
    const key = `${region} ${name}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = {
        region,
        name,
        arn: `arn:aws:logs:${region}:${this.#account}:log-group:${name}`,
        createdAt: this.#schedule.now,
        retentionInDays: undefined,
        events: [],
        streams: new Map(),
      };
      this.#groups.set(key, group);
    }
    return group;
  }

  /** By name or ARN. */
  find(region: string, nameOrArn: string): LogGroup | undefined {
    const name = /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:(.+?)(?::\*)?$/.exec(nameOrArn)?.[1] ?? nameOrArn;
    return this.#groups.get(`${region} ${name}`);
  }

  list(region: string): readonly LogGroup[] {
    return [...this.#groups.values()]
      .filter((group) => group.region === region)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  remove(group: LogGroup): void {
    this.#groups.delete(`${group.region} ${group.name}`);
  }

  /**
   * Ingests lines now; the group and stream are made where they are missing.
   *
   * @param truth How each line stands in the truth file: a log line by its digest, an EventBridge event or CloudTrail record by its own
   *   id, or not at all (it was published by another route before).
   */
  put(
    region: string,
    name: string,
    stream: string,
    lines: readonly {
      readonly timestamp: number;
      readonly message: string;
      readonly truth?: Pick<TrueRecord, 'kind' | 'id'> | 'none';
    }[],
  ): void {
    const group = this.create(region, name);
    const now = Math.trunc(this.#schedule.now);
    const known = group.streams.get(stream) ?? { createdAt: now, firstAt: Infinity, lastAt: 0, lastIngestedAt: now };
    group.streams.set(stream, known);
    known.lastIngestedAt = now;
    const events = lines.map(({ timestamp, message, truth }): LogEvent => {
      this.#sequence += 1;
      known.firstAt = Math.min(known.firstAt, timestamp);
      known.lastAt = Math.max(known.lastAt, timestamp);
      const event = {
        // AWS's are 56 digits; that they grow with time is all that anybody may count on.
        eventId: `${String(now).padStart(26, '3')}${String(this.#sequence).padStart(30, '0')}`,
        stream,
        timestamp: Math.trunc(timestamp),
        ingestionTime: now,
        message,
      };
      if (truth !== 'none') {
        const mark = truth ?? { kind: 'cloudwatch-logs' as const, id: this.#numbered(logLineId(group.arn, event)) };
        this.#truth.write({ ...mark, time: event.timestamp, publishedAt: now, route: name });
      }
      return event;
    });
    group.events.push(...events);
    if (group.events.length > mostEvents) group.events.splice(0, group.events.length - mostEvents);
    for (const listener of this.#listeners) listener(group, events);
  }

  /** @returns Ends the listening. */
  listen(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #numbered(id: string): string {
    const count = (this.#twins.get(id) ?? 0) + 1;
    if (this.#twins.size > 50_000) this.#twins = new Map();
    this.#twins.set(id, count);
    return count === 1 ? id : `${id}-${count}`;
  }
}
