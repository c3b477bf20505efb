import { type Members, structure } from '../operation.ts';
import type { World } from '../world.ts';
import type { AttackStep, Disguise, Goal, Hand, Outcome } from './attack.ts';
import { tend, type Upkeep } from './upkeep.ts';

const watchMs = 60_000;

/** An endpoint that serves as the attacker wants it. */
export interface ServingPlan {
  readonly endpoint: string;
  /** Whether a config, by its name, is one of his. */
  readonly ours: (config: string, world: World) => boolean;
  /** How long one must serve, ms of the account's time. */
  readonly servesMs: number;
  readonly by: readonly Disguise[];
  /** What he does when it serves something else. */
  readonly restore: readonly AttackStep[];
  /** What he does when it is gone; without it he can do nothing then. */
  readonly recreate?: readonly AttackStep[];
  /** What else he looks after. */
  readonly upkeeps?: readonly Upkeep[];
  readonly endings: Goal['endings'];
}

/** An endpoint that copies what it is asked to somebody else. */
export interface SiphonPlan extends Pick<ServingPlan, 'endpoint' | 'servesMs' | 'by' | 'endings'> {
  readonly config: string;
}

/** The goal is that an endpoint serves with a config that copies what it sees. */
export function siphon({ config, ...plan }: SiphonPlan): Goal {
  const put = (call: string): readonly AttackStep[] => [
    {
      phase: 'hold',
      afterMs: 0,
      call,
      input: { EndpointName: plan.endpoint, EndpointConfigName: config },
      by: plan.by,
      essential: true,
    },
  ];
  return serving({
    ...plan,
    ours: (name) => name === config,
    restore: put('sagemaker:UpdateEndpoint'),
    recreate: put('sagemaker:CreateEndpoint'),
  });
}

/** Whether it serves so, or will without anybody doing more. */
function stateOf(world: World, { endpoint: name, ours }: ServingPlan): 'has' | 'comes' | 'no' {
  const endpoint = world.account.region(world.account.homeRegion).endpoints.get(name);
  if (!endpoint || endpoint.status === 'Deleting') return 'no';
  const his = ours(endpoint.config, world);
  if (endpoint.status === 'Creating') return his ? 'comes' : 'no';
  // The old fleet serves until an update has ended.
  if (his) return 'has';
  return endpoint.pendingConfig !== undefined && ours(endpoint.pendingConfig, world) ? 'comes' : 'no';
}

/** The goal is that an endpoint serves so for some time. */
export function serving(plan: ServingPlan): Goal {
  let served = 0;
  const state = (world: World) => stateOf(world, plan);
  return {
    endings: plan.endings,
    state,
    reached(world, everyMs) {
      served = state(world) === 'has' ? served + everyMs : 0;
      return served >= plan.servesMs;
    },
    hold: (hand) => hold(hand, plan, () => state(hand.world)),
  };
}

/** Keeps it so: rolled back → again, deleted → made anew. */
async function* hold(hand: Hand, plan: ServingPlan, state: () => 'has' | 'comes' | 'no'): AsyncGenerator<number, void> {
  const running = () => hand.world.story.get().state === 'running';
  const look: AttackStep = {
    phase: 'hold',
    afterMs: 0,
    call: 'sagemaker:DescribeEndpoint',
    input: { EndpointName: plan.endpoint },
    by: plan.by,
  };
  async function* all(steps: readonly AttackStep[]): AsyncGenerator<number, Outcome> {
    let outcome: Outcome = 'gone';
    for (const step of steps) {
      yield step.afterMs;
      outcome = yield* hand.attempt(step);
      if (outcome === 'done') break;
    }
    return outcome;
  }
  for (;;) {
    yield watchMs;
    if (!running()) return;
    hand.listen();
    const seen = await hand.ask(look);
    let outcome: Outcome = 'done';
    if (seen === 'gone') outcome = yield* all(plan.recreate ?? []);
    // Blind, he sends it again as well: it costs him nothing.
    else if (seen === 'refused' ? state() === 'no' : drifted(seen, plan, hand.world))
      outcome = yield* all(plan.restore);
    yield* tend(hand, plan.upkeeps ?? []);
    if (outcome === 'done' || !running() || state() !== 'no') continue;
    if (outcome === 'refused' || plan.recreate === undefined) return;
    // Neither there nor refused: its config or model is gone, the next look tells.
    const made = yield* all(plan.recreate);
    if (made !== 'done' && state() === 'no') return;
  }
}

/** Whether an endpoint that stands still runs something else than his. */
function drifted(output: Members, { ours }: ServingPlan, world: World): boolean {
  if (output.EndpointStatus !== 'InService') return false;
  const configs = [output.EndpointConfigName, structure(output.PendingDeploymentSummary).EndpointConfigName];
  return !configs.some((config) => typeof config === 'string' && ours(config, world));
}
