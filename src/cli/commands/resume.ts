import { actions } from '../../containment/catalogue.ts';
import { importIncident } from '../../evidence/import-incident.ts';
import { isArchive } from '../../evidence/write-bundle.ts';
import { UsageError } from '../../model/errors.ts';
import type { SessionEntry } from '../../session/decision.ts';
import { openSession } from '../../session/open-session.ts';
import type { OpenSession } from '../../session/session-options.ts';
import { systemClock } from '../../shared/clock.ts';
import { display } from '../../shared/display.ts';
import { existingIncident, openIncident } from '../../store/incident.ts';
import { readJournal } from '../../store/journal.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import type { Command, Invocation } from '../command.ts';
import { textFlag } from '../command.ts';
import { besideLoading, consoleOrLines } from '../console-or-lines.ts';
import { followHeld } from '../follow.ts';
import { hasTerminal } from '../has-terminal.ts';
import { fromList } from '../incident-from-list.ts';
import { keepHeapsSmall, keepNurserySmall } from '../keep-heaps-small.ts';
import { openLiveSession, watchOptionHelp, watchOptions } from '../live.ts';
import { setOpenJournalPath } from '../open-journal-path.ts';
import { sayGoodbye } from '../say-goodbye.ts';
import { rulesFlag } from '../start-flags.ts';
import { parseDuration } from '../time.ts';

export const command: Command = {
  options: { ...watchOptions, for: { type: 'string' } },
  optionHelp: {
    ...watchOptionHelp,
    since: 'how far back to read again: 2h, a date, an ISO time (default 1h)',
    for: 'without a terminal: stop after this time',
  },
  async run(invocation) {
    const { global, positionals, env, flags } = invocation;
    const [wanted, ...more] = positionals;
    if (more.length > 0)
      throw new UsageError('resume takes the name of one incident, its folder, or a bundle', {
        nextSteps: ['List them with firebreak incidents'],
      });
    const stateDir = await stateDirectory(global.stateDir, env);
    const name =
      wanted === undefined
        ? await fromList(stateDir, invocation)
        : isPath(wanted)
          ? await brought(wanted, stateDir, textFlag(flags, 'incident'))
          : wanted;
    if (name === undefined) return 0;
    const followed = await followHeld(stateDir, name);
    if (followed) {
      await consoleOrLines(followed.session, invocation);
      await followed.close();
      return 0;
    }
    const { lines } = await readJournal(`${await existingIncident(stateDir, name)}/journal.jsonl`);
    const openings = lines
      .map(({ entry }) => entry as unknown as SessionEntry)
      .filter((entry) => entry.type === 'incident-opened');
    const { session, close } = openings.every(({ mode }) => mode === 'live')
      ? await openLiveSession(withOpening(invocation, openings.at(-1)), { prefix: '', resume: name, console: true })
      : await openSaved(stateDir, name, await rulesFlag(withOpening(invocation, openings.at(-1))));
    const duration = textFlag(flags, 'for');
    const until = duration === undefined ? undefined : AbortSignal.timeout(parseDuration(duration, '--for'));
    // What was in flight when the last process died: shown as "may have happened", then AWS is asked.
    const asked = Promise.all(
      session.snapshot
        .get()
        .containments.filter(({ state }) => state === 'unverified')
        .map(async ({ id, plan }) => {
          if (!hasTerminal())
            process.stdout.write(`${id} ${plan.action} ${plan.target.name}: may have happened; asking AWS\n`);
          if (session.snapshot.get().mode === 'saved') return;
          await session.verify(id).catch(() => undefined); // It stands in the session's errors, and the entry stays "may have happened".
          const after = session.snapshot.get().containments.find((one) => one.id === id);
          if (!hasTerminal() && after)
            process.stdout.write(`${id} ${plan.action} ${plan.target.name}: ${after.state}\n`);
        }),
    );
    if (!hasTerminal()) await asked;
    await consoleOrLines(
      session,
      invocation,
      until || session.snapshot.get().mode !== 'saved'
        ? { ...(until ? { until } : {}) }
        : { until: AbortSignal.abort() },
    );
    await close();
    sayGoodbye(session);
    return 0;
  },
};

/** Names of incidents hold no slash; a path may be written as `./NAME`. */
const isPath = (text: string): boolean => /[\\/]/.test(text) || isArchive(text);

/** Brings an incident from another machine. @returns Its name here. */
async function brought(path: string, stateDir: string, as: string | undefined): Promise<string> {
  const { name, note } = await importIncident(path, stateDir, as);
  process.stderr.write(display(`firebreak: incident ${name} is here now${note ? ` (${note})` : ''}`).concat('\n'));
  return name;
}

/** The profile and Regions the incident was opened with, unless the flags say otherwise. */
function withOpening(
  invocation: Invocation,
  opening: Extract<SessionEntry, { type: 'incident-opened' }> | undefined,
): Invocation {
  if (!opening) return invocation;
  const { flags } = invocation;
  return {
    ...invocation,
    flags: {
      ...flags,
      ...(flags.profile === undefined && opening.profile
        ? { profile: [opening.profile, ...(opening.flags?.profiles ?? [])] }
        : {}),
      ...(flags.rules === undefined && opening.rules?.length ? { rules: [...opening.rules] } : {}),
      ...(flags.source === undefined && opening.flags?.sources.length ? { source: [...opening.flags.sources] } : {}),
      ...(flags['role-arn'] === undefined && opening.flags?.roleArn ? { 'role-arn': opening.flags.roleArn } : {}),
      ...(flags['external-id'] === undefined && opening.flags?.externalId
        ? { 'external-id': opening.flags.externalId }
        : {}),
      ...(flags['expect-account'] === undefined && opening.flags?.expectAccount?.length
        ? { 'expect-account': [...opening.flags.expectAccount] }
        : {}),
      ...(flags.region === undefined && opening.regions.length > 0 ? { region: [...opening.regions] } : {}),
    },
  };
}

/** Saved logs and drills: the range died with its drill, so there is no account to ask. */
async function openSaved(
  stateDir: string,
  name: string,
  rules: readonly string[],
): Promise<{ session: OpenSession; close(): Promise<void> }> {
  const incident = await openIncident({ stateDir, name, create: false });
  setOpenJournalPath(incident.journal.path);
  if (hasTerminal()) keepHeapsSmall();
  else keepNurserySmall();
  const session = await besideLoading((early) =>
    openSession({ incident, early, mode: 'saved', clock: systemClock, actions, rules }),
  );
  return { session, close: () => session.close() };
}
