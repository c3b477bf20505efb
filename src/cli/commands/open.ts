import { actions } from '../../containment/catalogue.ts';
import { checkDigests, readDigestKeys } from '../../ingest/digests.ts';
import { UsageError } from '../../model/errors.ts';
import { openSession } from '../../session/open-session.ts';
import { systemClock } from '../../shared/clock.ts';
import { openIncident } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlag, textFlags } from '../command.ts';
import { besideLoading, consoleOrLines } from '../console-or-lines.ts';
import { hasTerminal } from '../has-terminal.ts';
import { keepHeapsSmall, keepNurserySmall } from '../keep-heaps-small.ts';
import { landed } from '../landed.ts';
import { setOpenJournalPath } from '../open-journal-path.ts';
import { checkPaths, tellRejected } from '../saved-logs.ts';
import { sayGoodbye } from '../say-goodbye.ts';
import {
  incidentName,
  indicatorsFlag,
  readStart,
  rulesFlag,
  startOptionHelp,
  startOptions,
  tellRuleProblems,
} from '../start-flags.ts';
import { printTimeline } from '../stream-events.ts';
import { tellDigests } from '../tell-digests.ts';
import { tellStates } from '../tell-states.ts';

export const command: Command = {
  options: { ...startOptions, incident: { type: 'string' }, 'digest-keys': { type: 'string' } },
  optionHelp: {
    ...startOptionHelp,
    incident: 'name of the incident',
    'digest-keys': 'CloudTrail’s public keys (aws cloudtrail list-public-keys), to check digest files among the logs',
  },
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
    const keysPath = textFlag(flags, 'digest-keys');
    const keys = keysPath === undefined ? new Map() : await readDigestKeys(keysPath);
    const now = systemClock.now();
    const start = await readStart(invocation, now);
    const rules = await rulesFlag(invocation);
    const indicators = await indicatorsFlag(invocation);
    const incident = await openIncident({
      stateDir: await stateDirectory(global.stateDir, invocation.env),
      name: incidentName(flags, 'open', start, now),
      create: true,
    });
    setOpenJournalPath(incident.journal.path);
    if (hasTerminal()) keepHeapsSmall();
    else keepNurserySmall();
    const session = await besideLoading((early) =>
      openSession({
        incident,
        early,
        mode: 'saved',
        clock: systemClock,
        actions,
        inputs: positionals,
        rules,
        indicators,
        ...(start ? { start } : {}),
      }),
    );
    const checking = checkDigests(positionals, keys, invocation.signal).then(async (validation) => {
      if (validation) await session.recordDigests(validation);
      return validation;
    });
    // Awaited below; until then its failure is nobody's.
    checking.catch(() => undefined);
    try {
      if (rules.length > 0) await tellRuleProblems(session);
      if (hasTerminal()) {
        await consoleOrLines(session, invocation);
      } else {
        // What an alert names is looked up; lines in the order of time are not, and come while the indexes are built.
        await (start ? session.loaded() : session.stored());
        process.stderr.write('firebreak: no terminal: one line an event instead of the console\n');
        const endTelling = tellStates(session);
        await landed(session, invocation.signal);
        const { printed, whole } = await printTimeline(session, {
          json: global.json,
          filter: start?.filter ?? { type: 'all' },
          signal: invocation.signal,
        });
        endTelling();
        if (!whole) {
          process.stderr.write(`firebreak: interrupted after ${printed} events: what was printed is not all\n`);
          return 1;
        }
        await session.loaded();
        tellDigests(await checking);
      }
    } finally {
      await session.close();
    }
    tellRejected(session.rejected, session.snapshot.get().rejected);
    sayGoodbye(session);
    return session.snapshot.get().events === 0 ? 1 : 0;
  },
};
