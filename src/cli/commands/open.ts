import { actions } from '../../containment/catalogue.ts';
import { UsageError } from '../../model/errors.ts';
import { openSession } from '../../session/open-session.ts';
import { systemClock } from '../../shared/clock.ts';
import { openIncident } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlags } from '../command.ts';
import { consoleOrLines, hasTerminal } from '../console-or-lines.ts';
import { landed } from '../landed.ts';
import { setOpenJournalPath } from '../open-journal-path.ts';
import { checkPaths, tellRejected } from '../saved-logs.ts';
import { sayGoodbye } from '../say-goodbye.ts';
import { incidentName, readStart, startOptionHelp, startOptions } from '../start-flags.ts';
import { printTimeline } from '../stream-events.ts';
import { tellStates } from '../tell-states.ts';

export const command: Command = {
  options: { ...startOptions, incident: { type: 'string' } },
  optionHelp: { ...startOptionHelp, incident: 'name of the incident' },
  async run(invocation) {
    const { flags, global, positionals } = invocation;
    if (positionals.length === 0)
      throw new UsageError('open needs at least one path', {
        nextSteps: ['Name a file or folder of logs, or - for standard input'],
      });
    await checkPaths(positionals);
    if (positionals.includes('-') && textFlags(flags, 'alert').includes('-'))
      throw new UsageError('standard input cannot be both the logs and the alert', {
        nextSteps: ['Save the alert to a file'],
      });
    const now = systemClock.now();
    const start = await readStart(invocation, now);
    const incident = await openIncident({
      stateDir: await stateDirectory(global.stateDir, invocation.env),
      name: incidentName(flags, 'open', start, now),
      create: true,
    });
    setOpenJournalPath(incident.journal.path);
    const session = await openSession({
      incident,
      mode: 'saved',
      clock: systemClock,
      actions,
      inputs: positionals,
      ...(start ? { start } : {}),
    });
    try {
      if (hasTerminal()) {
        await consoleOrLines(session, invocation);
      } else {
        await session.loaded();
        process.stderr.write('firebreak: no terminal: one line an event instead of the console\n');
        const endTelling = tellStates(session);
        await landed(session, invocation.signal);
        await printTimeline(session, { json: global.json, filter: start?.filter ?? { type: 'all' } });
        endTelling();
      }
    } finally {
      await session.close();
    }
    tellRejected(session.rejected, session.snapshot.get().rejected);
    sayGoodbye(session);
    return session.snapshot.get().events === 0 ? 1 : 0;
  },
};
