import type { Account } from './account/account.ts';
import type { Credential } from './account/identities.ts';
import type { FaultRule, Faults } from './faults.ts';
import type { LiveTails } from './live-tail.ts';
import { type Placement, place } from './place.ts';
import type { Schedule } from './schedule.ts';
import type { StateChange } from './state-changes.ts';

/** What a test does to a range, and asks it, from outside of AWS's API. */
export interface RangeControl {
  /** Live Tail sessions that are open now. */
  openTails(): Promise<number>;
  /**
   * Closes every connection and refuses new ones for so long, real ms: nothing listens on the port. The range's own actors go on.
   *
   * @returns When it listens again, on the same port, or is closed.
   */
  refuse(ms: number): Promise<void>;
  /** From now on the responder's session gets `ExpiredTokenException`; what streams already goes on, as with AWS. */
  expireCredentials(): Promise<void>;
  /** The responder's session is good again, with the same texts. */
  renewCredentials(): Promise<void>;
  /** How many requests each operation got, those that met a fault included, the actors' excluded. Keys: `logs:StartLiveTail`. */
  requests(): Promise<Readonly<Record<string, number>>>;
  /** What goes wrong from now on, in place of all rules before. @throws UsageError when a rule is none. */
  fault(rules: readonly FaultRule[]): Promise<void>;
  /** Puts a resource into a status that AWS brings it into by itself. @returns Whether there is such a resource. */
  place(placement: Placement): Promise<boolean>;
}

/** How long a renewed session lasts. */
const sessionMs = 12 * 3_600_000;

/** What the control needs of the running range. */
export interface ControlParts {
  readonly account: Account;
  readonly responder: Credential;
  readonly schedule: Schedule;
  readonly tails: LiveTails;
  readonly faults: Faults;
  readonly requests: ReadonlyMap<string, number>;
  refuse(ms: number): Promise<void>;
  changed(change: StateChange): void;
}

/** The control of a range in this thread. */
export function rangeControl({
  account,
  responder,
  schedule,
  tails,
  faults,
  requests,
  refuse,
  changed,
}: ControlParts): RangeControl {
  const expiresAt = (time: number) =>
    void account.credentials.set(responder.accessKeyId, { ...responder, expiresAt: time });
  return {
    openTails: async () => tails.count,
    refuse,
    expireCredentials: async () => expiresAt(schedule.clock.now()),
    renewCredentials: async () => expiresAt(schedule.clock.now() + sessionMs),
    fault: async (rules) => faults.setRules(rules),
    place: async (placement) => place(placement, { account, schedule, changed }),
    requests: async () => Object.fromEntries([...requests].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** What a control request is answered. */
export interface ControlReply {
  readonly status: number;
  readonly body: object;
  /** What is done only when the answer is out: it would cut it off. */
  readonly afterwards?: () => Promise<void>;
}

/** The longest refusal that may be asked for over HTTP: an hour. */
const longestRefusalMs = 3_600_000;

/**
 * The control over HTTP, for tests in other processes: `GET /_range/tails`, `GET /_range/requests`, `POST /_range/refuse?ms=`,
 * `POST /_range/expire`, `POST /_range/renew`, `POST /_range/place?arn=&status=[&next=&afterMs=]`,
 * `POST /_range/fault?rules=` (JSON); JSON each.
 */
export async function answerControl(
  control: RangeControl,
  method: string,
  path: string,
  query: URLSearchParams,
): Promise<ControlReply> {
  const done = { status: 200, body: {} };
  switch (`${method} ${path}`) {
    case 'GET /_range/tails':
      return { status: 200, body: { openTails: await control.openTails() } };
    case 'GET /_range/requests':
      return { status: 200, body: await control.requests() };
    case 'POST /_range/expire':
      await control.expireCredentials();
      return done;
    case 'POST /_range/renew':
      await control.renewCredentials();
      return done;
    case 'POST /_range/fault':
      try {
        await control.fault(JSON.parse(query.get('rules') ?? '') as readonly FaultRule[]);
        return done;
      } catch (error) {
        return { status: 400, body: { message: (error as Error).message } };
      }
    case 'POST /_range/place': {
      const next = query.get('next');
      const found = await control.place({
        arn: query.get('arn') ?? '',
        status: query.get('status') ?? '',
        ...(next === null ? {} : { next: { status: next, afterMs: Number(query.get('afterMs') ?? 0) } }),
      });
      return found ? done : { status: 404, body: { message: `there is no ${query.get('arn') ?? ''}` } };
    }
    case 'POST /_range/refuse': {
      const ms = Number(query.get('ms') || Number.NaN);
      if (!(ms > 0 && ms <= longestRefusalMs))
        return { status: 400, body: { message: `ms is not a number above 0, up to ${longestRefusalMs}` } };
      return { ...done, afterwards: () => control.refuse(ms) };
    }
    default:
      return { status: 404, body: { message: `there is no ${method} ${path}` } };
  }
}
