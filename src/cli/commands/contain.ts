import { readFile } from 'node:fs/promises';
import type { OfferedParameter, Params, Plan } from '../../containment/action.ts';
import { actions } from '../../containment/catalogue.ts';
import type { Assessment } from '../../containment/containment.ts';
import { containmentJson } from '../../containment/containment-json.ts';
import { findAction } from '../../containment/find-action.ts';
import { planDigest } from '../../containment/plan.ts';
import { PlanOutdatedError } from '../../containment/plan-outdated-error.ts';
import { planDifference, planText } from '../../containment/plan-text.ts';
import { playbooks } from '../../containment/playbooks/catalogue.ts';
import { choices, resolveTarget } from '../../containment/target.ts';
import { some } from '../../containment/words.ts';
import { classWords, needsName } from '../../model/action-class.ts';
import { RefusedError, UsageError } from '../../model/errors.ts';
import { systemClock } from '../../shared/clock.ts';
import { display } from '../../shared/display.ts';
import { openIncident, refuseHeld } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { writeFileAtomically } from '../../store/write-file.ts';
import { actingRunner, planningRunner, tellOutcome } from '../acting.ts';
import { type Command, type Invocation, textFlag, textFlags } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor } from '../live.ts';
import { containByPlaybook, findPlaybook } from '../playbook.ts';
import { recordedEvents } from '../recorded-events.ts';
import { seekProof } from '../seek-proof.ts';
import { compactTime } from '../time.ts';

export const command: Command = {
  options: {
    ...liveOptions,
    arm: { type: 'boolean' },
    reason: { type: 'string' },
    confirm: { type: 'string', multiple: true },
    skip: { type: 'string', multiple: true },
    targets: { type: 'string' },
    set: { type: 'string', multiple: true },
    plan: { type: 'string' },
    apply: { type: 'string' },
    wait: { type: 'boolean' },
  },
  optionHelp: {
    ...liveOptionHelp,
    arm: 'send it; without this flag the plan is only printed',
    reason: 'why, for the journal and the report',
    confirm: 'the target’s name, for what destroys something or cannot be undone; of a playbook once for each',
    skip: 'of a playbook: STEP=REASON leaves a step out, may be repeated',
    targets: 'of a playbook: how many targets one action has, where they are more than the cap',
    set: 'NAME=VALUE, a parameter of the action',
    plan: 'write the plan to a file',
    apply: 'send exactly the plan of this file, or refuse',
    wait: 'wait for the look after 60 seconds (holding), and look for a refused call that proves it',
  },
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    const applied = await readPlan(textFlag(flags, 'apply'), positionals);
    const [actionId, targetText] = applied
      ? [applied.action, applied.target.arn || applied.target.name]
      : positionals.length === 2
        ? positionals
        : [undefined, positionals[0]];
    if (targetText === undefined || positionals.length > 2)
      throw new UsageError('contain takes an action and a target', {
        nextSteps: ['See firebreak contain --help and firebreak actions'],
      });
    const params = parseParams(textFlags(flags, 'set'));
    const playbook = findPlaybook(actionId);
    if (playbook) return containByPlaybook(invocation, playbook, targetText, params);
    const action = actionId === undefined ? undefined : findAction(actions, actionId);
    const name = textFlag(flags, 'incident') ?? `contain-${compactTime(systemClock.now())}`;
    // Said before a plan is made that could not be journalled.
    if (flags.arm === true) await refuseHeld(await stateDirectory(global.stateDir, invocation.env), name);
    const door = await openDoor(invocation, name);
    const events = await recordedEvents(await stateDirectory(global.stateDir, invocation.env), name, door.aws.now);
    try {
      const identity = await door.identity(signal);
      const target = await resolveTarget(targetText, action ? [action] : actions, { aws: door.aws, identity, signal });
      if (!action) {
        tellChoices(target.kind, target.name, global.json);
        return 0;
      }
      const planner = planningRunner(door, name, signal, events.recorded);
      const plan =
        applied ??
        (
          await planner.plan(action.id, target, params, signal).catch(async (error: unknown) => {
            if (!(error instanceof UsageError)) throw error;
            const offered = await planner.parameters(action.id, target, signal);
            throw new UsageError(error.message, { cause: error, nextSteps: [...error.nextSteps, ...offers(offered)] });
          })
        ).plan;
      const assessment = await planner.assess(plan, signal, () => undefined);
      planner.close();
      const planFile = textFlag(flags, 'plan');
      if (planFile !== undefined)
        await writeFileAtomically(planFile, `${JSON.stringify({ format: 1, plan }, null, 2)}\n`);
      if (!global.json) process.stdout.write(`${planText(plan, assessment).join('\n')}\n\n`);
      if (flags.arm !== true) {
        if (global.json) process.stdout.write(`${JSON.stringify(containmentJson({ plan, assessment }), null, 2)}\n`);
        else
          process.stdout.write(
            `Only planned: nothing was sent. Add --arm${needsName(plan.class) ? ` --confirm ${display(target.name)}` : ''} to send it.\n`,
          );
        return 0;
      }
      return await send(invocation, { door, plan, assessment, name, by: identity.arn });
    } finally {
      await events.close();
      door.close();
    }
  },
};

async function send(
  invocation: Invocation,
  parts: {
    readonly door: Awaited<ReturnType<typeof openDoor>>;
    readonly plan: Plan;
    readonly assessment: Assessment;
    readonly name: string;
    readonly by: string;
  },
): Promise<number> {
  const { flags, global, env, signal } = invocation;
  const { door, plan, assessment, name, by } = parts;
  const incident = await openIncident({ stateDir: await stateDirectory(global.stateDir, env), name, create: true });
  const { runner, confirmation } = actingRunner(door, incident, invocation);
  try {
    door.arming.arm();
    const running = await runner.approve(plan, { ...confirmation, assessment }, by, signal);
    process.stderr.write(`firebreak: journal ${incident.journal.path}, entry ${running.id}\n`);
    signal.addEventListener('abort', () => runner.cancel(running.id), { once: true });
    if (flags.wait !== true) return tellOutcome(await running.written, global.json);
    const { containment, error } = await running.holding;
    const proof = { aws: door.aws, identity: await door.identity(signal), journal: incident.journal, signal };
    return tellOutcome({ containment: await seekProof(containment, proof), error }, global.json);
  } catch (error) {
    if (error instanceof RefusedError) {
      if (error instanceof PlanOutdatedError && !global.json)
        process.stdout.write(`${planDifference(plan, error.plan).join('\n')}\n`);
      if (global.json)
        process.stdout.write(`${JSON.stringify(containmentJson({ plan, assessment, state: 'refused' }), null, 2)}\n`);
    }
    throw error;
  } finally {
    runner.close();
    await incident.close();
  }
}

function tellChoices(kind: string, name: string, json: boolean): void {
  const rows = choices(kind, actions);
  if (json)
    process.stdout.write(
      `${JSON.stringify(
        rows.map(({ id, title, class: kindOfAction, reversible }) => ({ id, title, class: kindOfAction, reversible })),
        null,
        2,
      )}\n`,
    );
  else
    process.stdout.write(
      `${display(`What can be done about ${kind} ${name}:`)}\n${[
        ...rows.map(({ id, title, class: kindOfAction }) => `  ${id}  ${title} (${classWords[kindOfAction]})`),
        ...playbooks
          .filter(({ appliesTo }) => appliesTo.includes(kind))
          .map(({ id, title }) => `  ${id}  ${title} (playbook)`),
      ].join('\n')}\n`,
    );
}

/** The values that fit, a sentence a parameter. */
const offers = (offered: readonly OfferedParameter[]): readonly string[] =>
  offered.flatMap(({ name, choices: values }) =>
    values === undefined
      ? []
      : [
          values.length > 0
            ? `Values of ${name} that fit: ${some(values, 12)}`
            : `No value of ${name} fits this target`,
        ],
  );

/** `NAME=VALUE` … @throws UsageError */
function parseParams(texts: readonly string[]): Params {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`--set ${text} is no NAME=VALUE`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** A plan written by `--plan`. @throws UsageError naming the file and the problem. */
async function readPlan(path: string | undefined, positionals: readonly string[]): Promise<Plan | undefined> {
  if (path === undefined) return undefined;
  if (positionals.length > 0)
    throw new UsageError('--apply sends the plan of its file; it takes no action and no target');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const { format, plan } = JSON.parse(text) as { format: unknown; plan: Plan };
    // Whatever cannot be shown in words is no plan of ours.
    planText(plan);
    if (format === 1 && planDigest(plan) !== plan.digest)
      throw new RefusedError('PlanChanged', `${path} was changed after it was written: its digest does not match`, [
        'Plan again with --plan FILE',
      ]);
    if (format === 1) return plan;
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    // Told below.
  }
  throw new UsageError(`${path} is no plan of firebreak`, {
    nextSteps: ['Write one with firebreak contain … --plan FILE'],
  });
}
