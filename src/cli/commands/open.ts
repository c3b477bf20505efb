import { actions } from '../../containment/catalogue.ts';
import { UsageError } from '../../model/errors.ts';
import { openSession } from '../../session/open-session.ts';
import { systemClock } from '../../shared/clock.ts';
import { openIncident } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlag } from '../command.ts';
import { consoleOrLines, hasTerminal } from '../console-or-lines.ts';
import { setOpenJournalPath } from '../open-journal-path.ts';
import { checkPaths, tellRejected } from '../saved-logs.ts';
import { sayGoodbye } from '../say-goodbye.ts';
import { printTimeline } from '../stream-events.ts';
import { compactTime } from '../time.ts';

export const command: Command = {
  options: { incident: { type: 'string' } },
  optionHelp: { incident: 'name of the incident' },
  async run(invocation) {
    const { flags, global, positionals } = invocation;
    if (positionals.length === 0)
      throw new UsageError('open needs at least one path', {
        nextSteps: ['Name a file or folder of logs, or - for standard input'],
      });
    await checkPaths(positionals);
    const incident = await openIncident({
      stateDir: await stateDirectory(global.stateDir, invocation.env),
      name: textFlag(flags, 'incident') ?? `open-${compactTime(systemClock.now())}`,
      create: true,
    });
    setOpenJournalPath(incident.journal.path);
    const session = await openSession({ incident, mode: 'saved', clock: systemClock, actions, inputs: positionals });
    try {
      if (hasTerminal()) {
        await consoleOrLines(session, invocation);
      } else {
        await session.loaded();
        process.stderr.write('firebreak: no terminal: one line an event instead of the console\n');
        await printTimeline(session, { json: global.json, filter: { type: 'all' } });
      }
    } finally {
      await session.close();
    }
    tellRejected(session.rejected, session.snapshot.get().rejected);
    sayGoodbye(session);
    return session.snapshot.get().events === 0 ? 1 : 0;
  },
};
