import type { Runner } from '../containment/runner.ts';
import { parseArn } from '../model/arn.ts';
import type { SessionDoor } from './session-options.ts';

/** The runners of a session: one for each account and Region that something is done in, made when it is first needed. */
export interface Reach {
  /** Whoever acts where the resource is; the session's own where its ARN does not say, or names an account that is not ours to act in. */
  of(targetArn: string): Runner;
  at(account: string, region: string): Runner;
  /** Ids that run in this process. */
  live(): ReadonlySet<string>;
  close(): void;
}

/** One account that can be acted in. */
export interface ReachedAccount {
  readonly door: SessionDoor;
  /** Empty until AWS has said. */
  account(): string;
}

/** @param accounts The session's own first. */
export function createReach(accounts: readonly ReachedAccount[], make: (door: SessionDoor) => Runner): Reach {
  const runners = new Map<string, Runner>();
  const runner = (one: ReachedAccount, region: string): Runner => {
    const key = `${accounts.indexOf(one)} ${region}`;
    const known = runners.get(key) ?? make(region === one.door.region ? one.door : doorInRegion(one.door, region));
    runners.set(key, known);
    return known;
  };
  const at = (account: string, region: string) => {
    const one = accounts.find((candidate) => candidate.account() === account) ?? accounts[0]!;
    return runner(one, region || one.door.region);
  };
  return {
    at,
    of(targetArn) {
      const arn = parseArn(targetArn);
      return at(arn?.account ?? '', arn?.region ?? '');
    },
    live: () => new Set([...runners.values()].flatMap(({ live }) => [...live])),
    close() {
      for (const one of runners.values()) one.close();
    },
  };
}

/** The same credentials and the same lease, working in another Region. What was confirmed there names the Region, so nothing else can be sent. */
export function doorInRegion(door: SessionDoor, region: string): SessionDoor {
  return {
    region,
    endpoint: door.endpoint,
    aws: {
      call: (name, input, options) => door.aws.call(name, input, { region, ...options }),
      stream: (name, input, options) => door.aws.stream(name, input, { region, ...options }),
      now: () => door.aws.now(),
    },
    writer: { send: (call, permit, signal) => door.writer.send({ region, ...call }, permit, signal) },
    arming: {
      armedUntil: () => door.arming.armedUntil(),
      arm: () => door.arming.arm(),
      disarm: () => door.arming.disarm(),
      confirm: (planDigest, calls) =>
        door.arming.confirm(
          planDigest,
          calls.map((call) => ({ region, ...call })),
        ),
    },
    identity: async (signal) => ({ ...(await door.identity(signal)), region }),
  };
}
