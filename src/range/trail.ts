import type { TrailDefinition } from './estate-definition.ts';
import type { TrailFaults } from './faults.ts';
import type { LogGroups } from './logs.ts';
import type { PublishedRecord, TrailReader, TrailState } from './operation.ts';
import { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import {
  type DataEvent,
  dataEventOf,
  dataRecord,
  managementRecord,
  resourcesOf,
  type ServedCall,
} from './trail-record.ts';
import type { Truth } from './truth.ts';

/** What the trail needs of the range. */
export interface TrailOptions {
  readonly account: string;
  /** Where the records of global services are. */
  readonly globalRegion: string;
  readonly schedule: Schedule;
  readonly truth: Truth;
  readonly logs: LogGroups;
  /** Without one there is the event history alone. */
  readonly definition?: TrailDefinition | undefined;
  /** A record that is out of order or published twice is so on both ways. */
  readonly faults?: TrailFaults | undefined;
}

/** ms of the account's time. */
const usualLagMs = [20_000, 90_000] as const;
const deliveryMs = [3_000, 8_000] as const;
/** How much longer a delivery to the log group takes that is held back. */
const heldBackMs = [10_000, 40_000] as const;
const againAfterMs = [2_000, 30_000] as const;

/** AWS keeps 90 days; the range may run under load, and so many are some 500 MB. */
const mostRecords = 300_000;
/** What is larger CloudTrail does not deliver to CloudWatch Logs. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-log-group-log-stream-naming-for-cloudtrail.html */
const largestDelivered = 256 * 1024;

const later = (a: PublishedRecord, b: PublishedRecord): boolean =>
  a.time > b.time || (a.time === b.time && a.sequence > b.sequence);

/**
 * The simulated CloudTrail: makes the record of every call and publishes it twice, in the event history after its lag and in the log group
 * of the account's trail within seconds. So records become visible late, out of order and by two routes; the truth file has each once.
 */
export class Trail implements TrailReader {
  readonly #options: TrailOptions;
  readonly #published = new Map<string, PublishedRecord[]>();
  readonly #state: { -readonly [M in keyof TrailState]: TrailState[M] } | undefined;
  #sequence = 0;

  constructor(options: TrailOptions) {
    this.#options = options;
    const { account, definition, globalRegion: region, logs, schedule } = options;
    if (!definition) return;
    const startedLoggingAt = schedule.now - definition.ageMs;
    this.#state = {
      definition,
      arn: `arn:aws:cloudtrail:${region}:${account}:trail/${definition.name}`,
      homeRegion: region,
      logGroupArn: `arn:aws:logs:${region}:${account}:log-group:${definition.logGroup}:*`,
      startedLoggingAt,
      logging: true,
      stoppedLoggingAt: undefined,
      deliveredAt: undefined,
    };
    schedule.at(startedLoggingAt, () => void logs.create(region, definition.logGroup));
  }

  /** Newest last. */
  published(region: string): readonly PublishedRecord[] {
    return this.#published.get(region) ?? [];
  }

  get state(): TrailState | undefined {
    return this.#state;
  }

  setLogging(logging: boolean, at: number): void {
    const state = this.#state;
    if (!state || state.logging === logging) return;
    state.logging = logging;
    if (logging) state.startedLoggingAt = at;
    else state.stoppedLoggingAt = at;
  }

  /** Records a call that was answered. Data events are no part of the history. @returns Its `eventID`. */
  record(call: ServedCall): string {
    const { caller, operation, trace } = call;
    if (operation.dataEvent) {
      if (!trace) return '';
      const dataId = call.random.uuid();
      this.recordData(dataEventOf({ ...call, trace }, dataId));
      return dataId;
    }
    const { account, globalRegion } = this.#options;
    // IAM's events exist only in the partition's global Region, wherever the call was signed for.
    const region = operation.service === 'iam' ? globalRegion : (trace?.region ?? call.region);
    const id = call.random.uuid();
    const record = managementRecord(call, account, region, id);
    this.#sequence += 1;
    const published: PublishedRecord = {
      time: Math.floor(call.at / 1000) * 1000,
      sequence: this.#sequence,
      id,
      name: String(record.eventName),
      source: String(record.eventSource),
      readOnly: operation.readOnly,
      text: JSON.stringify(record),
      resources: resourcesOf(call),
      username: call.invokedBy ? '' : (caller.session ?? caller.federated ?? caller.identity.name),
      accessKeyId: call.invokedBy ? undefined : caller.accessKeyId,
    };
    this.#publish(published, region, call.at, true);
    return id;
  }

  /** Records a request to a resource: the trail's log group is the only place that has it. */
  recordData(event: DataEvent): void {
    const { account } = this.#options;
    this.#sequence += 1;
    const record = {
      time: Math.floor(event.at / 1000) * 1000,
      sequence: this.#sequence,
      id: event.eventId,
      name: event.name,
      source: event.source,
      readOnly: event.readOnly,
      text: JSON.stringify(dataRecord(event, account)),
      resources: [],
      username: '',
      accessKeyId: event.caller.accessKeyId,
    };
    this.#publish(record, event.region, event.at, false);
  }

  #publish(record: PublishedRecord, region: string, at: number, inHistory: boolean): void {
    const { faults = {}, schedule } = this.#options;
    // Of the record alone: how late it comes changes no other choice.
    const chance = new Random(record.id);
    const [least, most] = faults.lagMs ?? usualLagMs;
    const heldBack = chance.next() < (faults.disorder ?? 0);
    const lag = least + (most - least) * (heldBack ? chance.between(0.6, 1) : chance.next() ** 2);
    const delivery = chance.between(...deliveryMs) + (heldBack ? chance.between(...heldBackMs) : 0);
    const twice = chance.next() < (faults.duplicates ?? 0);
    const again = chance.between(...againAfterMs);

    const listedAt = inHistory ? at + schedule.scaled(lag) : undefined;
    const deliveredAt =
      this.#state?.logging && Buffer.byteLength(record.text) <= largestDelivered
        ? at + schedule.scaled(delivery)
        : undefined;
    const groupFirst = deliveredAt !== undefined && (listedAt === undefined || deliveredAt <= listedAt);
    if (deliveredAt !== undefined) {
      schedule.at(deliveredAt, () => this.#deliver(record, groupFirst));
      if (twice) schedule.at(deliveredAt + schedule.scaled(again), () => this.#deliver(record, false));
    }
    if (listedAt === undefined) return;
    schedule.at(listedAt, () => this.#list(record, region, !groupFirst));
    if (!twice) return;
    this.#sequence += 1;
    const copy = { ...record, sequence: this.#sequence };
    schedule.at(listedAt + schedule.scaled(again), () => this.#list(copy, region, false));
  }

  #deliver(record: PublishedRecord, first: boolean): void {
    const state = this.#state;
    if (!state) return;
    const { logs, schedule } = this.#options;
    const { logGroup, logStream } = state.definition;
    state.deliveredAt = Math.trunc(schedule.now);
    if (first) this.#firstReadable(record, logGroup);
    logs.put(state.homeRegion, logGroup, logStream, [
      { timestamp: state.deliveredAt, message: record.text, truth: 'none' },
    ]);
  }

  #list(record: PublishedRecord, region: string, first: boolean): void {
    const records = this.#published.get(region) ?? [];
    this.#published.set(region, records);
    if (first) this.#firstReadable(record, 'event-history');
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (later(records[middle] as PublishedRecord, record)) high = middle;
      else low = middle + 1;
    }
    records.splice(low, 0, record);
    if (records.length > mostRecords) records.splice(0, mostRecords / 10);
  }

  #firstReadable({ id, time }: PublishedRecord, route: string): void {
    const { schedule, truth } = this.#options;
    truth.write({ kind: 'cloudtrail', id, time, publishedAt: Math.trunc(schedule.now), route });
  }
}
