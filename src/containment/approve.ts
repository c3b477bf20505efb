import { needsName } from '../model/action-class.ts';
import { RefusedError } from '../model/errors.ts';
import { canonicalJson } from '../shared/json.ts';
import type { ContainmentAction, Plan } from './action.ts';
import { confirmWritten, readBack } from './conclude.ts';
import { type Planned, planDigest } from './plan.ts';
import { PlanOutdatedError } from './plan-outdated-error.ts';
import { answerJson } from './recording.ts';
import { runSteps } from './run-steps.ts';
import type { ApprovalInput, Running } from './runner.ts';
import type { Runs } from './runs.ts';
import { isGone, memberOf, readAs } from './state-check.ts';
import { callsOf } from './step.ts';

/** @throws RefusedError `NotConfirmed` unless the name was typed exactly. */
export function refuseWrongName(wanted: string, typed: string | undefined): void {
  if (typed !== wanted)
    throw new RefusedError(
      'NotConfirmed',
      typed === undefined
        ? `the name ${wanted} must be typed to confirm this: it destroys something, or brings back what was contained`
        : `the name typed is not ${wanted}: nothing was sent`,
      [`Confirm with the name ${wanted}`],
    );
}

/** @throws RefusedError `PreconditionFailed` */
async function holdPreconditions(plan: Plan, runs: Runs, signal: AbortSignal): Promise<void> {
  const answers = new Map<string, Promise<unknown>>();
  for (const { read, member, equals } of plan.preconditions) {
    const key = canonicalJson(read);
    const answer = answers.get(key) ?? readAs(runs.doors.aws, read, signal);
    answers.set(key, answer);
    const value = answerJson(memberOf(await answer, member));
    if (canonicalJson(value) !== canonicalJson(equals))
      throw new RefusedError(
        'PreconditionFailed',
        `${member} of ${plan.target.name} is ${canonicalJson(value)}, not ${canonicalJson(equals)}; nothing was sent`,
        ['Plan again'],
      );
  }
}

/** Plans again. @throws RefusedError `Gone` when what the plan was made for is not there any more. */
async function planAgain(runs: Runs, shown: Plan, signal: AbortSignal): Promise<Planned> {
  try {
    return await runs.replan(shown, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new RefusedError(
      'Gone',
      `${shown.target.name} cannot be planned again: ${(error as Error).message}; nothing was sent`,
      ['Plan again: somebody deleted it, or something that it needs, since the plan was made'],
    );
  }
}

/** See `Runner.approve`. */
export async function approve(
  runs: Runs,
  shown: Plan,
  confirmation: ApprovalInput,
  by: string,
  signal: AbortSignal,
): Promise<Running> {
  const { parts, doors } = runs;
  runs.refuseUnarmed();
  const action = runs.action(shown.action);
  // The action's own class, not the plan's: a plan may come from a file.
  if (needsName(action.class)) refuseWrongName(shown.target.name, confirmation.typedName);
  runs.refuseBusy({ target: shown.target });
  const identity = await parts.identity();
  if (shown.account !== identity.account || shown.region !== identity.region)
    throw new RefusedError(
      'OtherAccount',
      `the plan is for ${shown.account} ${shown.region}; this session acts in ${identity.account} ${identity.region}`,
      ['Plan again'],
    );
  if (!(Date.parse(shown.expiresAt) > doors.aws.now()))
    throw new RefusedError('PlanExpired', `the plan had to be confirmed before ${shown.expiresAt}; nothing was sent`, [
      'Plan again',
    ]);
  // What is sent is what was read just now; that it is what was shown, the digest says. The shown plan's own digest is not trusted.
  const { plan, snapshot } = await planAgain(runs, shown, signal);
  if (plan.digest !== planDigest(shown)) throw new PlanOutdatedError(shown, plan);
  await holdPreconditions(plan, runs, signal);
  signal.throwIfAborted();
  const permit = parts.arming.confirm(plan.digest, callsOf(plan.steps));
  // Between the look at who runs and now, another approval may have begun.
  runs.refuseBusy({ target: plan.target });
  const id = runs.nextId();
  let approved: () => void = () => undefined;
  let failed: (error: unknown) => void = () => undefined;
  const onDisk = new Promise<void>((resolve, reject) => {
    approved = resolve;
    failed = reject;
  });
  const running = runs.start(
    id,
    async (cancelled) => {
      try {
        const saved = await parts.saveSnapshot(`${id}-${action.id}`, snapshot);
        await doors.append({
          type: 'containment-approved',
          id,
          plan,
          reason: confirmation.reason,
          by,
          assessment: confirmation.assessment ?? null,
          ...(confirmation.playbook ? { playbook: confirmation.playbook } : {}),
          snapshot: { file: saved.file, sha256: saved.sha256 },
        });
      } catch (error) {
        failed(error);
        throw error;
      }
      approved();
      const replan = replanner(runs, plan);
      const ended = await runSteps({ id, phase: 'do', steps: plan.steps, permit, plan, replan }, doors, cancelled);
      await verify(runs, id, action, plan, ended.end === 'done');
      return ended.end === 'failed' ? ended.error : undefined;
    },
    plan,
  );
  await onDisk;
  return running;
}

/** Planning the same thing again, by background reads that nothing ends. */
export const replanner = (runs: Runs, plan: Plan) => async (): Promise<Plan> =>
  (await runs.replan(plan, new AbortController().signal)).plan;

/** Reads back after the steps; where they stopped early one look is enough to tell what is there. */
export async function verify(
  runs: Runs,
  id: string,
  action: ContainmentAction,
  plan: Plan,
  ran: boolean,
): Promise<void> {
  const read = runs.readBack(plan, new AbortController().signal);
  const { effect, checks } = await (ran
    ? confirmWritten(action, plan, read, runs.doors)
    : readBack(action, plan, read, false));
  await runs.doors.append({ type: 'containment-verified', id, phase: 'do', effect, checks });
}
