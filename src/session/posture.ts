import type { Inventory } from '../inventory/inventory.ts';
import type { Look } from '../inventory/look.ts';
import { parseArn } from '../model/arn.ts';
import { noPosture, type Posture } from '../model/posture.ts';
import { checks } from '../posture/catalogue.ts';
import type { Subject } from '../posture/facts.ts';
import { type ReadPlace, readPosture } from '../posture/read.ts';
import { type Scope, usersIn } from '../posture/scope.ts';
import type { Clock } from '../shared/clock.ts';
import { type Observable, observable } from '../shared/observable.ts';

/** Where posture can be read: an account and Region of the session. */
export interface PostureWhere {
  readonly account: string;
  readonly region: string;
  readonly look: (signal: AbortSignal) => Look;
}

/** Judged when somebody asks, once at a time. */
export interface PostureWatch {
  readonly posture: Observable<Posture>;
  /** Begins; nothing happens while it is being read. */
  judge(): void;
  /** Stops reading; what is in stays. */
  stop(): void;
  /** Resolves when what is being read is in, or after `withinMs`. */
  settled(withinMs: number): Promise<void>;
}

/** So long what runs is waited for: who shares a role is known by it. */
const inventoryWithinMs = 60_000;

/** Each resource goes to the account and Region of its ARN; what names none, or one that nobody is logged in to, to the first. */
function placesFor(
  seeds: readonly Subject[],
  where: readonly PostureWhere[],
): { readonly byPlace: ReadonlyMap<PostureWhere, readonly Subject[]>; readonly leftOut: readonly string[] } {
  const [first] = where;
  const byPlace = new Map<PostureWhere, Subject[]>();
  const elsewhere = new Set<string>();
  if (!first) return { byPlace, leftOut: [] };
  byPlace.set(first, []);
  for (const seed of seeds) {
    const arn = parseArn(seed.arn);
    const there = where.find(
      ({ account, region }) =>
        (!arn?.account || !account || arn.account === account) && (!arn?.region || arn.region === region),
    );
    if (there) byPlace.set(there, [...(byPlace.get(there) ?? []), seed]);
    else elsewhere.add([arn?.account, arn?.region].filter(Boolean).join(' '));
  }
  return {
    byPlace,
    leftOut: [...elsewhere]
      .slice(0, 5)
      .map((place) => `resources of ${place}: nobody is logged in there, or the Region is not watched`),
  };
}

/** @param where Empty for saved logs. */
export function watchPosture(options: {
  /** Resolves when AWS has said who we are, or it is not worth waiting for any longer. */
  ready(): Promise<void>;
  where(): readonly PostureWhere[];
  scope(signal: AbortSignal): Promise<Scope>;
  readonly inventory: Observable<Inventory>;
  lookAround(): void;
  readonly clock: Clock;
  readonly ending: AbortSignal;
  failed(error: unknown): void;
}): PostureWatch {
  const { inventory, clock, ending } = options;
  const posture = observable(noPosture);
  let stopping: AbortController | undefined;
  let running: Promise<void> | undefined;

  async function inventoryTaken(signal: AbortSignal): Promise<void> {
    const isTaken = () => inventory.get().completeAt !== undefined;
    if (isTaken()) return;
    const waiting = new AbortController();
    const heard = new Promise<void>((resolve) => {
      const end = inventory.subscribe(() => {
        if (isTaken()) resolve();
      });
      waiting.signal.addEventListener('abort', end);
    });
    options.lookAround();
    try {
      await Promise.race([heard, clock.sleep(inventoryWithinMs, AbortSignal.any([signal, waiting.signal]))]);
    } finally {
      waiting.abort();
    }
    signal.throwIfAborted();
  }

  async function run(signal: AbortSignal): Promise<void> {
    if (options.where().length === 0) {
      posture.set({ ...noPosture, state: 'unavailable', why: 'these are saved logs: there is no account to ask' });
      return;
    }
    posture.set({ ...posture.get(), state: 'reading', read: 0, wanted: 0 });
    await options.ready();
    await inventoryTaken(signal);
    const where = options.where();
    const scope = await options.scope(signal);
    const { byPlace, leftOut } = placesFor(scope.seeds, where);
    const places = [...byPlace].map(([{ look }, seeds]): ReadPlace => {
      const there = look(signal);
      return {
        look: there,
        account: there.account,
        region: there.region,
        partition: there.partition,
        ours: there.ours,
        seeds,
        whole: true,
        usersOf: (role) => usersIn(inventory.get(), role),
      };
    });
    for await (const now of readPosture(places, checks, signal))
      posture.set({ ...now, leftOut: [...scope.leftOut, ...leftOut, ...now.leftOut] });
  }

  return {
    posture,
    judge() {
      if (running || ending.aborted) return;
      stopping = new AbortController();
      const signal = AbortSignal.any([ending, stopping.signal]);
      running = run(signal)
        .catch((error: unknown) => {
          posture.set({ ...posture.get(), state: 'cancelled' });
          if (!signal.aborted) options.failed(error);
        })
        .finally(() => {
          running = undefined;
        });
    },
    stop: () => stopping?.abort(new DOMException('stopped by the operator', 'AbortError')),
    async settled(withinMs) {
      if (!running) return;
      const waiting = new AbortController();
      // Either wakes the other: nobody waits for a clock that is not needed.
      await Promise.race([
        running,
        clock.sleep(withinMs, AbortSignal.any([ending, waiting.signal])).catch(() => undefined),
      ]);
      waiting.abort();
    },
  };
}
