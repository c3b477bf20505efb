import type { Params } from '../containment/action.ts';
import { actions } from '../containment/catalogue.ts';
import { HandOffError } from '../containment/hand-off.ts';
import { planText } from '../containment/plan-text.ts';
import type { PlannedPlaybook, PlannedStep, Playbook, PlaybookRun, RunStep } from '../containment/playbook.ts';
import { drivePlaybook, type StepAnswer, withLikeliest } from '../containment/playbook-runs.ts';
import { handOffText, playbookJson, playbookText, stepLines } from '../containment/playbook-text.ts';
import { playbooks } from '../containment/playbooks/catalogue.ts';
import { resolveTarget } from '../containment/target.ts';
import { needsName } from '../model/action-class.ts';
import { ExpectedError, RefusedError, UsageError } from '../model/errors.ts';
import { type PlaybooksOnAccount, playbooksOnAccount } from '../session/playbooks-on-account.ts';
import { systemClock } from '../shared/clock.ts';
import { display } from '../shared/display.ts';
import { shellWord } from '../shared/shell-word.ts';
import { type Incident, openIncident } from '../store/incident.ts';
import type { JournalLine } from '../store/journal.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { progressLine } from './acting.ts';
import { type Invocation, textFlag, textFlags } from './command.ts';
import { errorLine } from './error-line.ts';
import { type GuardedDoor, openDoor } from './live.ts';
import { setOpenJournalPath } from './open-journal-path.ts';
import { compactTime } from './time.ts';

/** The playbook of that id; `undefined`: it is none. Ids of actions hold dots, those of playbooks none. */
export const findPlaybook = (id: string | undefined): Playbook | undefined => playbooks.find((one) => one.id === id);

/** `--skip N=REASON`, by step. @throws UsageError */
function skipsOf(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const [, step, reason] = /^(\d+)=(.*\S.*)$/s.exec(text) ?? [];
      if (step === undefined || reason === undefined)
        throw new UsageError(`--skip ${text} is no STEP=REASON`, {
          nextSteps: ['A step is skipped with its reason: --skip 3=why'],
        });
      return [step, reason];
    }),
  );
}

/**
 * `firebreak contain PLAYBOOK TARGET`: lists the steps with their plans; with `--arm` goes through them one after the other, as far as
 * `--confirm NAME` allows what wants a name, and as far as nothing fails. Called again with the same `--incident` it goes on where it was.
 * @returns The exit code.
 */
export async function containByPlaybook(
  invocation: Invocation,
  playbook: Playbook,
  targetText: string,
  params: Params,
): Promise<number> {
  const { flags, global, signal, env } = invocation;
  const name = textFlag(flags, 'incident') ?? `contain-${compactTime(systemClock.now())}`;
  const skips = skipsOf(textFlags(flags, 'skip'));
  const door = await openDoor(invocation, name);
  let incident: Incident | undefined;
  let kit: PlaybooksOnAccount | undefined;
  try {
    const identity = await door.identity(signal);
    const narrowed = actions
      .filter(({ appliesTo }) => appliesTo.some((kind) => playbook.appliesTo.includes(kind)))
      .map((action) => ({
        ...action,
        appliesTo: action.appliesTo.filter((kind) => playbook.appliesTo.includes(kind)),
      }));
    const subject = await resolveTarget(targetText, narrowed, { aws: door.aws, identity, signal });
    if (flags.arm === true) {
      incident = await openIncident({ stateDir: await stateDirectory(global.stateDir, env), name, create: true });
      setOpenJournalPath(incident.journal.path);
    }
    kit = kitOf(invocation, door, identity, name, incident);
    const open = kit.runs
      .all()
      .find(
        (run) =>
          run.playbook === playbook.id &&
          run.subject.arn === subject.arn &&
          run.subject.name === subject.name &&
          !run.ended,
      );
    const plan = open ?? (await kit.prepare(playbook, subject, signal));
    if (!global.json) process.stdout.write(`${playbookText(plan).join('\n')}\n\n`);
    if (!incident) return await tellPlanned(kit, plan, params, global.json, signal);
    door.arming.arm();
    const counted = textFlag(flags, 'targets');
    const id = open?.id ?? (await kit.runs.start(plan, counted === undefined ? undefined : Number(counted)));
    process.stderr.write(`firebreak: journal ${incident.journal.path}, playbook ${id}\n`);
    return await send({ kit, id, invocation, params, skips, door, name });
  } finally {
    kit?.close();
    await incident?.close();
    door.close();
  }
}

function kitOf(
  { flags, global }: Invocation,
  door: GuardedDoor,
  identity: Awaited<ReturnType<GuardedDoor['identity']>>,
  incident: string,
  into: Incident | undefined,
): PlaybooksOnAccount {
  const lines: JournalLine[] = [];
  const none = async () => {
    throw new Error('a playbook that is only planned writes no journal');
  };
  const named = textFlags(flags, 'region').filter((region) => region !== 'all');
  return playbooksOnAccount({
    door,
    identity,
    regions: [...new Set([door.region, ...named])],
    actions,
    journal: into?.journal ?? { path: '', lines, tornLine: undefined, append: none, close: async () => undefined },
    clock: systemClock,
    incident,
    saveSnapshot: into ? (name, json) => into.saveSnapshot(name, json) : none,
    breakGlass: door.breakGlass,
    protectedTags: door.protectedTags,
    mostTargets: door.mostTargets,
    onEntry: (line) => {
      const text = global.json ? undefined : progressLine(line);
      if (text !== undefined) process.stdout.write(`${text}\n`);
    },
  });
}

/** Flags for the names that are wanted and were not given: of what cannot be undone, or destroys something. */
function confirmFlags(
  steps: readonly (PlannedStep & Partial<Pick<RunStep, 'state'>>)[],
  given: readonly string[],
): string {
  const names = steps
    .filter(({ actionId, state = 'open' }) => {
      const action = actions.find(({ id }) => id === actionId);
      return action !== undefined && needsName(action.class) && !['done', 'already', 'skipped'].includes(state);
    })
    .map(({ target }) => target.name);
  return [...new Set(names)]
    .filter((name) => !given.includes(name))
    .map((name) => ` --confirm ${shellWord(name)}`)
    .join('');
}

/** The steps with what each would send just now; later ones may differ when their turn has come. */
async function tellPlanned(
  kit: PlaybooksOnAccount,
  plan: PlannedPlaybook,
  params: Params,
  json: boolean,
  signal: AbortSignal,
): Promise<number> {
  if (json) {
    process.stdout.write(`${JSON.stringify(playbookJson(plan), null, 2)}\n`);
    return 0;
  }
  for (const step of plan.steps) {
    process.stdout.write(`${stepLines(step).join('\n')}\n`);
    if (step.handOff) process.stdout.write(`${handOffText(step.handOff).join('\n')}\n\n`);
    else
      process.stdout.write(
        `${(await plannedStep(kit, step, params, signal)).map((line) => `   ${line}`).join('\n')}\n\n`,
      );
  }
  process.stdout.write(
    plan.steps.length === 0
      ? 'Nothing is found that this playbook would do here.\n'
      : `Only planned: nothing was sent. Add --arm${confirmFlags(plan.steps, [])} to go through the ${plan.steps.length} steps, one after the other; --skip STEP=REASON leaves one out.\n`,
  );
  return 0;
}

async function plannedStep(
  kit: PlaybooksOnAccount,
  step: PlannedStep,
  params: Params,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const runner = kit.runnerOf(step.target);
    const values = await withLikeliest(runner, step, paramsOf(step, params), signal);
    const { plan } = await runner.plan(step.actionId, step.target, { ...step.params, ...values }, signal);
    return planText(plan);
  } catch (error) {
    if (error instanceof HandOffError) return handOffText(error.handOff);
    if (!(error instanceof ExpectedError)) throw error;
    return [display(`${error.code}: ${error.message}`), ...error.nextSteps.map((text) => display(`Next: ${text}`))];
  }
}

/** Those of `--set` that the step's action has. */
function paramsOf({ actionId }: Pick<PlannedStep, 'actionId'>, params: Params): Params {
  const known = new Set(actions.find(({ id }) => id === actionId)?.parameters?.map(({ name }) => name));
  return Object.fromEntries(Object.entries(params).filter(([name]) => known.has(name)));
}

async function send(parts: {
  readonly kit: PlaybooksOnAccount;
  readonly id: string;
  readonly invocation: Invocation;
  readonly params: Params;
  readonly skips: ReadonlyMap<string, string>;
  readonly door: GuardedDoor;
  readonly name: string;
}): Promise<number> {
  const { kit, id, invocation, params, skips, door, name } = parts;
  const { flags, global, signal } = invocation;
  const confirmed = textFlags(flags, 'confirm');
  let code = 0;
  const say = (...lines: readonly string[]) => {
    if (!global.json) process.stdout.write(`${lines.join('\n')}\n`);
  };
  const skipped = ({ id: step }: RunStep): StepAnswer | undefined => {
    const reason = skips.get(step);
    return reason === undefined ? undefined : { do: 'skip', reason };
  };
  const run = await drivePlaybook(
    kit.runs,
    id,
    kit,
    {
      ...(flags.reason === undefined ? {} : { reason: String(flags.reason) }),
      params: (step) => paramsOf(step, params),
      confirm(step, plan) {
        say('', ...stepLines(step));
        const skip = skipped(step);
        if (skip) return skip;
        say(...planText(plan).map((line) => `   ${line}`));
        if (!needsName(plan.class)) return { do: 'send' };
        if (confirmed.includes(plan.target.name)) return { do: 'send', typedName: plan.target.name };
        code = 3;
        process.stderr.write(
          `${errorLine(new RefusedError('NotConfirmed', `step ${step.id} cannot be undone, or destroys something: the name ${plan.target.name} must be given`, [`Again with --incident ${name}${confirmFlags(kit.runs.get(id).steps, [])}, or --skip ${step.id}=REASON`]))}\n`,
        );
        return { do: 'stop' };
      },
      handOff(step, handOff) {
        say('', ...stepLines(step), ...handOffText(handOff));
        return skipped(step) ?? { do: 'send' };
      },
      failed(step, error) {
        if (error instanceof ExpectedError) {
          process.stderr.write(`${errorLine(error)}\n`);
          code = error.exitCode;
        } else if (error) throw error;
        else code = 5;
        for (const next of step.next) process.stderr.write(`${display(`Next: ${next}`)}\n`);
        return skipped(step) ?? { do: 'stop' };
      },
      told: ({ id: step, state, reason }) => {
        if (state === 'already') say('', display(`${step}. so already: ${reason}`));
        else if (state === 'skipped') say(display(`   skipped: ${reason}`));
        else if (state === 'requested') say('   requested: it is in the journal');
        // `--arm` was given for all of it, and a notebook takes minutes to stop.
        door.arming.arm();
      },
    },
    signal,
  );
  if (global.json) process.stdout.write(`${JSON.stringify(playbookJson(run), null, 2)}\n`);
  else say('', ...summary(run));
  return run.next === undefined ? 0 : code || 3;
}

const summary = (run: PlaybookRun): readonly string[] => [
  ...run.steps.map(({ id, title, target, state, containment, request, reason }) =>
    display(
      `${id}. ${state}${containment ? ` ${containment.id}` : request ? ` ${request}` : ''}  ${title.split(':')[0]}  ${target.name || target.arn}${state !== 'done' && reason ? `  (${reason})` : ''}`,
    ),
  ),
  run.next === undefined ? `${run.id}: every step is decided.` : `${run.id}: step ${run.next} is next.`,
];
