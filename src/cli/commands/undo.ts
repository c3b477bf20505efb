import { containmentJson } from '../../containment/containment-json.ts';
import { foldContainments } from '../../containment/fold.ts';
import { stepText } from '../../containment/plan-text.ts';
import type { Hostile } from '../../containment/reopening.ts';
import type { PlannedUndo } from '../../containment/runner.ts';
import { UsageError } from '../../model/errors.ts';
import { hostileIn } from '../../session/hostile.ts';
import { display } from '../../shared/display.ts';
import { openQueries } from '../../store/event-queries.ts';
import { exists } from '../../store/exists.ts';
import { type Incident, openIncident } from '../../store/incident.ts';
import { incidentPlaces, summarise } from '../../store/incident-list.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { actingRunner, tellOutcome } from '../acting.ts';
import { type Command, textFlag } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor } from '../live.ts';
import { recoverAll } from '../recover-all.ts';

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
    all: 'everything of --incident that can be undone, in an order that is safe',
    reason: 'why, for the journal and the report',
    confirm: 'the target’s name where the undo asks for it; with --all the incident’s',
  },
  async run(invocation) {
    const { flags, global, positionals, env, signal } = invocation;
    const all = flags.all === true;
    const wantedIncident = textFlag(flags, 'incident');
    const [entry] = positionals;
    if (all ? positionals.length > 0 || wantedIncident === undefined : positionals.length !== 1)
      throw new UsageError('undo takes one journal entry, or --incident NAME --all', {
        nextSteps: ['The entry was printed by contain, and stands in the console’s journal: c1, c2, …'],
      });
    const stateDir = await stateDirectory(global.stateDir, env);
    const name = wantedIncident ?? (await incidentWith(stateDir, entry!));
    // Who holds the incident is said before anybody is asked for credentials.
    const incident = await openIncident({ stateDir, name, create: false });
    try {
      const door = await openDoor(invocation, name);
      const known = await hostileOf(incident, signal);
      const { runner, confirmation } = actingRunner(door, incident, invocation, known?.hostile);
      try {
        const by = (await door.identity(signal)).arn;
        if (all) return await recoverAll({ invocation, incident, door, runner, by });
        const containment = foldContainments(incident.journal.lines).find(({ id }) => id === entry);
        if (!containment) throw new UsageError(`there is no entry ${entry} in ${name}`);
        const planned = await runner.planUndo(containment, signal);
        if (!global.json) process.stdout.write(`${undoText(planned).join('\n')}\n\n`);
        if (flags.arm !== true) {
          if (global.json) process.stdout.write(`${JSON.stringify(containmentJson(planned.containment), null, 2)}\n`);
          else
            process.stdout.write(
              `Only planned: nothing was sent. Add --arm${planned.needsName ? ` --confirm ${display(containment.plan.target.name)}` : ''} to send it.\n`,
            );
          return 0;
        }
        door.arming.arm();
        const running = await runner.undo(planned, confirmation, by, signal);
        const cancel = () => runner.cancel(running.id);
        signal.addEventListener('abort', cancel, { once: true });
        return tellOutcome(await running.written, global.json);
      } finally {
        runner.close();
        door.close();
        await known?.close();
      }
    } finally {
      await incident.close();
    }
  },
};

/** What the incident's own events say about who is hostile; `undefined` where it holds none (made by `contain`). */
async function hostileOf(
  incident: Incident,
  signal: AbortSignal,
): Promise<{ readonly hostile: () => Promise<Hostile>; close(): Promise<void> } | undefined> {
  const holds = await exists(incident.eventsPath);
  if (!holds) return undefined;
  const events = openQueries(incident.eventsPath);
  const own = new Set(
    incident.journal.lines.flatMap(({ entry }) =>
      entry.type === 'identity' && typeof entry.arn === 'string' ? [entry.arn] : [],
    ),
  );
  return {
    // Which doors come back needs what AWS says now of everything: the console computes them.
    hostile: hostileIn(events, { own, signal, doorsBehind: () => [] }),
    close: () => events.close(),
  };
}

/** One undo as plain lines, headed by what it opens again. Safe to show. */
export function undoText({ containment, steps, reopens, comesBack, notRestored }: PlannedUndo): readonly string[] {
  return [
    display(`Undo ${containment.id} ${containment.plan.action} ${containment.plan.target.name}`),
    ...reopens.map((line) => display(`OPENS AGAIN: ${line}`)),
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
  const unread: string[] = [];
  for (const place of await incidentPlaces(stateDir)) {
    const { lines, summary } = await summarise(place);
    // Of every incident there is, only that it holds the entry: the journal of another one may be as odd as it likes.
    if (lines.some((line) => line.entry.type === 'containment-approved' && line.entry.id === entry))
      holders.push(place.name);
    // A journal that was read does not hold it, whatever is wrong with the incident's events.
    else if (summary.problem !== null && lines.length === 0) unread.push(place.name);
  }
  const [only, ...more] = holders;
  if (only === undefined)
    throw new UsageError(
      `no incident has an entry ${entry}${unread.length > 0 ? `, as far as their journals can be read: not those of ${unread.slice(0, 5).map(display).join(', ')}` : ''}`,
      { nextSteps: ['List them with firebreak incidents'] },
    );
  if (more.length > 0)
    throw new UsageError(`${holders.length} incidents have an entry ${entry}: ${holders.slice(0, 5).join(', ')}`, {
      nextSteps: ['Say which with --incident NAME'],
    });
  return only;
}
