import type { LogGroups } from './logs.ts';
import type { Members } from './operation.ts';
import { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** Something changed its state, as the service that owns it tells EventBridge. */
export interface StateChange {
  /** Without one it is no event of EventBridge: only those who listen are told. */
  readonly detailType: string | undefined;
  readonly arn: string;
  readonly region: string;
  /** Epoch ms. */
  readonly at: number;
  /** As `Describe*` answers; a `Date` is written as epoch ms, as EventBridge does. */
  readonly detail: Members;
}

/** The group the account's rule writes to; the API knows no other place for a rule's target than `/aws/events/`. */
export const stateChangeGroup = '/aws/events/sagemaker';

/** ms of the account's time. */
const deliveryMs = [500, 2_000] as const;
const repeatAfterMs = [1_000, 5_000] as const;
/** AWS says to expect several events for one change, with ids of their own; and delivery is "at least once". */
const repeatShare = 0.25;
const sameAgainShare = 0.1;

/** Members as EventBridge writes them: times are epoch ms. */
function written(value: unknown): unknown {
  if (value instanceof Date) return Math.trunc(value.getTime());
  if (Array.isArray(value)) return value.map(written);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, written(member)]));
}

/** Endpoints are reported in capitals, unlike everything else: `IN_SERVICE` for `InService`. */
export const shouted = (status: string): string => status.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

/**
 * The account's EventBridge rule for `aws.sagemaker`, which writes to a log group. It lies in the home Region: what changes elsewhere
 * reaches no group.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export class StateChanges {
  readonly #account: string;
  readonly #homeRegion: string;
  readonly #schedule: Schedule;
  readonly #logs: LogGroups;
  readonly #seed: string;
  readonly #stream: string;
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<(change: StateChange) => void>();

  /** @param seed Of ids and delays; those of one resource depend on nothing that happens to others. */
  constructor(account: string, homeRegion: string, schedule: Schedule, logs: LogGroups, seed: string) {
    this.#account = account;
    this.#homeRegion = homeRegion;
    this.#schedule = schedule;
    this.#logs = logs;
    this.#seed = seed;
    this.#stream = new Random(`${seed} stream`).uuid();
    const monthMs = 30 * 86_400_000;
    schedule.at(schedule.now - monthMs, () => void logs.create(homeRegion, stateChangeGroup));
  }

  /** Told of every change, in any Region, when it happens. */
  listen(listener: (change: StateChange) => void): void {
    this.#listeners.add(listener);
  }

  report(change: StateChange): void {
    for (const listener of this.#listeners) listener(change);
    if (change.region !== this.#homeRegion || change.detailType === undefined) return;
    const count = (this.#counts.get(change.arn) ?? 0) + 1;
    this.#counts.set(change.arn, count);
    const chance = new Random(`${this.#seed} ${change.arn} ${count}`);
    const scaled = (ms: number) => this.#schedule.scaled(ms);
    const first = this.#envelope(change, change.at, chance.uuid());
    const deliveredAt = change.at + scaled(chance.between(...deliveryMs));
    this.#deliver(first, deliveredAt, true);
    if (chance.next() < sameAgainShare)
      this.#deliver(first, deliveredAt + scaled(chance.between(...repeatAfterMs)), false);
    // Which change a repeat is about is told by its state and time alone; a report without them cannot be one.
    if (change.detail.LastModifiedTime === undefined || chance.next() >= repeatShare) return;
    const repeatedAt = change.at + scaled(chance.between(...repeatAfterMs));
    this.#deliver(
      this.#envelope(change, repeatedAt, chance.uuid()),
      repeatedAt + scaled(chance.between(...deliveryMs)),
      false,
    );
  }

  #envelope(change: StateChange, at: number, id: string): { readonly id: string; readonly at: number; text: string } {
    const second = Math.floor(at / 1000) * 1000;
    const text = JSON.stringify({
      version: '0',
      id,
      'detail-type': change.detailType,
      source: 'aws.sagemaker',
      account: this.#account,
      time: `${new Date(second).toISOString().slice(0, 19)}Z`,
      region: change.region,
      resources: [change.arn],
      detail: written(change.detail),
    });
    return { id, at: second, text };
  }

  #deliver(
    event: { readonly id: string; readonly at: number; readonly text: string },
    at: number,
    first: boolean,
  ): void {
    this.#schedule.at(at, () =>
      this.#logs.put(this.#homeRegion, stateChangeGroup, this.#stream, [
        // A log target's lines carry the event's own time.
        { timestamp: event.at, message: event.text, truth: first ? { kind: 'eventbridge', id: event.id } : 'none' },
      ]),
    );
  }
}
