import type { Step } from '../../../src/containment/action.ts';
import type { Containment } from '../../../src/containment/containment.ts';
import { PlanOutdatedError } from '../../../src/containment/plan-outdated-error.ts';
import type { Outcome, Running } from '../../../src/containment/runner.ts';
import { callsOf, undoSteps } from '../../../src/containment/step.ts';
import { AwsCallError, type ExpectedError, RefusedError } from '../../../src/model/errors.ts';
import type { FaultRule } from '../../../src/range/faults.ts';
import { signal } from '../identity-range.ts';
import { named } from '../states/run-cell.ts';
import { remove } from './remove.ts';
import { type Stage, stage } from './stage.ts';
import type { Subject } from './subjects.ts';

/** What went wrong in a trial, and where. */
export interface Trial {
  readonly action: string;
  /** `throttled`, `lost`, … */
  readonly fault: string;
  /** `do 2`, `undo 1`, `approve`. */
  readonly at: string;
  /** In few words how it ended: state of the containment, then of its undo. */
  readonly ended: string;
  /** Invariants that did not hold. */
  readonly problems: readonly string[];
}

const confirmation = (s: Stage) => ({ reason: 'fault matrix', typedName: s.target.name });

/** Members that undo does not put back, as the plan says. */
const untold = (s: Stage, lines: readonly string[]): readonly string[] =>
  lines.filter(
    (line) =>
      !named.some(({ path, says }) => path.test(line) && s.plan.notRestored.some((sentence) => says.test(sentence))) &&
      // Jobs go on meanwhile.
      !/SecondaryStatus|StatusCounters|members\.previous/.test(line),
  );

/** Nothing but what moves by itself. */
const moved = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !/SecondaryStatus|StatusCounters|members\.previous/.test(line));

export async function approve(s: Stage): Promise<Running> {
  s.g.door.arming.arm();
  return s.g.runner.approve(s.plan, confirmation(s), 'test', signal);
}

/** The same where nobody meddles: what moved by itself (a job) is looked at and confirmed once more. */
export async function approveMoved(s: Stage): Promise<Running> {
  try {
    return await approve(s);
  } catch (error) {
    if (!(error instanceof PlanOutdatedError)) throw error;
    return s.g.runner.approve(error.plan, confirmation(s), 'test', signal);
  }
}

/** Approves and undoes; the error where that is refused. */
async function undoOf(s: Stage, containment: Containment): Promise<Outcome> {
  s.g.door.arming.arm();
  const shown = await s.g.runner.planUndo(containment, signal);
  return (await s.g.runner.undo(shown, confirmation(s), 'test', signal)).done;
}

/** How often each operation was asked for since. */
async function counting(s: Stage): Promise<() => Promise<Readonly<Record<string, number>>>> {
  const before = await s.g.range.control.requests();
  return async () => {
    const now = await s.g.range.control.requests();
    return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]));
  };
}

const nextStepsOf = (error: ExpectedError | undefined): readonly string[] => error?.nextSteps ?? [];

/** What the state that is shown says, held against what AWS holds. */
export async function holdState(
  s: Stage,
  containment: Containment,
  error: ExpectedError | undefined,
): Promise<string[]> {
  const problems: string[] = [];
  const { holds, checks } = await s.holds();
  const lines = moved(await s.changed());
  const { state } = containment;
  if ((state === 'written' || state === 'confirmed') && !holds)
    problems.push(`says ${state}, but AWS does not hold it: ${JSON.stringify(checks)}`);
  if (state === 'in-progress' || state === 'planned') problems.push(`is left ${state}`);
  if ((state === 'failed' || state === 'refused') && s.subject.action.reversible && lines.length > 0)
    problems.push(`says ${state}, but the account has changed: ${lines.slice(0, 3).join('; ')}`);
  if (state === 'partial' && s.subject.action.reversible && lines.length === 0)
    problems.push('says partial, but nothing has changed');
  if (error && nextStepsOf(error).length === 0 && state !== 'partial' && state !== 'unverified')
    problems.push(`${error.code}: ${error.message}: no next step`);
  return problems;
}

/** After everything: what is undone is undone whole, what cannot be is refused with the reason. */
export async function holdUndo(s: Stage, containment: Containment): Promise<{ ended: string; problems: string[] }> {
  try {
    const { containment: undone, error } = await undoOf(s, containment);
    const left = untold(s, await s.changed());
    if (undone.state !== 'undone')
      return {
        ended: `undo ${undone.state}`,
        problems: [`undo ended ${undone.state}: ${error?.message ?? JSON.stringify(undone.verdict.checks)}`],
      };
    return {
      ended: 'undone',
      problems:
        s.subject.action.reversible && left.length > 0 ? [`undone, but left: ${left.slice(0, 3).join('; ')}`] : [],
    };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const problems: string[] = [];
    const lines = moved(await s.changed());
    if (error.code === 'NothingToUndo' && s.subject.action.reversible && lines.length > 0)
      problems.push(`nothing to undo, but the account has changed: ${lines.slice(0, 3).join('; ')}`);
    if (error.code !== 'NothingToUndo' && error.nextSteps.length === 0) problems.push(`${error.code}: no next step`);
    return { ended: `undo refused: ${error.code}`, problems };
  }
}

/** The rule that meets the k-th call, counting calls of the same operation before it. */
function ruleFor(steps: readonly Step[], at: number, fault: FaultRule['fault'], times: number): FaultRule {
  const calls = callsOf(steps);
  const call = calls[at];
  if (!call) throw new Error('there is no such call');
  const skip = calls.slice(0, at).filter(({ name }) => name === call.name).length;
  return { operation: call.name, fault, skip, times };
}

/** Kinds of fault at a call, how often each meets it, and whether the call may be sent more than once for it. */
export const callFaults: readonly {
  readonly name: string;
  readonly fault: FaultRule['fault'] | 'expired-session';
  readonly times: number;
}[] = [
  { name: 'throttled once', fault: 'throttle', times: 1 },
  { name: 'throttled for good', fault: 'throttle', times: 1000 },
  { name: 'denied', fault: 'denied', times: 1000 },
  { name: 'answer lost', fault: 'lost', times: 1 },
  { name: 'server error', fault: 'error', times: 1 },
  { name: 'credentials expired', fault: 'expired-session', times: 1 },
];

/** Calls that AWS documents as "creates or replaces": sending one again changes nothing more. */
const repeatable = /:(Put|Register|Update)/;

/** Arms a fault at a call of a phase; the hook is for what happens between journal lines. */
async function armFault(
  s: Stage,
  phase: 'do' | 'undo',
  steps: readonly Step[],
  at: number,
  fault: (typeof callFaults)[number],
): Promise<void> {
  const { control } = s.g.range;
  if (fault.fault !== 'expired-session') return control.fault([ruleFor(steps, at, fault.fault, fault.times)]);
  let call = -1;
  s.onLine = async (entry) => {
    if (entry.type !== 'step-starting' || entry.phase !== phase || entry.name === 'wait') return;
    call += 1;
    if (call === at) await control.expireCredentials();
  };
}

async function liftFaults(s: Stage): Promise<void> {
  s.onLine = () => undefined;
  await s.g.range.control.fault([]);
  await s.g.range.control.renewCredentials();
}

/** No call that may have happened is sent again, unless it sets a value. */
function sentTwice(
  steps: readonly Step[],
  requests: Readonly<Record<string, number>>,
  fault: (typeof callFaults)[number],
): string[] {
  if (fault.fault !== 'lost' && fault.fault !== 'error') return [];
  const calls = callsOf(steps);
  return [...new Set(calls.map(({ name }) => name))].flatMap((name) => {
    const planned = calls.filter((call) => call.name === name).length;
    const sent = requests[name] ?? 0;
    return sent > planned && !repeatable.test(name) ? [`${name} was sent ${sent} times, ${planned} planned`] : [];
  });
}

/** Asks AWS where the journal does not know, as the operator is told to. */
async function settled(s: Stage): Promise<Containment> {
  const now = s.containment();
  if (!now) throw new Error('the journal holds no containment');
  if (now.state !== 'unverified' && !now.steps.some(({ state }) => state === 'unknown')) return now;
  const { containment } = await s.g.runner.verifyNow(now, signal);
  return containment;
}

const closing = async (s: Stage): Promise<string[]> => {
  const why = await s.journalHolds();
  return why === undefined ? [] : [`the journal does not verify: ${why}`];
};

/** One fault at one call. */
export async function atCall(
  subject: Subject,
  phase: 'do' | 'undo',
  at: number,
  fault: (typeof callFaults)[number],
): Promise<Trial> {
  const s = await stage(subject);
  const done = { action: subject.action.id, fault: fault.name, at: `${phase} ${at + 1}` };
  try {
    const problems: string[] = [];
    const requests = await counting(s);
    let outcome: Outcome;
    const undo = undoSteps(s.plan);
    if (phase === 'do') {
      await armFault(s, 'do', s.plan.steps, at, fault);
      outcome = await (await approveMoved(s)).written;
      problems.push(...sentTwice(s.plan.steps, await requests(), fault));
    } else {
      const first = await (await approveMoved(s)).written;
      await armFault(s, 'undo', undo, at, fault);
      try {
        outcome = await undoOf(s, first.containment);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return { ...done, ended: `undo refused: ${error.code}`, problems: await closing(s) };
      }
      problems.push(...sentTwice([...s.plan.steps, ...undo], await requests(), fault));
    }
    await liftFaults(s);
    const shown = outcome.containment.state;
    let containment = await settled(s);
    if (phase === 'do') problems.push(...(await holdState(s, containment, outcome.error)));
    if (containment.state === 'unverified') problems.push('is unverified, though AWS answers');
    let ended = shown === containment.state ? shown : `${shown}, then ${containment.state}`;
    if (phase === 'undo' && containment.state === 'undone') {
      const left = untold(s, await s.changed());
      if (subject.action.reversible && left.length > 0)
        problems.push(`undone, but left: ${left.slice(0, 3).join('; ')}`);
    } else {
      containment = s.containment() ?? containment;
      const after = await holdUndo(s, containment);
      problems.push(...after.problems);
      ended += `, ${after.ended}`;
    }
    return { ...done, ended, problems: [...problems, ...(await closing(s))] };
  } catch (error) {
    return { ...done, ended: 'threw', problems: [(error as Error).stack ?? String(error)] };
  } finally {
    await s.close();
  }
}

/** What somebody else does, and when: before approval, or after the first call of the plan. */
export const meddlings: readonly {
  readonly name: string;
  readonly when: 'approve' | 'between';
  meddle(s: Stage): Promise<boolean>;
}[] = [
  {
    name: 'another did the same',
    when: 'approve',
    async meddle(s) {
      // A job that has ended meanwhile is nobody's to stop.
      if (s.target.kind === 'sagemaker.pipeline-execution') return false;
      // Only the first call: the rest may want waits between.
      const first = s.plan.steps.findIndex(({ kind }) => kind === 'call');
      await s.other(s.plan.steps.slice(first, first + 1));
      return true;
    },
  },
  { name: 'another deleted it', when: 'approve', meddle: (s) => remove(s) },
  {
    name: 'another took the first call back',
    when: 'between',
    async meddle(s) {
      const first = s.plan.steps.find((step) => step.kind === 'call' && step.undo);
      const back = first?.kind === 'call' ? (first.undo ?? []) : [];
      // What is on its way cannot be taken back by a call at once.
      if (back.length === 0 || back[0]?.kind === 'wait') return false;
      await s.other(back.filter(({ kind }) => kind === 'call'));
      return true;
    },
  },
  { name: 'another deleted it', when: 'between', meddle: (s) => remove(s) },
];

/** Somebody else acts on the same thing. `undefined` where that cannot be. */
export async function meddled(subject: Subject, one: (typeof meddlings)[number]): Promise<Trial | undefined> {
  const s = await stage(subject);
  const done = { action: subject.action.id, fault: one.name, at: one.when };
  try {
    const problems: string[] = [];
    let outcome: Outcome | undefined;
    let did = true;
    if (one.when === 'approve') {
      if (!(await one.meddle(s))) return undefined;
      const requests = await counting(s);
      try {
        outcome = await (await approve(s)).written;
      } catch (error) {
        if (!(error instanceof PlanOutdatedError || error instanceof RefusedError || error instanceof AwsCallError))
          throw error;
        const sent = Object.entries(await requests()).filter(([name, count]) =>
          count > 0 ? callsOf(s.plan.steps).some((call) => call.name === name) : false,
        );
        if (sent.length > 0) problems.push(`refused, but sent ${JSON.stringify(sent)}`);
        if (s.containment()) problems.push('refused, but journalled as approved');
        if (error.nextSteps.length === 0) problems.push(`${error.code}: no next step`);
        return { ...done, ended: `refused: ${error.code}`, problems: [...problems, ...(await closing(s))] };
      }
    } else {
      let lines = 0;
      s.onLine = async (entry) => {
        if (entry.type !== 'step-done' || lines > 0) return;
        lines += 1;
        did = await one.meddle(s);
      };
      outcome = await (await approve(s)).written;
      s.onLine = () => undefined;
      if (!did) return undefined;
    }
    const containment = await settled(s);
    problems.push(...(await holdMeddled(s, containment, outcome)));
    let ended: string = containment.state;
    try {
      const { containment: undone, error } = await undoOf(s, containment);
      ended += `, undo ${undone.state}`;
      if (undone.state === 'undone' && error) problems.push('undone with an error');
      if (undone.state !== 'undone' && !error && undone.verdict.checks.every(({ holds }) => holds))
        problems.push(`undo is ${undone.state} without a reason`);
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof AwsCallError)) throw error;
      ended += `, undo refused: ${error.code}`;
      if (error.code !== 'NothingToUndo' && error.nextSteps.length === 0) problems.push(`${error.code}: no next step`);
    }
    return { ...done, ended, problems: [...problems, ...(await closing(s))] };
  } catch (error) {
    return { ...done, ended: 'threw', problems: [(error as Error).stack ?? String(error)] };
  } finally {
    await s.close();
  }
}

/** The account has changed by somebody else's doing: only what is said to hold is held against it. */
async function holdMeddled(s: Stage, containment: Containment, outcome: Outcome): Promise<string[]> {
  const problems: string[] = [];
  const { state } = containment;
  let holds: boolean;
  try {
    holds = (await s.holds()).holds;
  } catch (error) {
    // It cannot be read back: then nobody may say that it holds.
    if (!(error instanceof AwsCallError || error instanceof RefusedError)) throw error;
    holds = false;
  }
  if ((state === 'written' || state === 'confirmed') && !holds)
    problems.push(`says ${state}, but AWS does not hold it`);
  if (state === 'in-progress' || state === 'planned') problems.push(`is left ${state}`);
  if (
    outcome.error &&
    outcome.error.nextSteps.length === 0 &&
    state !== 'partial' &&
    state !== 'unverified' &&
    state !== 'written'
  )
    problems.push(`${outcome.error.code}: ${outcome.error.message}: no next step`);
  return problems;
}
