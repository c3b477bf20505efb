import { AwsCallError, type ExpectedError, RefusedError } from '../model/errors.ts';
import type { Step } from './action.ts';
import { replanner, verify } from './approve.ts';
import { arrived } from './arrived.ts';
import { type Conclusion, proveUndone, readBack } from './conclude.ts';
import type { Containment } from './containment.ts';
import { runSteps } from './run-steps.ts';
import type { Outcome, Running } from './runner.ts';
import type { Runs } from './runs.ts';
import { look } from './state-check.ts';

/** The steps of one direction, as they were confirmed: undo's stand in its own entry. */
function stepsOf(runs: Runs, { id, plan }: Containment, phase: 'do' | 'undo'): readonly Step[] {
  if (phase === 'do') return plan.steps;
  const entry = runs.parts.journal.lines.findLast(
    (line) => line.entry.type === 'undo-approved' && line.entry.id === id,
  )?.entry;
  return (entry?.steps ?? []) as unknown as readonly Step[];
}

/** Decides about steps of which the journal holds no end. @returns Whether one of them is still on its way. */
async function settleUnknown(
  runs: Runs,
  containment: Containment,
  phase: 'do' | 'undo',
  signal: AbortSignal,
): Promise<boolean> {
  const { id, plan } = containment;
  const steps = stepsOf(runs, containment, phase);
  let underWay = false;
  for (const { id: step } of containment.steps.filter((one) => one.phase === phase && one.state === 'unknown')) {
    const at = steps.findIndex((one) => one.id === step);
    const unknown = steps[at];
    if (!unknown) continue;
    const answer =
      unknown.kind === 'call'
        ? await arrived(unknown.call, { steps, at, phase, plan, replan: replanner(runs, plan) }, runs.doors, signal)
        : await waited(runs, unknown, signal);
    if (answer === 'yes') await runs.doors.append({ type: 'step-done', id, phase, step });
    else if (answer === 'no')
      await runs.doors.append({
        type: 'step-failed',
        id,
        phase,
        step,
        code: unknown.kind === 'call' ? 'NotSent' : 'Interrupted',
        message:
          unknown.kind === 'call'
            ? 'the program ended before it, or AWS never got it'
            : 'the program ended while it waited',
        outcome: 'refused',
      });
    else underWay ||= answer === 'under-way';
  }
  return underWay;
}

/** Where an interrupted wait stands; one that AWS does not answer stays unknown. */
async function waited(runs: Runs, step: Extract<Step, { kind: 'wait' }>, signal: AbortSignal) {
  try {
    const { state } = await look(runs.doors.aws, step.check, signal);
    return state === 'reached' ? 'yes' : state === 'under-way' ? 'under-way' : 'no';
  } catch (error) {
    if (error instanceof AwsCallError) return 'unknown';
    throw error;
  }
}

/** Whether the next step that was never begun is a wait for something that is on its way. */
async function nextUnderWay(
  runs: Runs,
  containment: Containment,
  phase: 'do' | 'undo',
  signal: AbortSignal,
): Promise<boolean> {
  const next = containment.steps.find((step) => step.phase === phase && step.state === 'pending');
  const step = stepsOf(runs, containment, phase).find(({ id }) => id === next?.id);
  return step?.kind === 'wait' && (await waited(runs, step, signal)) === 'under-way';
}

/** See `Runner.verifyNow`. */
export async function verifyNow(runs: Runs, { id }: Containment, signal: AbortSignal): Promise<Outcome> {
  const before = runs.current(id);
  runs.refuseBusy({ id, target: before.plan.target });
  const { plan } = before;
  const phase = before.steps.some((step) => step.phase === 'undo') ? 'undo' : 'do';
  const held = before.verdict.effect === 'holding' || before.verdict.effect === 'proved';
  // By this machine's clock, as the journal tells when it was approved.
  const old = runs.doors.clock.now() - before.approvedAt >= runs.doors.pace(60_000);
  const running = runs.start(
    id,
    async () => {
      const underWay =
        (await settleUnknown(runs, before, phase, signal)) || (await nextUnderWay(runs, before, phase, signal));
      let found: Conclusion;
      if (phase === 'undo')
        found = await proveUndone(plan, replanner(runs, plan), runs.doors.aws, {
          clock: runs.doors.clock,
          pace: () => 0,
        });
      else {
        const settled = held || (old && before.verdict.effect === 'written');
        found = await readBack(runs.action(plan.action), plan, runs.readBack(plan, signal), settled);
      }
      // On its way is neither there nor absent.
      const effect = underWay && found.effect === 'absent' ? 'unknown' : found.effect;
      await runs.doors.append({ type: 'containment-verified', id, phase, effect, checks: found.checks });
      return undefined;
    },
    phase === 'do' ? plan : undefined,
  );
  return running.done;
}

/** See `Runner.resume`. */
export async function resume(runs: Runs, { id }: Containment): Promise<Running> {
  const containment = runs.current(id);
  const { plan } = containment;
  runs.refuseBusy({ id, target: plan.target });
  const left = new Set(
    containment.steps
      .filter(({ phase, state }) => phase === 'do' && state !== 'sent' && state !== 'confirmed')
      .map((step) => step.id),
  );
  const calls = plan.steps.filter((step) => step.kind === 'call' && left.has(step.id));
  if (calls.length > 0 || containment.steps.some(({ phase }) => phase === 'undo'))
    throw new RefusedError('CallsRemain', `${id} has calls left that nobody confirmed in this session`, [
      'Verify it, then make a new plan',
    ]);
  return runs.start(
    id,
    async (cancelled): Promise<ExpectedError | undefined> => {
      const replan = replanner(runs, plan);
      const ended = await runSteps(
        { id, phase: 'do', steps: plan.steps, only: left, plan, replan },
        runs.doors,
        cancelled,
      );
      await verify(runs, id, runs.action(plan.action), plan, ended.end === 'done');
      return ended.end === 'failed' ? ended.error : undefined;
    },
    plan,
  );
}
