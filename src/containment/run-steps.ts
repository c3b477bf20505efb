import type { Permit } from '../aws/aws.ts';
import { AwsCallError, ExpectedError, FailedError } from '../model/errors.ts';
import { ticksOf } from '../shared/clock.ts';
import type { CallStep, Step, WaitStep } from './action.ts';
import { arrived, type Unanswered } from './arrived.ts';
import { type Doors, isDeletion, isRepeatable } from './doors.ts';
import { isGone, look } from './state-check.ts';
import { waitAfter } from './step.ts';

/** A confirmed list of steps on its way. */
export interface StepsRun extends Pick<Unanswered, 'phase' | 'plan' | 'replan'> {
  /** The containment. */
  readonly id: string;
  readonly steps: readonly Step[];
  /** Ids of the steps to run; absent: all. */
  readonly only?: ReadonlySet<string>;
  /** Absent when there are only waits. */
  readonly permit?: Permit;
}

/** How a run ended; `error` says why it stopped. Step by step it stands in the journal. */
export type StepsEnd =
  | { readonly end: 'done' | 'cancelled' }
  | { readonly end: 'failed'; readonly error: ExpectedError };

type StepEnd =
  | { readonly end: 'done'; readonly requestId?: string | undefined; readonly already?: true }
  | {
      readonly end: 'failed';
      readonly error: ExpectedError;
      readonly outcome: 'refused' | 'unknown';
      readonly cancelled?: true;
    };

/** How often a throttled call is sent at most, and the pauses between, ms. */
const backOffMs = [1_000, 2_000, 4_000, 8_000, 16_000] as const;
/** When to look after a call without an answer, ms after each other: AWS's own reads lag a little. */
const settleMs = [0, 2_000, 5_000] as const;
/** First look at once; then after these, the last one again and again. */
const pollMs = [1_000, 2_000, 5_000] as const;
/** How long a resource that was just made may still read as "not found", ms. */
const appearsWithinMs = 60_000;

/** A call that is in the air is never aborted: it would be one more that "may have happened". */
const never = new AbortController().signal;

const cancelledEnd = (): StepEnd => ({
  end: 'failed',
  error: new FailedError('Cancelled', 'cancelled by the operator'),
  outcome: 'refused',
  cancelled: true,
});

/**
 * Runs the steps in order. Intent is on the disk before each, the result after. Stops at the first that fails, and between steps or
 * during waits when `cancelled` aborts.
 * @throws What `append` throws: without a journal nothing more is sent.
 */
export async function runSteps(run: StepsRun, doors: Doors, cancelled: AbortSignal): Promise<StepsEnd> {
  const { id, phase } = run;
  for (const [at, step] of run.steps.entries()) {
    if (run.only && !run.only.has(step.id)) continue;
    if (cancelled.aborted) {
      await doors.append({ type: 'containment-cancelled', id, phase });
      return { end: 'cancelled' };
    }
    const name = step.kind === 'call' ? step.call.name : 'wait';
    await doors.append({ type: 'step-starting', id, phase, step: step.id, name });
    const result =
      step.kind === 'call' ? await sendCall(step, at, run, doors, cancelled) : await waitFor(step, doors, cancelled);
    if (result.end === 'done') {
      const { requestId, already } = result;
      await doors.append({
        type: 'step-done',
        id,
        phase,
        step: step.id,
        ...(requestId === undefined ? {} : { requestId }),
        ...(already ? { already } : {}),
      });
      continue;
    }
    const { error, outcome } = result;
    await doors.append({
      type: 'step-failed',
      id,
      phase,
      step: step.id,
      code: error.code,
      message: error.message,
      outcome,
    });
    if (!result.cancelled) return { end: 'failed', error };
    await doors.append({ type: 'containment-cancelled', id, phase });
    return { end: 'cancelled' };
  }
  return { end: 'done' };
}

async function sendCall(
  step: CallStep,
  at: number,
  run: StepsRun,
  doors: Doors,
  cancelled: AbortSignal,
): Promise<StepEnd> {
  const { call } = step;
  if (!run.permit)
    return {
      end: 'failed',
      error: new FailedError('NotConfirmed', `${call.name} was not confirmed`),
      outcome: 'refused',
    };
  for (let tried = 0; ; tried += 1) {
    try {
      const { requestId } = await doors.writer.send(call, run.permit, never);
      return { end: 'done', requestId };
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      // Our own writer refused: it never left.
      if (!(error instanceof AwsCallError)) return { end: 'failed', error, outcome: 'refused' };
      if (error.outcome === 'unknown') {
        const settled = await settle(step, at, error, run, doors);
        if (settled !== 'again' || tried >= backOffMs.length)
          return settled === 'again' ? { end: 'failed', error, outcome: 'unknown' } : settled;
      } else if (error.reason !== 'throttled' || tried >= backOffMs.length) return refused(step, at, error, run, doors);
      try {
        await doors.clock.sleep(doors.pace(backOffMs[tried] ?? 0), cancelled);
      } catch {
        // Only the signal ends a sleep. Nothing of this call arrived: it was throttled, or it may be sent twice.
        return cancelledEnd();
      }
    }
  }
}

/** AWS refused. Somebody else may have done it before us: then it is so, but not by us. */
async function refused(step: CallStep, at: number, error: AwsCallError, run: StepsRun, doors: Doors): Promise<StepEnd> {
  if (isDeletion(step.call) && isGone(error)) return { end: 'done', already: true };
  // AWS refuses an update of what is being updated already, too: only what the call was to bring about tells.
  if (
    waitAfter(run.steps, at) &&
    (error.reason === 'other' || error.reason === 'not-found') &&
    (await arrived(step.call, { ...run, at }, doors, never)) === 'yes'
  )
    return { end: 'done', already: true };
  return { end: 'failed', error, outcome: 'refused' };
}

/** No answer came: AWS is asked what happened. */
async function settle(
  step: CallStep,
  at: number,
  error: AwsCallError,
  run: StepsRun,
  doors: Doors,
): Promise<StepEnd | 'again'> {
  let answer: 'yes' | 'no' | 'unknown' = 'unknown';
  for (const ms of settleMs) {
    if (ms > 0) await doors.clock.sleep(doors.pace(ms));
    answer = await arrived(step.call, { ...run, at }, doors, never);
    if (answer === 'yes') return { end: 'done' };
  }
  if (isRepeatable(step.call)) return 'again';
  if (answer === 'unknown') return { end: 'failed', error, outcome: 'unknown' };
  return {
    end: 'failed',
    error: new FailedError(
      error.code,
      `${error.message}; no answer came, and AWS shows no trace of it`,
      ['Plan again: what was not done is in the new plan'],
      error,
    ),
    outcome: 'refused',
  };
}

async function waitFor(step: WaitStep, { aws, clock, pace }: Doors, cancelled: AbortSignal): Promise<StepEnd> {
  const { check, atMostMs } = step;
  // Not the time of day: a clock that is set forward must not end a wait.
  const started = ticksOf(clock);
  const gaveUp = (code: string, message: string): StepEnd => ({
    end: 'failed',
    error: new FailedError(code, message, ['Look at it again with verify']),
    outcome: 'refused',
  });
  for (let looks = 0; ; looks += 1) {
    const late = ticksOf(clock) - started >= pace(atMostMs);
    try {
      const { state, says } = await look(aws, check, cancelled);
      if (state === 'reached') return { end: 'done' };
      if (state === 'hopeless') return gaveUp('WentWrong', `${step.why}, but ${says}`);
      if (late || (state === 'missing' && ticksOf(clock) - started >= pace(appearsWithinMs)))
        return gaveUp(
          'NotReached',
          `${step.why}, but after ${Math.round((ticksOf(clock) - started) / 1_000)} s ${says}`,
        );
    } catch (error) {
      if (cancelled.aborted) return cancelledEnd();
      if (!(error instanceof AwsCallError)) throw error;
      // A throttled or lost look is no answer: look again. One that is not allowed will not become allowed by waiting.
      if (late || error.reason === 'denied' || error.reason === 'expired')
        return { end: 'failed', error, outcome: 'unknown' };
    }
    try {
      await clock.sleep(pace(pollMs[Math.min(looks, pollMs.length - 1)] ?? 0), cancelled);
    } catch {
      return cancelledEnd(); // Only the signal ends a sleep.
    }
  }
}
