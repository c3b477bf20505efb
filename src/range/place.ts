import type { Account, RegionState } from './account/account.ts';
import { moveThing, removeThing, silently, type Thing, turnAt } from './account/things.ts';
import type { Schedule } from './schedule.ts';
import type { StateChange } from './state-changes.ts';

/** A status that AWS brings a resource into by itself: maintenance, a failed update, an instance that died. */
export interface Placement {
  /** Of an endpoint, inference component, notebook or any other thing of SageMaker, in any Region that was asked for. */
  readonly arn: string;
  /** In the spelling that Describe answers. */
  readonly status: string;
  /** What comes after it, and when, ms of AWS's time; without it the resource stays as it is until a call moves it. */
  readonly next?: { readonly status: string | 'gone'; readonly afterMs: number };
}

interface Moving {
  status: string;
  readonly arn: string;
}

/** The map that holds it, and what it is called there. */
function findIn(
  region: RegionState,
  arn: string,
): { readonly map: Map<string, Moving>; readonly key: string } | undefined {
  for (const map of [region.endpoints, region.inferenceComponents, region.notebookInstances])
    for (const [key, one] of map as Map<string, Moving>)
      if (one.arn === arn) return { map: map as Map<string, Moving>, key };
  return undefined;
}

/**
 * Puts a resource into a status without a call, as AWS does. Nothing tells of it but the resource itself.
 * @returns Whether there is such a resource.
 */
export function place(
  { arn, status, next }: Placement,
  parts: { readonly account: Account; readonly schedule: Schedule; changed(change: StateChange): void },
): boolean {
  const { account, changed, schedule } = parts;
  const now = schedule.clock.now();
  for (const region of account.regions()) {
    const thing: Thing | undefined = [...region.things.values()].find((one) => one.arn === arn);
    if (thing && status === 'gone') removeThing(region, thing);
    else if (thing) {
      const turn = turnAt({ account, region, now, schedule, changed, later: () => undefined }, now);
      moveThing(thing, turn, status, silently, next && { ms: next.afterMs, status: next.status });
    }
    if (thing) return true;
    const found = findIn(region, arn);
    const one = found?.map.get(found.key);
    if (!found || !one) continue;
    const { key, map } = found;
    const settle = (to: string) => {
      if (to === 'gone') map.delete(key);
      else one.status = to;
    };
    settle(status);
    if (next)
      schedule.at(now + schedule.scaled(next.afterMs), () => {
        if (map.get(key) === one && one.status === status) settle(next.status);
      });
    return true;
  }
  return false;
}
