import type { Members } from '../operation.ts';
import { perform, type World } from '../world.ts';
import type { Actor } from './client.ts';

/** What somebody innocent keeps doing. */
export interface Routine extends Actor {
  /** A name in the estate's `people`. */
  readonly who: string;
  /** Mean pause between two calls, ms of the account's time; between two beats where a routine has one. */
  readonly everyMs: number;
  /**
   * `bursts`: a few calls within seconds, then a longer pause, as people work. `beat`: all of them in their order, at even times, as
   * programs do. Default one after the other, at any time.
   */
  readonly rhythm?: 'bursts' | 'beat';
  readonly calls: readonly {
    readonly operation: string;
    readonly input: Members;
    readonly region?: string;
    readonly onlyInHistory?: true;
  }[];
}

/** A call that lies in the past when the story begins. */
export interface EarlierCall extends Actor {
  readonly who: string;
  /** Before the start, ms. */
  readonly agoMs: number;
  readonly operation: string;
  readonly input: Members;
  readonly region?: string;
}

async function* work(world: World, routine: Routine): AsyncGenerator<number, void> {
  const credential = world.people.get(routine.who);
  if (!credential) throw new Error(`scenario: nobody is called ${routine.who}`);
  const { everyMs, rhythm } = routine;
  const calls = routine.calls.filter(({ onlyInHistory }) => !onlyInHistory);
  // Somebody of whom only the past is seen.
  if (calls.length === 0) return;
  const chance = world.random;
  // Refused or not: they come back later, as people and pipelines do.
  const make = async ({ input, operation, region }: Routine['calls'][number]) => {
    const at = world.schedule.now;
    const reply = await world.client.call(credential, routine, operation, input, region);
    world.chronicle.worked(at, routine.who, operation, input, reply.ok ? undefined : reply.code);
  };
  // Not everybody at once.
  if (rhythm === 'beat') yield everyMs * chance.next();
  for (;;) {
    if (rhythm === 'beat') {
      let spent = 0;
      for (const call of calls) {
        const pause = chance.between(300, 1_500);
        spent += pause;
        yield pause;
        await make(call);
      }
      yield Math.max(0, everyMs * chance.between(0.97, 1.03) - spent);
      continue;
    }
    const count = rhythm === 'bursts' ? Math.floor(chance.between(2, 6)) : 1;
    yield everyMs * count * chance.between(0.5, 1.5);
    for (let index = 0; index < count; index += 1) {
      if (index > 0) yield chance.between(2_000, 9_000);
      await make(chance.pick(calls));
    }
  }
}

/** Lets the routines run until the range ends. */
export function startRoutines(world: World, routines: readonly Routine[]): void {
  for (const routine of routines) perform(world.schedule, work(world, routine));
}

/** Makes the records of an ordinary hour before the start, all of them published already. */
export function makeHistory(world: World, routines: readonly Routine[], count: number): void {
  const { random, startedAt } = world;
  const longestLagMs = 2 * 60_000;
  const times = Array.from({ length: count }, () => startedAt - random.between(longestLagMs, 60 * 60_000)).sort(
    (a, b) => a - b,
  );
  for (const at of times) {
    const routine = random.pick(routines);
    serveAt(world, routine, random.pick(routine.calls), at);
  }
}

/** Makes what happened before the story; its records are published when they would have been. */
export function makeEarlier(world: World, calls: readonly EarlierCall[]): void {
  for (const call of [...calls].sort((a, b) => b.agoMs - a.agoMs))
    serveAt(world, call, call, world.startedAt - call.agoMs, call.region);
}

/** A call in the past: it does not come over the wire. */
function serveAt(
  world: World,
  actor: Actor & { readonly who: string },
  call: { readonly operation: string; readonly input: Members },
  at: number,
  region = world.account.homeRegion,
): void {
  const { random } = world;
  const caller = world.people.get(actor.who);
  const operation = world.operations.find(({ service, name }) => `${service}:${name}` === call.operation);
  if (!caller || !operation) throw new Error(`scenario: ${actor.who} cannot call ${call.operation}`);
  world.door.serve({
    operation,
    input: call.input,
    caller,
    region,
    at: Math.floor(at),
    sourceIp: actor.sourceIp,
    userAgent: actor.userAgent,
    random,
    requestId: random.uuid(),
  });
}
