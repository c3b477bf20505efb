import { setTimeout } from 'node:timers/promises';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { openAws } from '../../src/aws/client.ts';
import type { Params, Plan } from '../../src/containment/action.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { createRunner } from '../../src/containment/runner.ts';
import { resolveTarget } from '../../src/containment/target.ts';
import { trail } from '../../src/range/estate-definition.ts';
import { startRange } from '../../src/range/range.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import type { Scenario } from '../../src/range/scenarios/scenario.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { fakeJournal } from '../containment/fake-aws.ts';
import { clientsOf, type TrailRecord } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

const signal = new AbortController().signal;
const incident = 'drill';
/** How fast the runner looks at AWS: the range's clock is turned by hand, the runner's is real. While it waits, the story goes on as fast. */
const runnerSpeed = 300;
/** How much faster than the real clock the story goes on while the responder looks. */
const lookPace = 12;
/** The most real time, ms, that a turn of the clock counts: where the machine stands still, the attacker does not gain minutes by it. */
const mostPerTurn = 12;

/** A CloudTrail record of a story, with when it happened. */
export interface StoryRecord extends TrailRecord {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly errorMessage?: string;
  readonly requestParameters: { readonly [member: string]: unknown } | null;
}

/** A scenario on a clock that is turned by hand, and a responder who contains with the product's own actions. */
export interface Stage {
  readonly scenario: Scenario;
  readonly range: Awaited<ReturnType<typeof startRange>>;
  readonly clients: ReturnType<typeof clientsOf>;
  readonly startedAt: number;
  /** Everything that was confirmed, in order. */
  readonly plans: Plan[];
  /** What the assessments said is hit, by name. */
  readonly affected: string[];
  /** When the responder's first call was sent, epoch ms; the clock's time before. */
  readonly respondedAt: () => number;
  /** Lets the story go on. */
  advance(ms: number): Promise<void>;
  /** Plans, confirms, and lets the story go on until AWS reads back what was written. */
  contain(action: string, target: string, params?: Params, region?: string): Promise<void>;
  /** What did not come to its end, and why. */
  readonly failed: string[];
  /** Ids of a user's keys, active ones only. */
  keysOf(user: string): Promise<readonly string[]>;
  /** Every record that the account has of the story, by any route, oldest first. */
  records(): Promise<readonly StoryRecord[]>;
  close(): Promise<void>;
}

export async function stage(
  id: string,
  options: { readonly seed?: number; readonly truth?: string } = {},
): Promise<Stage> {
  const scenario = scenarios.find((entry) => entry.id === id);
  if (!scenario) throw new Error(`there is no scenario ${id}`);
  const clock = new ManualClock();
  const range = await startRange({ scenario: id, ...options }, clock);
  const startedAt = clock.now();
  const clients = clientsOf(range);
  const plans: Plan[] = [];
  const affected: string[] = [];
  const failed: string[] = [];
  let respondedAt: number | undefined;

  const open = async (region: string) => {
    const door = await openAws({
      region,
      endpoint: range.endpoint,
      credentials: range.credentials,
      clock: systemClock,
      simulated: true,
      incident,
      lookupPerSecond: 2 * lookPace,
    });
    const runner = createRunner({
      aws: door.aws,
      writer: door.writer,
      arming: door.arming,
      journal: fakeJournal([], systemClock),
      clock: systemClock,
      actions,
      identity: () => door.identity(),
      incident,
      saveSnapshot: async (name, json) => ({ file: name, sha256: sha256(JSON.stringify(json)) }),
      speed: runnerSpeed,
    });
    return { door, runner };
  };
  const opened = new Map<string, ReturnType<typeof open>>();
  const at = (region: string) => {
    const known = opened.get(region) ?? open(region);
    opened.set(region, known);
    return known;
  };
  /**
   * The story goes on until somebody has his answer: AWS's rates are of its own time.
   *
   * @param pace Of the story against the real clock, which slows down when the machine does.
   */
  async function meanwhile<Value>(promise: Promise<Value>, pace: number): Promise<Value> {
    let waiting = true;
    const done = () => {
      waiting = false;
    };
    promise.then(done, done);
    for (let last = performance.now(); waiting; ) {
      await setTimeout(3);
      const now = performance.now();
      await clock.advance(Math.min(now - last, mostPerTurn) * pace);
      last = now;
      await new Promise(setImmediate);
    }
    return promise;
  }

  return {
    scenario,
    range,
    clients,
    startedAt,
    plans,
    affected,
    failed,
    respondedAt: () => respondedAt ?? clock.now(),
    advance: (ms) => clock.advance(ms),
    async contain(action, name, params = {}, region = range.region) {
      const found = actions.find((entry) => entry.id === action);
      if (!found) throw new Error(`there is no ${action}`);
      const { door, runner } = await at(region);
      const target = await resolveTarget(name, [found], { aws: door.aws, identity: await door.identity(), signal });
      door.arming.arm();
      const { plan } = await meanwhile(runner.plan(action, target, params, signal), lookPace);
      const assessment = await meanwhile(
        runner.assess(plan, signal, () => undefined),
        lookPace,
      );
      affected.push(...assessment.affected.map(({ arn, why }) => `${arn} ${why}`));
      plans.push(plan);
      respondedAt ??= clock.now();
      const running = await meanwhile(
        runner.approve(plan, { reason: 'drill', typedName: target.name }, 'test', signal),
        lookPace,
      );
      const { containment, error } = await meanwhile(running.written, runnerSpeed);
      if (error || !/written|holding/.test(containment.state))
        failed.push(`${action} on ${name}: ${error?.message ?? containment.state}`);
    },
    async keysOf(UserName) {
      const { AccessKeyMetadata = [] } = await clients.iam.send(new ListAccessKeysCommand({ UserName }));
      return AccessKeyMetadata.flatMap(({ AccessKeyId, Status }) =>
        Status === 'Active' && AccessKeyId !== undefined ? [AccessKeyId] : [],
      );
    },
    async records() {
      // Everything is published when the longest lag is over.
      await clock.advance(100_000);
      const found = new Map<string, StoryRecord>();
      const keep = (text: string | undefined) => {
        const record = JSON.parse(text ?? '{}') as StoryRecord;
        if (Date.parse(record.eventTime) >= startedAt) found.set(record.eventID, record);
      };
      const window = { StartTime: new Date(startedAt), EndTime: new Date(clock.now()) };
      let NextToken: string | undefined;
      do {
        await clock.advance(1_000);
        const page = await clients.cloudtrail.send(
          new LookupEventsCommand({ ...window, ...(NextToken ? { NextToken } : {}) }),
        );
        for (const { CloudTrailEvent } of page.Events ?? []) keep(CloudTrailEvent);
        NextToken = page.NextToken;
      } while (NextToken);
      let nextToken: string | undefined;
      do {
        const page = await clients.logs.send(
          new FilterLogEventsCommand({
            logGroupName: trail.logGroup,
            startTime: startedAt,
            ...(nextToken ? { nextToken } : {}),
          }),
        );
        for (const { message } of page.events ?? []) keep(message);
        nextToken = page.nextToken;
      } while (nextToken);
      return [...found.values()].sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
    },
    async close() {
      for (const one of opened.values()) {
        const { door, runner } = await one;
        runner.close();
        door.close();
      }
      await range.close();
    },
  };
}
