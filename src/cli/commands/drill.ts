import { createCallLog } from '../../aws/call-log.ts';
import { openAws } from '../../aws/client.ts';
import { actions } from '../../containment/catalogue.ts';
import { UsageError } from '../../model/errors.ts';
import { startRangeWorker } from '../../range/range.ts';
import { openSession } from '../../session/open-session.ts';
import { systemClock } from '../../shared/clock.ts';
import { sources } from '../../sources/catalogue.ts';
import { createCloudTrailLookup } from '../../sources/cloudtrail-lookup.ts';
import { openIncident } from '../../store/incident.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlag } from '../command.ts';
import { consoleOrLines, hasTerminal } from '../console-or-lines.ts';
import { numberFlag } from '../number-flag.ts';
import { setOpenJournalPath } from '../open-journal-path.ts';
import { sayGoodbye } from '../say-goodbye.ts';
import { readStart, startOptionHelp, startOptions } from '../start-flags.ts';
import { defaultSessions, tailFactory } from '../tail-factory.ts';
import { compactTime } from '../time.ts';

const defaultScenario = 'presigned-url-hijack';
/** A person needs minutes to read, decide and type; a pipe does not. */
const defaultSpeed = () => (hasTerminal() ? 5 : 20);

export const command: Command = {
  options: { ...startOptions, seed: { type: 'string' }, speed: { type: 'string' }, incident: { type: 'string' } },
  optionHelp: {
    ...startOptionHelp,
    seed: 'another story of the same scenario (default 1)',
    speed: 'divides durations (default 5 in a terminal, 20 without one)',
    incident: 'name of the incident',
  },
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    if (positionals.length > 1) throw new UsageError('drill takes one scenario');
    const scenario = positionals[0] ?? defaultScenario;
    const speed = numberFlag(flags, 'speed', { min: 0.1, max: 1000 }) ?? defaultSpeed();
    const seed = numberFlag(flags, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1;
    const stateDir = await stateDirectory(global.stateDir, invocation.env);
    const start = await readStart(invocation, systemClock.now());
    const name = textFlag(flags, 'incident') ?? `drill-${scenario}-${compactTime(systemClock.now())}`;
    const range = await startRangeWorker({ scenario, speed, seed });
    const incident = await openIncident({ stateDir, name, create: true });
    setOpenJournalPath(incident.journal.path);
    const calls = createCallLog();
    // The drill ignores the shell's AWS variables and files: it must not be able to touch a real account.
    const door = await openAws({
      region: range.region,
      endpoint: range.endpoint,
      credentials: range.credentials,
      simulated: true,
      clock: systemClock,
      incident: name,
      env: {},
      // The range allows what AWS allows, 2/s; nobody else shares this account.
      lookupPerSecond: 1.8,
      calls,
    });
    const lookup = createCloudTrailLookup({ hotMs: 2_000, warmMs: 15_000, deepMs: 60_000 });
    const session = await openSession({
      incident,
      mode: 'drill',
      clock: systemClock,
      actions,
      door,
      sources: [lookup, ...sources.filter(({ id }) => id !== lookup.id)],
      tails: tailFactory({ maxSessions: defaultSessions, places: 1 }),
      regions: [range.region],
      since: systemClock.now() - 60 * 60_000,
      ...(start ? { start } : {}),
      drill: range,
      speed,
      calls: calls.calls,
    });
    const ended = new AbortController();
    if (!hasTerminal()) {
      process.stdout.write(`${range.briefing.title}\n${range.briefing.text.join('\n')}\n\n`);
      void storyEnded(range.story, signal)
        .then(() => systemClock.sleep(3_000))
        .then(() => ended.abort());
    }
    await consoleOrLines(session, invocation, { until: ended.signal });
    if (!hasTerminal()) {
      const { ending } = range.story.get();
      if (ending) process.stdout.write(`${ending}\n`);
      process.stdout.write(`report: ${await session.report()}\n`);
    }
    await session.close();
    door.close();
    await range.close();
    sayGoodbye(session);
    return 0;
  },
};

function storyEnded(story: Awaited<ReturnType<typeof startRangeWorker>>['story'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (story.get().state === 'running' && !signal.aborted) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = story.subscribe(look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}
