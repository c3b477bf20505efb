import type { ContainmentAction } from '../containment/action.ts';
import type { Runner, Running } from '../containment/runner.ts';
import { choices } from '../containment/target.ts';
import { RefusedError } from '../model/errors.ts';
import { observable } from '../shared/observable.ts';
import type { Journal } from '../store/journal.ts';
import { foldDecisions } from './fold-decisions.ts';
import type { Publisher } from './publisher.ts';
import type { Reach } from './reach.ts';
import type { Session } from './session.ts';

/** The part of a session that contains; for saved logs it refuses, since there is no account to act on. */
export type ContainmentIntents = Pick<
  Session,
  'choices' | 'parameters' | 'plan' | 'approve' | 'cancel' | 'planUndo' | 'undo' | 'verify'
>;

/** Why nothing can be done about saved logs. */
export const savedLogs = (): RefusedError =>
  new RefusedError('SavedLogs', 'these are saved logs: there is no account to act on', [
    'Open the console on the account: firebreak --profile NAME',
  ]);

export function containmentIntents(parts: {
  /** Absent for saved logs. */
  readonly reach: Reach | undefined;
  readonly actions: readonly ContainmentAction[];
  readonly journal: Journal;
  readonly publisher: Publisher;
  readonly by: () => string;
  readonly ending: AbortSignal;
}): ContainmentIntents & {
  readonly refold: () => void;
  /** @throws RefusedError for saved logs. */
  runnerOf(plan: { readonly account: string; readonly region: string }): Runner;
} {
  const { reach, actions, journal, publisher, by, ending } = parts;
  const nothingRuns: ReadonlySet<string> = new Set();
  const refold = () => publisher.change(foldDecisions(journal.lines, reach?.live() ?? nothingRuns));
  const need = (): Reach => {
    if (!reach) throw savedLogs();
    return reach;
  };
  /** A plan is bound to the account and Region it was made in. */
  const runnerOf = ({ account, region }: { readonly account: string; readonly region: string }): Runner =>
    need().at(account, region);
  const containment = (id: string) => {
    const found = publisher.snapshot.get().containments.find((one) => one.id === id);
    if (!found) throw new RefusedError('NoSuchEntry', `there is no containment ${id} in this incident`);
    return found;
  };
  /** What stopped it belongs among the errors; where it stands is in the journal. */
  const follow = async ({ written, holding }: Running) => {
    for (const stage of [written, holding]) {
      const { error } = await stage;
      refold();
      if (error) {
        publisher.fail(error);
        return;
      }
    }
  };
  return {
    refold,
    runnerOf,
    choices: (target) =>
      choices(target.kind, actions).map(({ id, title, class: kind, reversible, parameters = [] }) => ({
        action: { id, title, class: kind, reversible },
        hasParameters: parameters.length > 0,
        disabledReason: reach ? undefined : savedLogs().message,
      })),
    parameters: (actionId, target, signal) => need().of(target.arn).parameters(actionId, target, signal),
    async plan(actionId, target, params, signal) {
      const runner = need().of(target.arn);
      const { plan } = await runner.plan(actionId, target, params, signal);
      const assessment = observable(runner.emptyAssessment);
      runner.assess(plan, signal, assessment.set).catch((error: unknown) => {
        // The dialog was closed: nobody waits for the rest.
        if (!signal.aborted) publisher.fail(error);
      });
      return { plan, assessment };
    },
    async approve({ plan, assessment }, confirmation, signal) {
      const running = await runnerOf(plan).approve(
        plan,
        { ...confirmation, assessment: assessment.get() },
        by(),
        signal,
      );
      refold();
      follow(running).catch(publisher.fail);
      return running.id;
    },
    cancel: (id) => runnerOf(containment(id).plan).cancel(id),
    planUndo: (id, signal) => runnerOf(containment(id).plan).planUndo(containment(id), signal),
    async undo(preview, confirmation, signal) {
      const running = await runnerOf(preview.containment.plan).undo(preview, confirmation, by(), signal);
      refold();
      follow(running).catch(publisher.fail);
    },
    async verify(id) {
      const { error } = await runnerOf(containment(id).plan).verifyNow(containment(id), ending);
      refold();
      if (error) {
        publisher.fail(error);
        return;
      }
      // What is only waited for is taken up again; calls that remain want a new plan, and the operator.
      const after = containment(id);
      if (after.state !== 'in-progress' && after.state !== 'unverified' && after.state !== 'undoing') return;
      try {
        const running = await runnerOf(after.plan).resume(after);
        refold();
        follow(running).catch(publisher.fail);
      } catch (refused) {
        publisher.fail(refused);
      }
    },
  };
}
