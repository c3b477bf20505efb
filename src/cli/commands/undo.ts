import type { Containment } from '../../containment/containment.ts';
import { containmentJson } from '../../containment/containment-json.ts';
import { foldContainments } from '../../containment/fold.ts';
import { stepText } from '../../containment/plan-text.ts';
import type { PlannedUndo } from '../../containment/runner.ts';
import { UsageError } from '../../model/errors.ts';
import { display } from '../../shared/display.ts';
import { existingIncident, listIncidents, openIncident } from '../../store/incident.ts';
import { readJournal } from '../../store/journal.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { actingRunner, tellOutcome } from '../acting.ts';
import { type Command, textFlag } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor } from '../live.ts';

export const command: Command = {
  options: {
    ...liveOptions,
    arm: { type: 'boolean' },
    all: { type: 'boolean' },
    reason: { type: 'string' },
    confirm: { type: 'string' },
  },
  optionHelp: {
    ...liveOptionHelp,
    arm: 'send it; without this flag the undo is only planned',
    all: 'everything of --incident that can be undone, last first',
    reason: 'why, for the journal and the report',
    confirm: 'the target’s name, where the undo asks for it',
  },
  async run(invocation) {
    const { flags, global, positionals, env, signal } = invocation;
    const all = flags.all === true;
    const wantedIncident = textFlag(flags, 'incident');
    const [entry] = positionals;
    if (all ? positionals.length > 0 || wantedIncident === undefined : positionals.length !== 1)
      throw new UsageError('undo takes one journal entry, or --incident NAME --all', {
        nextSteps: ['The entry was printed by contain, and stands in the console’s list of containments: c1, c2, …'],
      });
    const stateDir = await stateDirectory(global.stateDir, env);
    const name = wantedIncident ?? (await incidentWith(stateDir, entry!));
    const door = await openDoor(invocation, name);
    const incident = await openIncident({ stateDir, name, create: false });
    const { runner, confirmation } = actingRunner(door, incident, invocation);
    try {
      const containments = foldContainments(incident.journal.lines, { live: new Set() });
      const wanted = all
        ? containments.filter(({ state, undoSteps }) => state !== 'undone' && undoSteps.length > 0).reverse()
        : containments.filter(({ id }) => id === entry);
      if (wanted.length === 0)
        throw new UsageError(all ? `there is nothing to undo in ${name}` : `there is no entry ${entry} in ${name}`);
      const by = (await door.identity(signal)).arn;
      let code = 0;
      for (const containment of wanted) {
        const planned = await runner.planUndo(containment, signal);
        if (!global.json) process.stdout.write(`${undoText(planned).join('\n')}\n\n`);
        if (flags.arm !== true) {
          if (global.json) process.stdout.write(`${JSON.stringify(containmentJson(planned.containment), null, 2)}\n`);
          else process.stdout.write('Only planned: nothing was sent. Add --arm to send it.\n');
          continue;
        }
        door.arming.arm();
        const running = await runner.undo(planned, confirmation, by, signal);
        const cancel = () => runner.cancel(running.id);
        signal.addEventListener('abort', cancel, { once: true });
        code = Math.max(code, tellOutcome(await running.written, global.json));
        signal.removeEventListener('abort', cancel);
        // What comes before may depend on what comes after it: a failure ends the recovery.
        if (code !== 0) break;
      }
      return code;
    } finally {
      runner.close();
      await incident.close();
      door.close();
    }
  },
};

function undoText({ containment, steps, comesBack, notRestored }: PlannedUndo): readonly string[] {
  return [
    display(`Undo ${containment.id} ${containment.plan.action} ${containment.plan.target.name}`),
    display(`Account: ${containment.plan.account}  Region: ${containment.plan.region}`),
    ...comesBack.map((line) => display(`Comes back: ${line}`)),
    ...notRestored.map((line) => display(`Does not come back: ${line}`)),
    'Will be sent, in this order:',
    ...steps.map((step) => `  ${step.id}. ${stepText(step)}`),
  ];
}

/** The one incident that has this entry. @throws UsageError when none has, or several have. */
async function incidentWith(stateDir: string, entry: string): Promise<string> {
  const holders: string[] = [];
  for (const { name, problem } of await listIncidents(stateDir)) {
    if (problem !== null) continue;
    const { lines } = await readJournal(`${await existingIncident(stateDir, name)}/journal.jsonl`);
    const found: Containment | undefined = foldContainments(lines, { live: new Set() }).find(({ id }) => id === entry);
    if (found) holders.push(name);
  }
  const [only, ...more] = holders;
  if (only === undefined)
    throw new UsageError(`no incident has an entry ${entry}`, { nextSteps: ['List them with firebreak incidents'] });
  if (more.length > 0)
    throw new UsageError(`${holders.length} incidents have an entry ${entry}: ${holders.slice(0, 5).join(', ')}`, {
      nextSteps: ['Say which with --incident NAME'],
    });
  return only;
}
