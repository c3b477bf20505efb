import type { Credential } from '../account/identities.ts';
import type { Members } from '../operation.ts';
import { onImplant, openUrl, perform, type Terminal, type World } from '../world.ts';
import type { AttackPlan, AttackStep, Disguise, Goal, Hand, Outcome } from './attack.ts';
import type { Actor, Reply } from './client.ts';

const refusedCodes = /^(AccessDenied|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|ExpiredToken)/;
const stateMessages = /Unable to transition|in-progress|must be InService|in status \[/;
/**
 * Refused rounds of an essential step before he gives up, and the pauses between them: longer than the five minutes in which a revocation
 * of sessions also refuses those that are made after it.
 */
const patience = {
  rounds: 8,
  betweenMs: 45_000,
  switchMs: 8_000,
  stateMs: 20_000,
  stateTries: 15,
} as const;
/** Metadata give new credentials that often at most. */
const refreshMs = 120_000;

/** Starts the attack and the watch that tells how it ends. */
export function startAttack(world: World, plan: AttackPlan): void {
  const goal = plan.goal();
  perform(world.schedule, watchGoal(world, plan, goal));
  perform(world.schedule, attack(world, plan, goal));
}

const running = (world: World): boolean => world.story.get().state === 'running';

function end(world: World, state: 'attacker-reached-goal' | 'attacker-stopped', ending: string): void {
  if (running(world)) world.story.set({ ...world.story.get(), state, ending, endedAt: Math.trunc(world.schedule.now) });
}

/** The truth of the story, which does not depend on what the attacker can still see. */
async function* watchGoal(world: World, plan: AttackPlan, goal: Goal): AsyncGenerator<number, void> {
  const everyMs = 5000;
  for (let passed = 0; passed < plan.deadlineMs; passed += everyMs) {
    yield everyMs;
    if (!running(world)) return;
    if (goal.reached(world, everyMs)) return end(world, 'attacker-reached-goal', goal.endings.reached);
  }
  if (goal.state(world) === 'no') end(world, 'attacker-stopped', goal.endings.stopped);
  else end(world, 'attacker-reached-goal', goal.endings.reached);
}

async function* attack(world: World, plan: AttackPlan, goal: Goal): AsyncGenerator<number, void> {
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
    if (outcome === 'refused' && step.essential && goal.state(world) === 'no')
      return end(world, 'attacker-stopped', goal.endings.stopped);
  }
  yield* goal.hold(attacker);
  if (goal.state(world) === 'no') end(world, 'attacker-stopped', goal.endings.stopped);
}

/** What he holds, and how he goes about a step. */
class Attacker implements Hand {
  readonly world: World;
  readonly #plan: AttackPlan;
  /** What he got beside what he came with; the newest of a name counts. */
  readonly #held = new Map<Disguise, Credential>();
  /** What is open somewhere in the account, by the name under which he uses it. */
  readonly #terminals = new Map<Disguise, { readonly terminal: Terminal; askedAt: number }>();
  /** Starts of his scripts that he has not heard of yet. */
  readonly #reports: Terminal[] = [];

  constructor(world: World, plan: AttackPlan) {
    for (const { stolenFrom } of Object.values(plan.disguises))
      if (stolenFrom !== undefined && !world.people.has(stolenFrom))
        throw new Error(`scenario: nobody is called ${stolenFrom}`);
    this.world = world;
    this.#plan = plan;
    if (plan.implant) onImplant(world, plan.implant.mark, (terminal) => this.#reports.push(terminal));
  }

  async *attempt(step: AttackStep): AsyncGenerator<number, Outcome> {
    const rounds = step.essential ? patience.rounds : 1;
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) {
        yield patience.betweenMs;
        // Perhaps only the session was revoked: a new one may do.
        await this.renew();
      }
      this.listen();
      for (const disguise of step.by) {
        if (!running(this.world)) return 'refused';
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

  async ask(step: AttackStep): Promise<Members | 'refused' | 'gone'> {
    for (const disguise of step.by) {
      const reply = await this.#send(step, disguise);
      if (!reply) continue;
      if (reply.ok) return reply.output;
      if (!refusedCodes.test(reply.code)) return 'gone';
    }
    return 'refused';
  }

  listen(): void {
    const terminal = this.#reports.pop();
    if (!terminal || !this.#plan.implant) return;
    this.#reports.length = 0;
    this.#open(this.#plan.implant.as, terminal);
  }

  async renew(): Promise<void> {
    for (const [name, { askedAt, terminal }] of this.#terminals) {
      const { schedule } = this.world;
      if (schedule.now - askedAt >= schedule.scaled(refreshMs)) this.#open(name, terminal);
    }
    for (const step of this.#plan.reentry ?? []) for (const disguise of step.by) await this.#send(step, disguise);
  }

  /** Takes what a terminal gives; one that is closed is forgotten, what it gave stays good until it is not. */
  #open(name: Disguise, terminal: Terminal): void {
    const session = terminal.session();
    if (!session) {
      this.#terminals.delete(name);
      return;
    }
    this.#held.set(name, session);
    this.#terminals.set(name, { terminal, askedAt: this.world.schedule.now });
  }

  async #send(step: AttackStep, name: Disguise): Promise<Reply | undefined> {
    const disguise = this.#plan.disguises[name];
    if (!disguise) throw new Error(`scenario: there is no disguise ${name}`);
    const { stolenFrom, userAgent, sourceIp = this.#plan.sourceIp } = disguise;
    const credential = this.#held.get(name) ?? this.world.people.get(stolenFrom ?? '');
    if (!credential) return undefined;
    const actor: Actor = { sourceIp, userAgent };
    const at = this.world.schedule.now;
    const reply = await this.world.client.call(credential, actor, step.call, step.input, step.region);
    this.world.chronicle.attacked(at, name, credential, step, reply);
    if (reply.ok && step.opens !== undefined) this.#take(step.opens, reply.output, credential);
    return reply;
  }

  /** A URL that leads to compute, or a key: of a session or of a user. */
  #take(name: Disguise, output: Members, by: Credential): void {
    const { AccessKeyId, AuthorizedUrl } = output;
    if (typeof AuthorizedUrl === 'string') {
      const terminal = openUrl(this.world, AuthorizedUrl, by);
      if (terminal) this.#open(name, terminal);
      return;
    }
    const key = this.world.account.credentials.get(String(AccessKeyId));
    if (key) this.#held.set(name, key);
  }
}

const isState = (reply: Reply | undefined): boolean =>
  reply !== undefined && !reply.ok && stateMessages.test(reply.message);
