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
  /** By timestamp, then ingestion time, then id, as the reading operations give them. */
  readonly events: LogEvent[];
  readonly streams: Map<string, LogStream>;
}

/** A log stream; times are epoch ms. */
export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** `Infinity` and 0 while it is empty. */
  firstAt: number;
  lastAt: number;
  lastIngestedAt: number;
  /** What DescribeLogStreams says of the last line: AWS brings it up to date within the hour. */
  shownLastAt: number;
  shownSince: number;
}

/** Where a line stands in its group. */
export type LogPosition = Pick<LogEvent, 'timestamp' | 'ingestionTime' | 'eventId'>;

/** Negative: the first stands before the second. */
export const comparePositions = (a: LogPosition, b: LogPosition): number =>
  a.timestamp - b.timestamp ||
  a.ingestionTime - b.ingestionTime ||
  (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0);

/** How many lines stand before (`false`) or up to (`true`) the position. */
export function countBefore(events: readonly LogEvent[], position: LogPosition, included: boolean): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = comparePositions(events[middle] as LogEvent, position);
    if (order < 0 || (included && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place before every line of that time. */
export const beginningOf = (timestamp: number): LogPosition => ({ timestamp, ingestionTime: -1, eventId: '' });

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

/** How much a group keeps, in lines and in characters: the range may run for days. */
const mostEvents = 200_000;
const mostCharacters = 128 * 1024 * 1024;
/** How long DescribeLogStreams may be behind, ms of the account's time. */
const shownAfterMs = 3_600_000;

/** CloudWatch Logs of the simulated account. */
export class LogGroups {
  readonly #account: string;
  readonly #schedule: Schedule;
  readonly #truth: Truth;
  readonly #groups = new Map<string, LogGroup>();
  readonly #sizes = new WeakMap<LogGroup, number>();
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

  /** By name, or by the ARN of a group of this account in this Region. */
  find(region: string, nameOrArn: string): LogGroup | undefined {
    const arn = /^arn:[^:]*:logs:([^:]*):([^:]*):log-group:(.+?)(?::\*)?$/.exec(nameOrArn);
    if (arn && (arn[1] !== region || arn[2] !== this.#account)) return undefined;
    return this.#groups.get(`${region} ${arn?.[3] ?? nameOrArn}`);
  }

  list(region: string): readonly LogGroup[] {
    return [...this.#groups.values()]
      .filter((group) => group.region === region)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Days after which lines expire, by Region and group, where they do. */
  retention(): { readonly [group: string]: number } {
    return Object.fromEntries(
      [...this.#groups].flatMap(([key, { retentionInDays }]) =>
        retentionInDays === undefined ? [] : [[key, retentionInDays]],
      ),
    );
  }

  remove(group: LogGroup): void {
    this.#groups.delete(`${group.region} ${group.name}`);
  }

  /** Makes the stream unless it is there. */
  createStream(group: LogGroup, name: string): LogStream {
    const known = group.streams.get(name);
    if (known) return known;
    const now = Math.trunc(this.#schedule.now);
    const stream: LogStream = {
      name,
      createdAt: now,
      firstAt: Infinity,
      lastAt: 0,
      lastIngestedAt: 0,
      shownLastAt: 0,
      shownSince: -Infinity,
    };
    group.streams.set(name, stream);
    return stream;
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
    const known = this.createStream(group, stream);
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
    if (now - known.shownSince >= this.#schedule.scaled(shownAfterMs)) {
      known.shownLastAt = known.lastAt;
      known.shownSince = now;
    }
    this.#keep(group, events);
    for (const listener of this.#listeners) listener(group, events);
  }

  #keep(group: LogGroup, events: readonly LogEvent[]): void {
    const kept = group.events;
    let size = this.#sizes.get(group) ?? 0;
    for (const event of events) {
      size += event.message.length;
      const last = kept.at(-1);
      if (!last || comparePositions(last, event) < 0) kept.push(event);
      else kept.splice(countBefore(kept, event, true), 0, event);
    }
    if (kept.length > mostEvents || size > mostCharacters) {
      // A tenth at once: moving all that is left for each new line would take longer than the line.
      const gone = kept.splice(0, Math.ceil(kept.length / 10));
      size -= gone.reduce((sum, { message }) => sum + message.length, 0);
    }
    this.#sizes.set(group, size);
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
