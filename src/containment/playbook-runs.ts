import { ExpectedError, RefusedError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Journal, JournalEntry, JournalLine } from '../store/journal.ts';
import type { Params, Plan } from './action.ts';
import type { Containment, StepOfRun } from './containment.ts';
import type { HandOffEntry, PlaybookEntry } from './entries.ts';
import { foldHandOffs, foldPlaybooks, whyNotYet } from './fold-playbooks.ts';
import { type HandOff, HandOffError, type HandOffState } from './hand-off.ts';
import type { PlannedPlaybook, PlaybookRun, RunStep, StepDecision } from './playbook.ts';
import type { ApprovalInput, Runner, Running } from './runner.ts';

/** More targets of one action than this need their number typed, unless the operator's file says otherwise. */
export const defaultMostTargets = 5;

/** What playbooks work with. */
export interface PlaybookParts {
  readonly journal: Pick<Journal, 'lines' | 'append'>;
  /** The incident's containments as they stand now, those of this process live. */
  containments(): readonly Containment[];
  /** Whoever plans and acts where a target is. */
  runnerOf(target: ResourceRef): Runner;
  /** Who decides. */
  by(): string;
  readonly mostTargets?: number;
  /** Hears of every line that is added to the journal. */
  onEntry?(line: JournalLine): void;
}

/** What planning a step came to. */
export type StepPlan =
  | { readonly type: 'plan'; readonly plan: Plan }
  /** Nothing is to be sent: journalled, and the next step's turn has come. */
  | { readonly type: 'already'; readonly what: string }
  /** Others must do it: `request` journals that they were asked. */
  | { readonly type: 'hand-off'; readonly handOff: HandOff };

/** Playbooks of an incident: started, gone through step by step, folded from the journal. Needs no console. */
export interface PlaybookRuns {
  /** Oldest first. */
  all(): readonly PlaybookRun[];
  handOffs(): readonly HandOffState[];
  /** @throws RefusedError `NoSuchEntry` */
  get(run: string): PlaybookRun;
  /**
   * Journals a playbook: from here on it survives the process.
   * @param typedCount The number that was typed, where the widest action has more targets than the cap.
   * @throws RefusedError `NothingToDo`, `TooManyTargets`
   */
  start(plan: PlannedPlaybook, typedCount?: number): Promise<string>;
  /** Reads only. A refusal is journalled and thrown. @throws RefusedError `NotYet` before its turn; what planning throws. */
  plan(of: StepOfRun, params: Params, signal: AbortSignal): Promise<StepPlan>;
  /** Confirms the plan of a step; see `Runner.approve`. @throws RefusedError `NotYet` */
  approve(of: StepOfRun, plan: Plan, confirmation: ApprovalInput, signal: AbortSignal): Promise<Running>;
  /** Journals what was decided about a step without sending anything. @throws RefusedError `NoReason` for an empty one, `NotYet`. */
  decide(of: StepOfRun, decision: StepDecision): Promise<void>;
  /** Journals that others were asked. */
  request(
    handOff: HandOff,
    what: { readonly actionId: string; readonly target: ResourceRef; readonly playbook?: StepOfRun },
  ): Promise<string>;
  /** Gives a playbook up. @throws RefusedError `NoReason` */
  end(run: string, reason: string): Promise<void>;
  /** @throws RefusedError `NotYet` */
  refuseBeforeTurn(of: StepOfRun): RunStep;
}

/** Opens the playbooks of an incident. */
export function createPlaybookRuns(parts: PlaybookParts): PlaybookRuns {
  const { journal } = parts;
  const given = new Set<string>();
  const append = async (entry: PlaybookEntry | HandOffEntry) => {
    const line = await journal.append(entry as unknown as JournalEntry);
    parts.onEntry?.(line);
  };
  /** `p1`, `h1`, …; never given twice. */
  const nextId = (letter: string, type: string): string => {
    let number = journal.lines.filter(({ entry }) => entry.type === type).length + 1;
    while (given.has(`${letter}${number}`)) number += 1;
    given.add(`${letter}${number}`);
    return `${letter}${number}`;
  };
  const handOffs = () => foldHandOffs(journal.lines);
  const all = () => foldPlaybooks(journal.lines, parts.containments(), handOffs());
  const get = (run: string): PlaybookRun => {
    const found = all().find(({ id }) => id === run);
    if (!found) throw new RefusedError('NoSuchEntry', `there is no playbook ${run} in this incident`);
    return found;
  };
  const stepOf = ({ run, step }: StepOfRun): RunStep => {
    const found = get(run).steps.find(({ id }) => id === step);
    if (!found) throw new RefusedError('NoSuchEntry', `playbook ${run} has no step ${step}`);
    return found;
  };
  const refuseBeforeTurn = (of: StepOfRun): RunStep => {
    const why = whyNotYet(get(of.run), of.step);
    if (why !== undefined) throw new RefusedError('NotYet', why);
    return stepOf(of);
  };
  const refuseWithoutReason = (reason: string) => {
    if (reason.trim() === '')
      throw new RefusedError('NoReason', 'a reason is needed: whoever reads the report will ask for it', [
        'Say in a few words why',
      ]);
  };
  const decide: PlaybookRuns['decide'] = async (of, decision) => {
    const step = stepOf(of);
    if (decision.type === 'skipped') refuseWithoutReason(decision.reason);
    if (step.state === 'running')
      throw new RefusedError('NotYet', `step ${of.step} is under way (${step.containment?.id ?? ''})`, [
        'Stop it first, or wait',
      ]);
    await append({ type: 'playbook-step-decided', id: of.run, step: of.step, decision, by: parts.by() });
  };
  return {
    all,
    handOffs,
    get,
    refuseBeforeTurn,
    decide,
    async start(plan, typedCount) {
      if (plan.steps.length === 0)
        throw new RefusedError('NothingToDo', `${plan.title} finds nothing to do`, plan.leftOut.slice(0, 5));
      const most = parts.mostTargets ?? defaultMostTargets;
      if (plan.targetsAtOnce > most && typedCount !== plan.targetsAtOnce)
        throw new RefusedError(
          'TooManyTargets',
          `${plan.targetsAtOnce} targets of one action are more than the ${most} that are taken without asking`,
          [
            `Confirm the number ${plan.targetsAtOnce}`,
            'Or choose fewer; contain.mostTargets in the configuration is the cap',
          ],
        );
      const id = nextId('p', 'playbook-started');
      await append({ type: 'playbook-started', id, plan, by: parts.by() });
      return id;
    },
    async plan(of, params, signal) {
      const step = refuseBeforeTurn(of);
      if (step.handOff) return { type: 'hand-off', handOff: step.handOff };
      try {
        const { plan } = await parts
          .runnerOf(step.target)
          .plan(step.actionId, step.target, { ...step.params, ...params }, signal);
        if (plan.steps.length > 0) return { type: 'plan', plan };
        await decide(of, { type: 'already', what: plan.summary });
        return { type: 'already', what: plan.summary };
      } catch (error) {
        if (error instanceof HandOffError) return { type: 'hand-off', handOff: error.handOff };
        if (error instanceof ExpectedError && error.code !== 'Usage')
          await decide(of, {
            type: 'refused',
            code: error.code,
            message: error.message,
            nextSteps: error.nextSteps,
          });
        throw error;
      }
    },
    async approve(of, plan, confirmation, signal) {
      refuseBeforeTurn(of);
      return parts.runnerOf(plan.target).approve(plan, { ...confirmation, playbook: of }, parts.by(), signal);
    },
    async request(handOff, { actionId, target, playbook }) {
      const id = nextId('h', 'hand-off-requested');
      await append({
        type: 'hand-off-requested',
        id,
        handOff,
        actionId,
        target: { kind: target.kind, arn: target.arn, name: target.name },
        ...(playbook ? { playbook } : {}),
        by: parts.by(),
      });
      return id;
    },
    async end(run, reason) {
      get(run);
      refuseWithoutReason(reason);
      await append({ type: 'playbook-ended', id: run, reason, by: parts.by() });
    },
  };
}

/** What a driver wants done with a step. */
export type StepAnswer =
  | { readonly do: 'send'; readonly typedName?: string }
  | { readonly do: 'skip'; readonly reason: string }
  | { readonly do: 'stop' };

/** Whoever goes through a playbook without a console. */
export interface PlaybookDriver {
  /** Values of the parameters that a step wants; absent: the likeliest of each. */
  params?(step: RunStep): Params;
  /** Before anything of the step is sent. */
  confirm(step: RunStep, plan: Plan): StepAnswer | Promise<StepAnswer>;
  /** Others must do it. Default: they are asked, and it goes on. */
  handOff?(step: RunStep, handOff: HandOff): StepAnswer | Promise<StepAnswer>;
  /** The step could not be planned, or its containment failed. Default: stop. */
  failed?(step: RunStep, error: unknown): StepAnswer | Promise<StepAnswer>;
  /** A step was decided. */
  told?(step: RunStep): void;
  readonly reason?: string;
}

/** The likeliest value of each parameter that a step's action wants and that is not given. */
export async function withLikeliest(
  runner: Pick<Runner, 'parameters'>,
  step: Pick<RunStep, 'actionId' | 'target' | 'params'>,
  given: Params,
  signal: AbortSignal,
): Promise<Params> {
  const offered = await runner.parameters(step.actionId, step.target, signal);
  return {
    ...Object.fromEntries(
      offered.flatMap(({ name, choices }): [string, string][] => {
        const [likeliest] = choices ?? [];
        return given[name] === undefined && step.params[name] === undefined && likeliest !== undefined
          ? [[name, likeliest]]
          : [];
      }),
    ),
    ...given,
  };
}

/**
 * Goes through a playbook that was started, one step after the other, each planned, confirmed by the driver, sent and read back before the
 * next. Ends when every step is decided, or the driver stops. @throws The signal's reason.
 */
export async function drivePlaybook(
  runs: PlaybookRuns,
  run: string,
  parts: Pick<PlaybookParts, 'runnerOf'>,
  driver: PlaybookDriver,
  signal: AbortSignal,
): Promise<PlaybookRun> {
  for (;;) {
    const { next } = runs.get(run);
    if (next === undefined) return runs.get(run);
    signal.throwIfAborted();
    const of = { run, step: next };
    const step = runs.get(run).steps.find(({ id }) => id === next)!;
    let answer: StepAnswer;
    try {
      const runner = parts.runnerOf(step.target);
      const wanted = driver.params?.(step) ?? {};
      const params = step.handOff ? {} : await withLikeliest(runner, step, wanted, signal);
      const planned = await runs.plan(of, params, signal);
      if (planned.type === 'already') {
        driver.told?.(runs.get(run).steps.find(({ id }) => id === next)!);
        continue;
      }
      if (planned.type === 'hand-off') {
        answer = (await driver.handOff?.(step, planned.handOff)) ?? { do: 'send' };
        if (answer.do === 'send')
          await runs.request(planned.handOff, { actionId: step.actionId, target: step.target, playbook: of });
      } else {
        answer = await driver.confirm(step, planned.plan);
        if (answer.do === 'send') {
          const { typedName } = answer;
          const running = await runs.approve(
            of,
            planned.plan,
            { reason: driver.reason ?? step.why, ...(typedName === undefined ? {} : { typedName }) },
            signal,
          );
          const { error } = await running.written;
          const after = runs.get(run).steps.find(({ id }) => id === next)!;
          if (after.state !== 'done') answer = (await driver.failed?.(after, error)) ?? { do: 'stop' };
        }
      }
    } catch (error) {
      if (!(error instanceof ExpectedError) || !driver.failed) throw error;
      answer = await driver.failed(runs.get(run).steps.find(({ id }) => id === next)!, error);
    }
    if (answer.do === 'skip') await runs.decide(of, { type: 'skipped', reason: answer.reason });
    if (answer.do === 'stop') return runs.get(run);
    driver.told?.(runs.get(run).steps.find(({ id }) => id === next)!);
  }
}
