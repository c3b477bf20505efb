import type { Members } from '../operation.ts';
import { structure } from '../operation.ts';
import type { World } from '../world.ts';
import type { AttackStep, Goal, Hand, Outcome } from './attack.ts';

const watchMs = 60_000;

/** An endpoint that copies what it is asked to somebody else. */
export interface SiphonPlan {
  readonly endpoint: string;
  readonly config: string;
  /** How long the config must serve, ms of the account's time. */
  readonly servesMs: number;
  readonly endings: Goal['endings'];
}

/** Whether the siphon serves, or will without anybody doing more. */
function siphonState(world: World, goal: SiphonPlan): 'has' | 'comes' | 'no' {
  const endpoint = world.account.region(world.account.homeRegion).endpoints.get(goal.endpoint);
  if (!endpoint || endpoint.status === 'Deleting') return 'no';
  const ours = endpoint.config === goal.config;
  if (endpoint.status === 'Creating') return ours ? 'comes' : 'no';
  // The old fleet serves until an update has ended.
  if (ours) return 'has';
  return endpoint.pendingConfig === goal.config ? 'comes' : 'no';
}

/** The goal is that an endpoint serves with the attacker's config for some time. */
export function siphon(plan: SiphonPlan): Goal {
  let served = 0;
  const state = (world: World) => siphonState(world, plan);
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

/** Keeps the siphon in place: rolled back → again, deleted → made anew. */
async function* hold(hand: Hand, plan: SiphonPlan, state: () => 'has' | 'comes' | 'no'): AsyncGenerator<number, void> {
  const step = (call: string, input: Members): AttackStep => ({
    phase: 'hold',
    afterMs: 0,
    call,
    input,
    by: ['notebook', 'stolen-key'],
    essential: true,
  });
  const deploy = { EndpointName: plan.endpoint, EndpointConfigName: plan.config };
  const running = () => hand.world.story.get().state === 'running';
  for (;;) {
    yield watchMs;
    if (!running()) return;
    hand.listen();
    const seen = await hand.ask(step('sagemaker:DescribeEndpoint', { EndpointName: plan.endpoint }));
    let outcome: Outcome = 'done';
    if (seen === 'gone') outcome = yield* hand.attempt(step('sagemaker:CreateEndpoint', deploy));
    // Blind, he sends it again as well: it costs him nothing.
    else if (seen === 'refused' ? state() === 'no' : drifted(seen, plan.config))
      outcome = yield* hand.attempt(step('sagemaker:UpdateEndpoint', deploy));
    if (outcome === 'done' || !running() || state() !== 'no') continue;
    if (outcome === 'refused') return;
    // Neither there nor refused: its config or model is gone, the next look tells.
    const made = yield* hand.attempt(step('sagemaker:CreateEndpoint', deploy));
    if (made !== 'done' && state() === 'no') return;
  }
}

/** Whether an endpoint that stands still runs something else than ours. */
function drifted(output: Members, config: string): boolean {
  if (output.EndpointStatus !== 'InService') return false;
  return (
    output.EndpointConfigName !== config && structure(output.PendingDeploymentSummary).EndpointConfigName !== config
  );
}
