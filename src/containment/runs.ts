import { type ExpectedError, RefusedError } from '../model/errors.ts';
import { type ResourceRef, sameResource } from '../model/resource.ts';
import { ticksOf } from '../shared/clock.ts';
import type { JournalEntry } from '../store/journal.ts';
import type { ActionContext, ContainmentAction, Params, Plan } from './action.ts';
import { type ReadBack, readBack } from './conclude.ts';
import type { Containment } from './containment.ts';
import type { Doors } from './doors.ts';
import type { ContainmentEntry } from './entries.ts';
import { findAction } from './find-action.ts';
import { foldContainments } from './fold.ts';
import { type Planned, planWith } from './plan.ts';
import type { Outcome, RunnerParts, Running } from './runner.ts';

/** What `approve`, `undo` and `verifyNow` share: the doors, who runs, and what the journal says. */
export interface Runs {
  readonly parts: RunnerParts;
  readonly doors: Doors;
  readonly live: ReadonlySet<string>;
  action(id: string): ContainmentAction;
  /** What an action is given; of a plan that exists, in the incident it was made in. */
  context(plan: Pick<Plan, 'params' | 'incident'>, signal: AbortSignal): Promise<ActionContext>;
  /** What reading a plan's effect back needs. */
  readBack(plan: Plan, signal: AbortSignal): ReadBack;
  plan(actionId: string, target: ResourceRef, params: Params, signal: AbortSignal): Promise<Planned>;
  /** The same plan as of now. */
  replan(plan: Plan, signal: AbortSignal): Promise<Planned>;
  /** As the journal tells it now. @throws RefusedError `NoSuchEntry` */
  current(id: string): Containment;
  /** `c1`, `c2`, …; never given twice. */
  nextId(): string;
  /** @throws RefusedError `Busy` when one runs already, by id or on the same target. */
  refuseBusy(subject: { readonly id?: string; readonly target: ResourceRef }): void;
  /** @throws RefusedError `NotArmed`, `ReadOnly` */
  refuseUnarmed(): void;
  /** Runs `work` as the containment's; it is live until both promises have settled. */
  start(id: string, work: (cancelled: AbortSignal) => Promise<ExpectedError | undefined>, hold?: Plan): Running;
  cancel(id: string): void;
  close(): void;
}

/** When an effect is looked at again, ms after *written*: IAM takes seconds to minutes, and an attacker may remove a deny meanwhile. */
const iamLooksMs: readonly number[] = [5_000, 15_000, 60_000];
const otherLooksMs: readonly number[] = [60_000];
/** A last look that AWS does not answer is repeated this often, so many ms apart. */
const lastTries = 3;
const lastTryMs = 15_000;
/** Below this a pause is no pause. */
const shortestMs = 5;

/** Opens the book of what runs. */
export function createRuns(parts: RunnerParts): Runs {
  const { aws, writer, journal, clock } = parts;
  const running = new Map<string, AbortController>();
  const live = new Set<string>();
  const closing = new AbortController();
  let lastId = 0;
  const pace = (ms: number) => Math.max(shortestMs, ms / (parts.speed ?? 1));

  const doors: Doors = {
    aws,
    writer,
    clock,
    pace,
    async append(entry: ContainmentEntry) {
      // Entries are JSON through and through; the journal's type is wider than ours.
      const line = await journal.append(entry as unknown as JournalEntry);
      parts.onEntry?.(line);
      return line;
    },
  };

  const current = (id: string): Containment => {
    const found = foldContainments(journal.lines, { live }).find((one) => one.id === id);
    if (!found)
      throw new RefusedError('NoSuchEntry', `there is no containment ${id} in ${parts.incident}`, ['List the journal']);
    return found;
  };
  const context: Runs['context'] = async ({ params, incident = parts.incident }, signal) => {
    const identity = await parts.identity();
    return {
      aws,
      partition: identity.partition,
      account: identity.account,
      region: identity.region,
      responderArn: identity.arn,
      breakGlass: parts.breakGlass ?? [],
      protectedTags: parts.protectedTags ?? [],
      incident,
      params,
      signal,
    };
  };
  const action = (id: string) => findAction(parts.actions, id);
  const reading = (plan: Plan, signal: AbortSignal): ReadBack => ({ aws, context: () => context(plan, signal) });

  /** *Holding*: looks again after 5, 15 and 60 s (IAM), 60 s (others); tells when it no longer is so. */
  async function hold(id: string, plan: Plan): Promise<void> {
    const looks = plan.action.startsWith('iam.') ? iamLooksMs : otherLooksMs;
    const started = ticksOf(clock);
    for (const [at, after] of looks.entries()) {
      await clock.sleep(Math.max(shortestMs, started + pace(after) - ticksOf(clock)), closing.signal);
      const last = at === looks.length - 1;
      for (let tried = 1; ; tried += 1) {
        // Undone, or looked at by the operator, meanwhile: this watch is over.
        const now = current(id);
        if (live.has(id) || (now.state !== 'written' && now.state !== 'confirmed')) return;
        const { effect, checks } = await readBack(action(plan.action), plan, reading(plan, closing.signal), last);
        if (effect === 'absent' || (last && effect === 'holding')) {
          await doors.append({ type: 'containment-verified', id, phase: 'do', effect, checks });
          return;
        }
        // No answer before the last look: the next look will tell.
        if (!last || effect !== 'unknown' || tried >= lastTries) break;
        await clock.sleep(pace(lastTryMs), closing.signal);
      }
    }
  }

  return {
    parts,
    doors,
    live,
    action,
    context,
    readBack: reading,
    current,
    async plan(actionId, target, params, signal) {
      return planWith(action(actionId), target, await context({ params }, signal), await parts.identity());
    },
    async replan(plan, signal) {
      return planWith(action(plan.action), plan.target, await context(plan, signal), await parts.identity());
    },
    nextId() {
      const written = journal.lines.reduce((highest, { entry }) => {
        const [, number] = entry.type === 'containment-approved' ? (/^c(\d+)$/.exec(String(entry.id)) ?? []) : [];
        return Math.max(highest, Number(number ?? 0));
      }, 0);
      lastId = Math.max(lastId, written) + 1;
      return `c${lastId}`;
    },
    refuseBusy({ id, target }) {
      const busy = foldContainments(journal.lines, { live }).find(
        (one) => live.has(one.id) && (one.id === id || sameResource(one.plan.target, target)),
      );
      if (busy)
        throw new RefusedError('Busy', `${busy.id} (${busy.plan.action}) still runs on ${target.name}`, [
          'Wait for it, or cancel it',
        ]);
    },
    refuseUnarmed() {
      // A permit for nothing: the lease itself says why not, read-only for good or only not armed, before anything is read.
      parts.arming.confirm('armed?', []);
    },
    start(id, work, holdPlan) {
      const cancelled = new AbortController();
      running.set(id, cancelled);
      live.add(id);
      const written = (async (): Promise<Outcome> => {
        try {
          const error = await work(cancelled.signal);
          return { containment: current(id), error };
        } finally {
          running.delete(id);
          live.delete(id);
        }
      })();
      // What it came to is only told once it is no longer live.
      const settled = written.then(({ error }): Outcome => ({ containment: current(id), error }));
      const holding = settled.then(async (outcome) => {
        if (!holdPlan || outcome.containment.state !== 'written') return outcome;
        try {
          await hold(id, holdPlan);
        } catch (error) {
          if (!closing.signal.aborted) throw error;
          // The runner was closed: it stays as it was.
        }
        return { containment: current(id), error: outcome.error };
      });
      // Both are the caller's to await; nobody must.
      settled.catch(() => undefined);
      holding.catch(() => undefined);
      return { id, written: settled, done: settled, holding };
    },
    cancel(id) {
      running.get(id)?.abort(new DOMException('cancelled by the operator', 'AbortError'));
    },
    close() {
      closing.abort(new DOMException('the runner was closed', 'AbortError'));
    },
  };
}
