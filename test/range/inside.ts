import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Door } from '../../src/range/door.ts';
import { buildEstate } from '../../src/range/estate.ts';
import { trail as mainTrail } from '../../src/range/estate-definition.ts';
import { Faults, type TrailFaults } from '../../src/range/faults.ts';
import { LiveTails } from '../../src/range/live-tail.ts';
import { type LogEvent, LogGroups } from '../../src/range/logs.ts';
import type { Members } from '../../src/range/operation.ts';
import { Random } from '../../src/range/random.ts';
import { Schedule } from '../../src/range/schedule.ts';
import { operations } from '../../src/range/services/catalogue.ts';
import { StateChanges } from '../../src/range/state-changes.ts';
import { Trail } from '../../src/range/trail.ts';
import { Truth } from '../../src/range/truth.ts';
import { EndpointMetrics } from '../../src/range/workloads/endpoint-metrics.ts';
import { startWorkloads } from '../../src/range/workloads/start-workloads.ts';
import { ManualClock } from './manual-clock.ts';

/** A line of the truth file. */
export interface TruthLine {
  readonly kind: string;
  readonly id: string;
  readonly time: string;
  readonly publishedAt: string;
  readonly route: string;
}

/** A CloudTrail record in a log line, as far as the tests look into it. */
export interface DeliveredRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly awsRegion: string;
  readonly eventCategory: string;
  readonly managementEvent: boolean;
  readonly sourceIPAddress: string;
  readonly errorCode?: string;
  readonly resources?: readonly { readonly type: string; readonly ARN: string }[];
}

/**
 * The account without its wire: what is published where, line by line.
 *
 * @param workloads Whether what runs in it runs; `rate` is its load.
 */
export async function inside(
  options: {
    readonly speed?: number;
    readonly seed?: number;
    readonly trail?: boolean;
    readonly faults?: TrailFaults;
    readonly workloads?: boolean;
    readonly rate?: number;
  } = {},
) {
  const clock = new ManualClock();
  const seed = `${options.seed ?? 1}`;
  const schedule = new Schedule(clock, options.speed ?? 1);
  const { account, people, responder } = buildEstate(clock.now(), new Random(`${seed} estate`));
  const folder = mkdtempSync(join(tmpdir(), 'range-'));
  const path = join(folder, 'truth.jsonl');
  const truth = new Truth(path);
  const logs = new LogGroups(account.id, schedule, truth);
  const trail = new Trail({
    account: account.id,
    globalRegion: account.homeRegion,
    schedule,
    truth,
    logs,
    definition: options.trail === false ? undefined : mainTrail,
    faults: options.faults,
  });
  const changes = new StateChanges(account.id, account.homeRegion, schedule, logs, `${seed} changes`);
  const metrics = new EndpointMetrics();
  const faults = new Faults({}, options.seed ?? 1, clock.now());
  const tails = new LiveTails(account.id, schedule, logs, faults);
  const door = new Door({ account, schedule, trail, logs, metrics, changes, tails, faults });
  if (options.workloads)
    startWorkloads({ account, schedule, door, operations, trail, logs, metrics, changes, people, seed }, options);
  await schedule.catchUp();
  const ended = schedule.run();
  const random = new Random(`${seed} calls`);
  return {
    account,
    clock,
    logs,
    metrics,
    people,
    schedule,
    trail,
    region: account.region(account.homeRegion),
    /** The responder's call, now unless told otherwise. @throws Fault */
    call(wanted: string, input: Members = {}, region = account.homeRegion, at = clock.now()): Members | undefined {
      const operation = operations.find(({ service, name }) => `${service}:${name}` === wanted);
      if (!operation) throw new Error(`there is no operation ${wanted}`);
      const answer = door.serve({
        operation,
        input,
        caller: responder,
        region,
        at,
        sourceIp: '127.0.0.1',
        userAgent: 'test',
        random,
        requestId: random.uuid(),
      });
      if ('fault' in answer) throw answer.fault;
      return answer.output;
    },
    lines: (group: string): readonly LogEvent[] => logs.find(account.homeRegion, group)?.events ?? [],
    /** What the trail delivered. */
    delivered: (): readonly (DeliveredRecord & { readonly line: LogEvent })[] =>
      (logs.find(account.homeRegion, mainTrail.logGroup)?.events ?? []).map((line) => ({
        ...(JSON.parse(line.message) as DeliveredRecord),
        line,
      })),
    truth: (): readonly TruthLine[] =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as TruthLine),
    async close(): Promise<void> {
      schedule.stop();
      await ended;
      truth.close();
      rmSync(folder, { recursive: true });
    },
  };
}
