import { RefusedError } from '../model/errors.ts';
import { digestOf } from '../shared/digest.ts';
import { canonicalJson, type Json } from '../shared/json.ts';
import type { Plan } from './action.ts';
import { refuseWrongName, replanner } from './approve.ts';
import { proveUndone, readBack } from './conclude.ts';
import type { Containment } from './containment.ts';
import { answerJson } from './recording.ts';
import { reopens } from './reopening.ts';
import { runSteps } from './run-steps.ts';
import type { ApprovalInput, PlannedUndo, Running } from './runner.ts';
import type { Runs } from './runs.ts';
import { isGone, memberOf, readAs } from './state-check.ts';
import { callsOf } from './step.ts';

/** Whether all of it was done and nothing of it undone: then it must still stand, or somebody else changed it. */
const complete = ({ steps }: Containment): boolean =>
  steps.every(
    ({ phase, state, error }) => phase === 'do' && error === undefined && state !== 'skipped' && state !== 'failed',
  );

/** @throws RefusedError `UndoNotPossible` when what undo needs is no longer so. */
async function holdUndoNeeds(plan: Plan, runs: Runs, signal: AbortSignal): Promise<void> {
  for (const { read, member, equals } of plan.undoNeeds ?? []) {
    let value: Json;
    try {
      value = answerJson(memberOf(await readAs(runs.doors.aws, read, signal), member));
    } catch (error) {
      if (!isGone(error)) throw error;
      value = null;
    }
    if (canonicalJson(value) !== canonicalJson(equals))
      throw new RefusedError(
        'UndoNotPossible',
        `undo would fail, or give somebody else what was taken: ${member} of ${JSON.stringify(read.input)} was ${canonicalJson(equals)} and is ${value === null ? 'gone' : canonicalJson(value)}`,
        ['Put it right by hand: the snapshot holds what was there'],
      );
  }
}

/** See `Runner.planUndo`. */
export async function planUndo(runs: Runs, { id }: Containment, signal: AbortSignal): Promise<PlannedUndo> {
  const containment = runs.current(id);
  const { plan, state, undoSteps: steps } = containment;
  runs.refuseBusy({ id, target: plan.target });
  if (state === 'undone') throw new RefusedError('NothingToUndo', `${id} is undone already`);
  if (containment.steps.some((step) => step.state === 'unknown'))
    throw new RefusedError('Unverified', `it is not known what of ${id} happened`, [`Verify ${id} first`]);
  if (steps.length === 0)
    throw new RefusedError(
      'NothingToUndo',
      containment.steps.some((step) => step.state === 'sent' || step.state === 'confirmed')
        ? `nothing of ${id} is left to undo, or AWS has no way back`
        : `nothing of ${id} was sent`,
    );
  if (containment.sentAgainAs !== undefined)
    throw new RefusedError(
      'ChangedSince',
      `${containment.sentAgainAs} did the same to ${plan.target.name} since, and stands: undoing ${id} would take that away`,
      [`Undo ${containment.sentAgainAs} first`],
    );
  if (complete(containment)) {
    const { effect, checks } = await readBack(runs.action(plan.action), plan, runs.readBack(plan, signal), false);
    if (effect === 'unknown')
      throw new RefusedError(
        'Unverified',
        `${plan.target.name} cannot be read back: ${checks.map(({ why }) => why).join('; ')}`,
        ['Try again when AWS answers'],
      );
    if (effect === 'absent')
      throw new RefusedError(
        'ChangedSince',
        `${plan.target.name} was changed since ${id}, not by us: ${checks
          .filter(({ holds, settles }) => !holds && !settles)
          .map(({ what, why }) => `expected that ${what}, but ${why}`)
          .join('; ')}`,
        ['Find out who changed it, then plan anew'],
      );
  }
  await holdUndoNeeds(plan, runs, signal);
  const hostile = await runs.parts.hostile?.();
  const opened = hostile ? await reopens(containment, hostile, runs.doors.aws, signal) : [];
  return {
    containment,
    steps,
    reopens: opened,
    comesBack: [
      ...(plan.undoRisk ? [plan.undoRisk] : []),
      ...(plan.comesBack ?? callsOf(steps).map(({ name }) => `what ${name} gives back`)),
    ],
    notRestored: plan.notRestored,
    needsName: plan.undoRisk !== undefined || opened.length > 0,
  };
}

/** See `Runner.undo`. */
export async function undo(
  runs: Runs,
  shown: PlannedUndo,
  confirmation: ApprovalInput,
  by: string,
  signal: AbortSignal,
): Promise<Running> {
  const { parts, doors } = runs;
  runs.refuseUnarmed();
  const { id, plan } = shown.containment;
  const { steps, needsName } = await planUndo(runs, shown.containment, signal);
  if (needsName) refuseWrongName(plan.target.name, confirmation.typedName);
  const digest = digestOf({ undo: id, steps });
  if (digest !== digestOf({ undo: id, steps: shown.steps }))
    throw new RefusedError('PlanOutdated', `other steps are left to undo ${id} than were shown; nothing was sent`, [
      'Look at them again',
    ]);
  const identity = await parts.identity();
  if (plan.account !== identity.account || plan.region !== identity.region)
    throw new RefusedError(
      'OtherAccount',
      `${id} was in ${plan.account} ${plan.region}; this session acts in ${identity.account} ${identity.region}`,
    );
  signal.throwIfAborted();
  const permit = parts.arming.confirm(digest, callsOf(steps));
  runs.refuseBusy({ id, target: plan.target });
  let approved: () => void = () => undefined;
  let failed: (error: unknown) => void = () => undefined;
  const onDisk = new Promise<void>((resolve, reject) => {
    approved = resolve;
    failed = reject;
  });
  const running = runs.start(id, async (cancelled) => {
    try {
      await doors.append({ type: 'undo-approved', id, steps, reason: confirmation.reason, by });
    } catch (error) {
      failed(error);
      throw error;
    }
    approved();
    const replan = replanner(runs, plan);
    const ended = await runSteps({ id, phase: 'undo', steps, permit, plan, replan }, doors, cancelled);
    if (ended.end === 'done') {
      const { effect, checks } = await proveUndone(plan, replan, doors.aws, doors);
      await doors.append({ type: 'containment-verified', id, phase: 'undo', effect, checks });
    }
    return ended.end === 'failed' ? ended.error : undefined;
  });
  await onDisk;
  return running;
}
