import type { Credential } from '../account/identities.ts';
import type { Members } from '../operation.ts';
import { structure } from '../operation.ts';
import { implantsReport, openNotebook, perform, type World } from '../world.ts';
import type { Actor, Reply } from './client.ts';

/** Whose credentials a step may use, the preferred one first. */
export type Disguise = 'stolen-key' | 'notebook';

/** One call of the attack. */
export interface AttackStep {
  readonly phase: string;
  /** Pause before it, ms of the account's time. */
  readonly afterMs: number;
  readonly call: string;
  readonly input: Members;
  readonly by: readonly Disguise[];
  /** Without it the attack cannot reach its goal: it is tried again and again, and its failure is the end. */
  readonly essential?: true;
  /** The answer is a presigned URL that is opened at once. */
  readonly opens?: true;
}

/** An attack as data; `attack` below plays it and reacts. */
export interface AttackPlan {
  /** The user whose long-lived key was stolen. */
  readonly stolenFrom: string;
  readonly sourceIp: string;
  readonly userAgents: { readonly [D in Disguise]: string };
  readonly steps: readonly AttackStep[];
  /** Text in a lifecycle script by which the attacker's own is told. */
  readonly implantMark: string;
  /** How he gets new credentials of the notebook. */
  readonly reentry: AttackStep;
  readonly goal: {
    readonly endpoint: string;
    readonly config: string;
    /** How long the config must serve. */
    readonly servesMs: number;
    readonly reached: string;
    readonly stopped: string;
  };
  /** The story ends then at the latest, ms of the account's time. */
  readonly deadlineMs: number;
}

const refusedCodes = /^(AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken)/;
const stateMessages = /Unable to transition|in-progress|must be InService/;
/** Refused rounds of an essential step before he gives up, and the pauses between them. */
const patience = {
  rounds: 4,
  betweenMs: 45_000,
  switchMs: 8_000,
  stateMs: 20_000,
  stateTries: 15,
  watchMs: 60_000,
} as const;

/** Starts the attack and the watch that tells how it ends. */
export function startAttack(world: World, plan: AttackPlan): void {
  perform(world.schedule, watchGoal(world, plan));
  perform(world.schedule, attack(world, plan));
}

const running = (world: World): boolean => world.story.get().state === 'running';

function end(world: World, state: 'attacker-reached-goal' | 'attacker-stopped', ending: string): void {
  if (running(world)) world.story.set({ ...world.story.get(), state, ending });
}

/** Whether the siphon serves, or will without anybody doing more. */
function siphon(world: World, { goal }: AttackPlan): 'serves' | 'comes' | 'no' {
  const endpoint = world.account.region(world.account.homeRegion).endpoints.get(goal.endpoint);
  if (!endpoint || endpoint.status === 'Deleting') return 'no';
  const ours = endpoint.config === goal.config;
  if (endpoint.status === 'Creating') return ours ? 'comes' : 'no';
  // The old fleet serves until an update has ended.
  if (ours) return 'serves';
  return endpoint.pendingConfig === goal.config ? 'comes' : 'no';
}

/** The truth of the story, which does not depend on what the attacker can still see. */
async function* watchGoal(world: World, plan: AttackPlan): AsyncGenerator<number, void> {
  const everyMs = 5000;
  let served = 0;
  for (let passed = 0; passed < plan.deadlineMs; passed += everyMs) {
    yield everyMs;
    if (!running(world)) return;
    served = siphon(world, plan) === 'serves' ? served + everyMs : 0;
    if (served >= plan.goal.servesMs) return end(world, 'attacker-reached-goal', plan.goal.reached);
  }
  if (siphon(world, plan) === 'no') end(world, 'attacker-stopped', plan.goal.stopped);
  else end(world, 'attacker-reached-goal', plan.goal.reached);
}

async function* attack(world: World, plan: AttackPlan): AsyncGenerator<number, void> {
  const attacker = new Attacker(world, plan);
  let hurried = false;
  for (const step of plan.steps) {
    // Once he is noticed, he drops what does not lead to the goal.
    if (hurried && !step.essential) continue;
    yield step.afterMs;
    if (!running(world)) return;
    const outcome = yield* attacker.attempt(step);
    if (!running(world)) return;
    if (outcome === 'refused') hurried = true;
    if (outcome === 'gone' && step.essential) break;
    if (outcome === 'refused' && step.essential && siphon(world, plan) === 'no')
      return end(world, 'attacker-stopped', plan.goal.stopped);
  }
  yield* attacker.hold();
}

type Outcome = 'done' | 'refused' | 'gone';

/** What he holds, and how he goes about a step. */
class Attacker {
  readonly #world: World;
  readonly #plan: AttackPlan;
  readonly #stolen: Credential;
  /** Newest first. */
  #notebook: Credential | undefined;
  #implantsSeen: number;

  constructor(world: World, plan: AttackPlan) {
    const stolen = world.people.get(plan.stolenFrom);
    if (!stolen) throw new Error(`scenario: nobody is called ${plan.stolenFrom}`);
    this.#world = world;
    this.#plan = plan;
    this.#stolen = stolen;
    this.#implantsSeen = world.startedAt;
  }

  /** Tries a step in every disguise, waits out states, comes back after refusals. */
  async *attempt(step: AttackStep): AsyncGenerator<number, Outcome> {
    const rounds = step.essential ? patience.rounds : 1;
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) {
        yield patience.betweenMs;
        // Perhaps only the session was revoked: a new one may do.
        await this.#send(this.#plan.reentry, 'stolen-key');
      }
      this.#listenToImplants();
      for (const disguise of step.by) {
        if (!running(this.#world)) return 'refused';
        let reply = await this.#send(step, disguise);
        for (let tries = 0; isState(reply) && tries < patience.stateTries; tries += 1) {
          // Somebody else did what we were about to do.
          if (/\(Stopped\) not in \(\[InService/.test((reply as { message: string }).message)) return 'done';
          yield patience.stateMs;
          reply = await this.#send(step, disguise);
        }
        if (!reply) continue;
        if (reply.ok || /already exist/.test(reply.message)) return 'done';
        if (!refusedCodes.test(reply.code)) return 'gone';
        yield patience.switchMs;
      }
    }
    return 'refused';
  }

  /** Keeps the siphon in place: rolled back → again, deleted → made anew, as long as somebody lets him. */
  async *hold(): AsyncGenerator<number, void> {
    const { goal } = this.#plan;
    const step = (call: string, input: Members): AttackStep => ({
      phase: 'hold',
      afterMs: 0,
      call,
      input,
      by: ['notebook', 'stolen-key'],
      essential: true,
    });
    const deploy = { EndpointName: goal.endpoint, EndpointConfigName: goal.config };
    for (;;) {
      yield patience.watchMs;
      if (!running(this.#world)) return;
      this.#listenToImplants();
      const look = step('sagemaker:DescribeEndpoint', { EndpointName: goal.endpoint });
      const seen = (await this.#send(look, 'notebook')) ?? (await this.#send(look, 'stolen-key'));
      const reply = seen && !seen.ok && refusedCodes.test(seen.code) ? await this.#send(look, 'stolen-key') : seen;
      let outcome: Outcome = 'done';
      if (reply && !reply.ok && !refusedCodes.test(reply.code)) {
        outcome = yield* this.attempt(step('sagemaker:CreateEndpoint', deploy));
      } else if (!reply?.ok || drifted(reply.output, goal.config)) {
        // Blind, he sends it again as well: it costs him nothing.
        if (reply?.ok || siphon(this.#world, this.#plan) === 'no')
          outcome = yield* this.attempt(step('sagemaker:UpdateEndpoint', deploy));
      }
      if (outcome !== 'done' && running(this.#world) && siphon(this.#world, this.#plan) === 'no') {
        if (outcome === 'refused') return end(this.#world, 'attacker-stopped', goal.stopped);
        // Neither there nor refused: its config or model is gone, the next look tells.
        const made = yield* this.attempt(step('sagemaker:CreateEndpoint', deploy));
        if (made !== 'done' && siphon(this.#world, this.#plan) === 'no')
          return end(this.#world, 'attacker-stopped', goal.stopped);
      }
    }
  }

  async #send(step: AttackStep, disguise: Disguise): Promise<Reply | undefined> {
    const credential = disguise === 'stolen-key' ? this.#stolen : this.#notebook;
    if (!credential) return undefined;
    const actor: Actor = { sourceIp: this.#plan.sourceIp, userAgent: this.#plan.userAgents[disguise] };
    const reply = await this.#world.client.call(credential, actor, step.call, step.input);
    if (reply.ok && step.opens)
      this.#notebook = openNotebook(this.#world, String(reply.output.AuthorizedUrl)) ?? this.#notebook;
    return reply;
  }

  #listenToImplants(): void {
    const [session] = implantsReport(this.#world, this.#plan.implantMark, this.#implantsSeen);
    if (!session) return;
    this.#notebook = session;
    this.#implantsSeen = this.#world.schedule.now;
  }
}

const isState = (reply: Reply | undefined): boolean =>
  reply !== undefined && !reply.ok && stateMessages.test(reply.message);

/** Whether an endpoint that stands still runs something else than ours. */
function drifted(output: Members, config: string): boolean {
  if (output.EndpointStatus !== 'InService') return false;
  return (
    output.EndpointConfigName !== config && structure(output.PendingDeploymentSummary).EndpointConfigName !== config
  );
}
