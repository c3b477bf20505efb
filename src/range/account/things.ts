import { Fault } from '../fault.ts';
import type { Schedule } from '../schedule.ts';
import type { StateChange } from '../state-changes.ts';
import type { Account, RegionState } from './account.ts';

/**
 * Resources that live by the same few rules: asked for, in one status after the other, told of by EventBridge. By their part of the
 * ARN; rules and schedules are EventBridge's, all others are SageMaker's.
 */
export type ThingKind =
  | 'app'
  | 'automl-job'
  | 'cluster'
  | 'compilation-job'
  | 'domain'
  | 'edge-packaging-job'
  | 'hyper-parameter-tuning-job'
  | 'inference-recommendations-job'
  | 'labeling-job'
  | 'mlflow-app'
  | 'mlflow-tracking-server'
  | 'model-package'
  | 'model-package-group'
  | 'monitoring-schedule'
  | 'optimization-job'
  | 'partner-app'
  | 'pipeline'
  | 'pipeline-execution'
  | 'processing-job'
  | 'rule'
  | 'schedule'
  | 'space'
  | 'studio-lifecycle-config'
  | 'training-job'
  | 'transform-job'
  | 'user-profile';

export interface Thing {
  readonly kind: ThingKind;
  /** Names it within its kind; several names with `/` between them where one does not (`<domain>/<profile>`). */
  readonly id: string;
  /** As it was written. */
  readonly name: string;
  readonly arn: string;
  /** AWS's word; in the spelling of most families (`InProgress`). */
  status: string;
  /** What Describe answers beyond name, ARN, status and times. */
  readonly members: Record<string, unknown>;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  modifiedAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** ARN of what began it and begins it again: a tuning job, a pipeline's execution. */
  readonly parent: string | undefined;
  /** Grows with every change of the status: who waits for the end of one knows whether it is still his. */
  revision: number;
}

/** What moving a thing needs; of a call, or of what runs by itself. */
export interface Turn {
  readonly account: Account;
  readonly region: RegionState;
  readonly now: number;
  readonly schedule: Schedule;
  changed(change: StateChange): void;
  later(ms: number, run: () => void): void;
}

const keyOf = (kind: ThingKind, id: string): string => `${kind} ${id.toLowerCase()}`;

/** A new thing; it is not in the Region yet. */
export const makeThing = (
  wanted: Pick<Thing, 'kind' | 'id' | 'name' | 'arn' | 'status' | 'createdAt'> &
    Partial<Pick<Thing, 'members' | 'tags' | 'parent'>>,
): Thing => ({
  members: {},
  tags: new Map(),
  parent: undefined,
  modifiedAt: wanted.createdAt,
  startedAt: undefined,
  endedAt: undefined,
  revision: 0,
  ...wanted,
});

export const addThing = (region: RegionState, thing: Thing): void =>
  void region.things.set(keyOf(thing.kind, thing.id), thing);

export const removeThing = (region: RegionState, thing: Thing): void =>
  void region.things.delete(keyOf(thing.kind, thing.id));

export const thingOf = (region: RegionState, kind: ThingKind, id: string): Thing | undefined =>
  region.things.get(keyOf(kind, id));

/** All of a kind, in the order in which they were made. */
export const thingsOf = (region: RegionState, kind: ThingKind): readonly Thing[] =>
  [...region.things.values()].filter((thing) => thing.kind === kind);

/** The newer half of SageMaker says so of what is missing. */
export const resourceNotFound = (message: string): Fault => new Fault('ResourceNotFound', message);
/** What is there already, or still used. */
export const resourceInUse = (message: string): Fault => new Fault('ResourceInUse', message);

/**
 * Gives a thing a status, and another one when the time is up unless somebody came between.
 *
 * @param report Tells EventBridge of the status as it is then.
 * @param then `gone` removes it.
 */
export function moveThing(
  thing: Thing,
  turn: Turn,
  status: string,
  report: (thing: Thing, turn: Turn) => void,
  then?: { readonly ms: number; readonly status: string | 'gone'; readonly done?: (turn: Turn) => void },
): void {
  thing.status = status;
  thing.modifiedAt = turn.now;
  thing.revision += 1;
  report(thing, turn);
  if (!then) return;
  const { revision } = thing;
  turn.later(then.ms, () => {
    if (thing.revision !== revision || turn.region.things.get(keyOf(thing.kind, thing.id)) !== thing) return;
    const next = turnAt(turn, turn.schedule.now);
    if (then.status === 'gone') {
      removeThing(turn.region, thing);
      thing.revision += 1;
    } else moveThing(thing, next, then.status, report);
    then.done?.(next);
  });
}

/** The same turn at another time. */
export const turnAt = (turn: Turn, now: number): Turn => ({
  account: turn.account,
  region: turn.region,
  now,
  schedule: turn.schedule,
  changed: turn.changed,
  later: (ms, run) => turn.schedule.at(now + turn.schedule.scaled(ms), run),
});

/** For what EventBridge is not told of. */
export const silently = (): void => undefined;
