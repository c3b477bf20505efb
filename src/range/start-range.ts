import { randomBytes } from 'node:crypto';
import type { Briefing, Story } from '../model/drill.ts';
import { UsageError } from '../model/errors.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { observable } from '../shared/observable.ts';
import { accountSnapshot } from './account/snapshot.ts';
import { startAttack } from './actors/attacker.ts';
import { ActorClient } from './actors/client.ts';
import { makeEarlier, makeHistory, startRoutines } from './actors/workers.ts';
import { addCast } from './cast.ts';
import { Chronicle, type Deed } from './chronicle.ts';
import { rangeControl } from './control.ts';
import { Door } from './door.ts';
import { buildEstate, runCanaryController } from './estate.ts';
import { trail as mainTrail } from './estate-definition.ts';
import { Faults } from './faults.ts';
import { LiveTails } from './live-tail.ts';
import { LogGroups } from './logs.ts';
import { Random } from './random.ts';
import type { Range, RangeOptions } from './range.ts';
import { scenarios } from './scenarios/catalogue.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { Schedule } from './schedule.ts';
import { type ScoreParts, scoreOf } from './scorecard.ts';
import { startServer } from './server.ts';
import { operations } from './services/catalogue.ts';
import { StateChanges } from './state-changes.ts';
import { Trail } from './trail.ts';
import { Truth } from './truth.ts';
import { EndpointMetrics } from './workloads/endpoint-metrics.ts';
import { startWorkloads } from './workloads/start-workloads.ts';

const calm: Briefing = {
  scenario: '',
  title: 'Calm account',
  text: ['Nobody attacks this account. What is done in it is recorded as CloudTrail would.'],
};

/** @throws UsageError that lists the ids. */
function findScenario(id: string | undefined): Scenario | undefined {
  if (id === undefined) return undefined;
  const scenario = scenarios.find((entry) => entry.id === id);
  if (!scenario)
    throw new UsageError(`there is no scenario "${id}"`, {
      nextSteps: [`Choose one of: ${scenarios.map((entry) => entry.id).join(', ')}`],
    });
  return scenario;
}

/** What of the logs is still there: the trail, and the groups that somebody took away or shortened. */
function logsKept(
  deeds: readonly Deed[],
  trail: Trail,
  retention: { readonly [group: string]: number },
): ScoreParts['logs'] {
  const removed = deeds.flatMap(({ call, code, input }) =>
    code === undefined && /^(logs:DeleteLog(Group|Stream)|sagemaker:Delete\w+Job)$/.test(call)
      ? [
          {
            what: `${call.split(':')[1]} ${String(input.logStreamName ?? Object.values(input)[0])}: gone for good`,
            kept: false,
          },
        ]
      : [],
  );
  return [
    ...(trail.state
      ? [
          {
            what: `${trail.state.definition.name} ${trail.state.logging ? 'logs' : 'does not log'}`,
            kept: trail.state.logging,
          },
        ]
      : []),
    ...Object.entries(retention).map(([group, days]) => ({
      what: `lines of ${group.replace(/^\S+ /, '')} expire after ${days === 1 ? 'a day' : `${days} days`}`,
      kept: false,
    })),
    ...removed,
  ];
}

/**
 * A clock that says `start` until it is released, and goes on from there: however long the machine takes to put an account together, it
 * begins at one moment. What that took is made up for at once, so that the account is never behind the real clock's rate for long.
 */
function heldClock(clock: Clock, start: number | undefined): Clock & { release(): void } {
  const heldAt = clock.now();
  const offset = (start ?? heldAt) - heldAt;
  let held = true;
  return {
    now: () => (held ? heldAt : clock.now()) + offset,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    release: () => {
      held = false;
    },
  };
}

/** From where a scenario's attacker calls. */
const addressesOf = (scenario: Scenario | undefined): ReadonlySet<string> =>
  new Set(
    scenario && [
      scenario.attack.sourceIp,
      ...Object.values(scenario.attack.disguises).flatMap(({ sourceIp }) => sourceIp ?? []),
    ],
  );

/**
 * Starts a simulated account in this thread.
 *
 * @param clock Tests turn it by hand; nothing in the range looks at another one.
 * @throws UsageError for an unknown scenario or a plan of faults that is none, FailedError `PortInUse`, `TruthNotWritable`.
 */
export async function startRange(options: RangeOptions, given: Clock = systemClock): Promise<Range> {
  const clock = heldClock(given, options.start);
  const scenario = findScenario(options.scenario);
  const seed = options.seed ?? 1;
  // One source of chance for each purpose: what a responder does changes nothing in the others.
  const random = (purpose: string) => new Random(`${seed} ${purpose}`);
  const startedAt = clock.now();
  const schedule = new Schedule(clock, options.speed ?? 1);
  const { account, responder, people: residents } = buildEstate(startedAt, random('estate'));
  const people = new Map([...residents, ...addCast(account, scenario?.cast ?? {}, startedAt, random('cast'))]);
  const faults = new Faults(options.faults ?? {}, seed, startedAt);
  const truth = new Truth(options.truth);
  const logs = new LogGroups(account.id, schedule, truth);
  const trail = new Trail({
    account: account.id,
    globalRegion: account.homeRegion,
    schedule,
    truth,
    logs,
    definition: options.trail === false ? undefined : mainTrail,
    faults: faults.trail,
  });
  const changes = new StateChanges(account.id, account.homeRegion, schedule, logs, `${seed} changes`);
  const metrics = new EndpointMetrics();
  const tails = new LiveTails(account.id, schedule, logs, faults);
  const chronicle = new Chronicle(responder, addressesOf(scenario), startedAt);
  const witness = scenario && chronicle.saw.bind(chronicle);
  const door = new Door({
    account,
    schedule,
    trail,
    logs,
    metrics,
    changes,
    tails,
    faults,
    ...(witness ? { witness } : {}),
  });

  const actorSecret = randomBytes(16).toString('hex');
  const server = await startServer({
    door,
    account,
    operations,
    schedule,
    faults,
    port: options.port ?? 0,
    checkSignatures: options.checkSignatures,
    actorSecret,
    random: { actors: random('actors'), others: random('others') },
  }).catch((error: unknown) => {
    truth.close();
    throw error;
  });
  const control = rangeControl({
    account,
    responder,
    schedule,
    tails,
    faults,
    requests: server.requests,
    refuse: server.refuse,
    changed: (change) => changes.report(change),
  });
  server.control = control;
  const client = new ActorClient(server.actorPort, account.homeRegion, actorSecret);
  const story = observable<Story>({ startedAt, state: 'running', ending: '' });
  const refused = (at: number, who: string, call: string, target: string, code: string) => {
    if (scenario && at >= startedAt) chronicle.worked(at, who, call, { EndpointName: target }, code);
  };
  runCanaryController(account, schedule);
  startWorkloads(
    { account, schedule, door, operations, trail, logs, metrics, changes, people, seed: `${seed}`, refused },
    options,
  );
  if (scenario) {
    const world = {
      account,
      schedule,
      random: random('world'),
      client,
      door,
      operations,
      people,
      story,
      startedAt,
      trail,
      changes,
      chronicle,
    };
    makeEarlier(world, scenario.earlier ?? []);
    makeHistory(world, scenario.routines, scenario.historyCalls);
    startRoutines(world, scenario.routines);
    for (const start of scenario.automations ?? []) start(world);
    startAttack(world, scenario.attack);
  }
  // History is visible before anybody can ask.
  await schedule.catchUp();
  clock.release();
  const ended = schedule.run();
  let closing: Promise<void> | undefined;
  let hinted = 0;
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    account: account.id,
    region: account.homeRegion,
    credentials: {
      accessKeyId: responder.accessKeyId,
      secretAccessKey: responder.secretAccessKey,
      sessionToken: responder.sessionToken,
    },
    briefing: scenario ? { scenario: scenario.id, title: scenario.title, text: scenario.briefing } : calm,
    story,
    state: async () => accountSnapshot(account, { trail: trail.state?.logging, retention: logs.retention() }),
    control,
    deeds: async () => chronicle.deeds,
    async hint() {
      const hints = scenario?.hints ?? [];
      hinted = Math.min(hinted + 1, hints.length);
      const text = hints[hinted - 1];
      return text === undefined ? undefined : { number: hinted, of: hints.length, text };
    },
    score: async (facts) =>
      scoreOf(
        {
          scenario: { id: scenario?.id ?? '', title: scenario?.title ?? calm.title },
          seed,
          speed: options.speed ?? 1,
          story: story.get(),
          now: clock.now(),
          deeds: chronicle.deeds,
          attackEvents: chronicle.attackEvents,
          logs: logsKept(chronicle.deeds, trail, logs.retention()),
          hints: hinted,
        },
        facts,
      ),
    close: () => {
      closing ??= (async () => {
        schedule.stop();
        client.close();
        await server.close();
        await ended;
        truth.close();
      })();
      return closing;
    },
  };
}
