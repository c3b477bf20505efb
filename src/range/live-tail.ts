import { Fault } from './fault.ts';
import { type Faults, happens } from './faults.ts';
import type { LineFilter } from './filter-pattern.ts';
import type { LogEvent, LogGroup, LogGroups } from './logs.ts';
import { eventFrame, exceptionFrame } from './protocols/event-stream.ts';
import type { Schedule } from './schedule.ts';

/** What a session is asked to show. */
export interface LiveTailRequest {
  readonly sessionId: string;
  readonly groups: readonly LogGroup[];
  /** As the caller spelled them; the session's start repeats them. */
  readonly logGroupIdentifiers: readonly string[];
  readonly logStreamNames: readonly string[];
  readonly logStreamNamePrefixes: readonly string[];
  readonly logEventFilterPattern: string | undefined;
  readonly wanted: LineFilter;
}

/** Where the frames go: a connection. */
export interface FrameSink {
  /** @returns Whether it takes more; when not, `ready` is called once it does. */
  write(frame: Buffer): boolean;
  /** Ends it as a server ends an answer. */
  end(): void;
  /** Breaks it off. */
  destroy(): void;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const mostSessions = 15;
const sessionMs = 3 * 3_600_000;
/** However fast the range runs, a session lasts long enough for a program to start and look. */
const shortestSessionMs = 20_000;
/** An update comes each second at every speed: a rate is no duration. */
const updateEveryMs = 1000;
const mostEventsAnUpdate = 500;
/** What AWS keeps for a reader that does not keep up. */
const mostUpdatesWaiting = 10;
const mostEventsWaiting = 5000;
/** Event-stream messages are at most 16 MB, and a NUL takes 6 bytes of JSON: lines of 1 MB fill an update before they are 500. */
const mostCharactersAnUpdate = 2 * 1024 * 1024;

/** Bytes of lines that are kept as JSON. */
const mostTextsKept = 8 * 1024 * 1024;

const comma = Buffer.from(',');

/** Lines as updates hold them, each written once for all the sessions that show it in the same second. */
class LineTexts {
  readonly #account: string;
  readonly #texts = new Map<LogEvent, Buffer>();
  #bytes = 0;

  constructor(account: string) {
    this.#account = account;
  }

  of(group: LogGroup, event: LogEvent): Buffer {
    const known = this.#texts.get(event);
    if (known !== undefined) return known;
    const text = Buffer.from(
      JSON.stringify({
        logStreamName: event.stream,
        logGroupIdentifier: `${this.#account}:${group.name}`,
        message: event.message,
        timestamp: event.timestamp,
        ingestionTime: event.ingestionTime,
      }),
    );
    if (this.#bytes > mostTextsKept) {
      this.#texts.clear();
      this.#bytes = 0;
    }
    this.#texts.set(event, text);
    this.#bytes += text.length;
    return text;
  }
}

/** The Live Tail sessions of the account. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
export class LiveTails {
  readonly #logs: LogGroups;
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #texts: LineTexts;
  readonly #open = new Set<LiveTailSession>();

  constructor(account: string, schedule: Schedule, logs: LogGroups, faults: Faults) {
    this.#texts = new LineTexts(account);
    this.#schedule = schedule;
    this.#logs = logs;
    this.#faults = faults;
  }

  /** How many sessions are open. */
  get count(): number {
    return this.#open.size;
  }

  /** @throws Fault `LimitExceededException` when the account has all the sessions it may have. */
  open(request: LiveTailRequest): LiveTailSession {
    const most = this.#faults.tails.sessions ?? mostSessions;
    if (this.#open.size >= most)
      throw new Fault(
        'LimitExceededException',
        `The maximum number of concurrent Live Tail sessions (${most}) has been reached.`,
      );
    const session = new LiveTailSession(request, this.#texts, this.#schedule, this.#logs, this.#faults, () =>
      this.#open.delete(session),
    );
    this.#open.add(session);
    return session;
  }
}

interface Update {
  readonly frame: Buffer;
  readonly events: number;
}

interface Waiting {
  readonly order: number;
  readonly group: LogGroup;
  readonly event: LogEvent;
}

/** One session: samples what is ingested, sends an update a second, and lets go of what a slow reader does not fetch. */
export class LiveTailSession {
  readonly #request: LiveTailRequest;
  readonly #texts: LineTexts;
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #gone: () => void;
  readonly #unlisten: () => void;
  readonly #openedAt: number;
  #sink: FrameSink | undefined;
  #blocked = false;
  #closed = false;
  /** Lines since the last update, at most as many as one holds. */
  #lines: Waiting[] = [];
  #seen = 0;
  #characters = 0;
  /** Lines that are sent once more (`tails.duplicates`). */
  #again: Waiting[] = [];
  #updates: Update[] = [];

  constructor(
    request: LiveTailRequest,
    texts: LineTexts,
    schedule: Schedule,
    logs: LogGroups,
    faults: Faults,
    gone: () => void,
  ) {
    this.#request = request;
    this.#texts = texts;
    this.#schedule = schedule;
    this.#faults = faults;
    this.#gone = gone;
    this.#openedAt = schedule.clock.now();
    this.#unlisten = logs.listen((group, events) => this.#ingested(group, events));
  }

  /** Begins to send. @param requestId What the answer's header says. */
  attach(sink: FrameSink, requestId: string): void {
    if (this.#closed) return;
    this.#sink = sink;
    const { sessionId, logGroupIdentifiers, logStreamNames, logStreamNamePrefixes, logEventFilterPattern } =
      this.#request;
    sink.write(eventFrame('initial-response', {}));
    this.#blocked = !sink.write(
      eventFrame('sessionStart', {
        requestId,
        sessionId,
        logGroupIdentifiers,
        logStreamNames,
        logStreamNamePrefixes,
        ...(logEventFilterPattern === undefined ? {} : { logEventFilterPattern }),
      }),
    );
    const { endAfterMs } = this.#faults.tails;
    if (endAfterMs !== undefined) this.#at(this.#openedAt + endAfterMs, () => this.#end());
    const lastsMs = Math.max(shortestSessionMs, this.#schedule.scaled(sessionMs));
    this.#at(this.#openedAt + lastsMs, () => {
      sink.write(exceptionFrame('SessionTimeoutException', 'The Live Tail session has timed out.'));
      this.#end();
    });
    this.#tickAt(this.#openedAt + updateEveryMs);
  }

  /** The reader takes more again. */
  ready(): void {
    this.#blocked = false;
    this.#flush();
  }

  /** The connection is gone: the session is over, its place is free. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten();
    this.#lines = [];
    this.#again = [];
    this.#updates = [];
    this.#gone();
  }

  #at(time: number, run: () => void): void {
    this.#schedule.at(time, () => {
      if (!this.#closed) run();
    });
  }

  #end(): void {
    const sink = this.#sink;
    this.close();
    sink?.end();
  }

  #ingested(group: LogGroup, events: readonly LogEvent[]): void {
    const { groups, logStreamNames, logStreamNamePrefixes, wanted } = this.#request;
    if (!groups.includes(group)) return;
    const named = logStreamNames.length > 0 || logStreamNamePrefixes.length > 0;
    for (const event of events) {
      const { message, stream } = event;
      if (named && !logStreamNames.includes(stream) && !logStreamNamePrefixes.some((start) => stream.startsWith(start)))
        continue;
      if (wanted(message)) this.#sample({ order: this.#seen, group, event });
    }
  }

  /** Reservoir sampling: each line of the second has the same chance to be among those that are kept. */
  #sample(line: Waiting): void {
    this.#seen += 1;
    const { length } = line.event.message;
    if (this.#lines.length < mostEventsAnUpdate && this.#characters + length <= mostCharactersAnUpdate) {
      this.#lines.push(line);
      this.#characters += length;
      return;
    }
    const place = Math.floor(this.#faults.chance.tails.next() * this.#seen);
    const old = this.#lines[place];
    if (!old || this.#characters - old.event.message.length + length > mostCharactersAnUpdate) return;
    this.#characters += length - old.event.message.length;
    this.#lines[place] = line;
  }

  #tickAt(time: number): void {
    this.#at(time, () => {
      const { cut } = this.#faults.tails;
      if (happens(this.#faults.chance.tails, cut)) {
        const sink = this.#sink;
        this.close();
        sink?.destroy();
        return;
      }
      this.#updates.push(this.#update());
      while (
        this.#updates.length > mostUpdatesWaiting ||
        this.#updates.reduce((sum, { events }) => sum + events, 0) > mostEventsWaiting
      )
        this.#updates.shift();
      this.#flush();
      // A range that was held up does not make good for the seconds it missed.
      this.#tickAt(Math.max(time, this.#schedule.clock.now() - updateEveryMs) + updateEveryMs);
    });
  }

  #update(): Update {
    const { duplicates, sampled: losing } = this.#faults.tails;
    const chance = this.#faults.chance.tails;
    let sampled = this.#seen > this.#lines.length;
    let lines = this.#lines.sort((a, b) => a.order - b.order);
    if (lines.length > 0 && happens(chance, losing)) {
      sampled = true;
      const share = chance.next();
      lines = lines.filter(() => !happens(chance, share));
    }
    const shown = [...this.#again.slice(0, mostEventsAnUpdate - lines.length), ...lines];
    this.#again = duplicates === undefined ? [] : lines.filter(() => happens(chance, duplicates));
    this.#lines = [];
    this.#seen = 0;
    this.#characters = 0;
    return {
      events: shown.length,
      frame: eventFrame('sessionUpdate', [
        Buffer.from(`{"sessionMetadata":{"sampled":${sampled}},"sessionResults":[`),
        ...shown.flatMap(({ event, group }, index) => {
          const text = this.#texts.of(group, event);
          return index === 0 ? [text] : [comma, text];
        }),
        Buffer.from(']}'),
      ]),
    };
  }

  #flush(): void {
    while (this.#sink && !this.#blocked) {
      const update = this.#updates.shift();
      if (!update) return;
      this.#blocked = !this.#sink.write(update.frame);
    }
  }
}
