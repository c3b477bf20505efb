import { createCallLog } from '../../aws/call-log.ts';
import { openAws } from '../../aws/client.ts';
import { actions } from '../../containment/catalogue.ts';
import type { Score } from '../../model/drill.ts';
import { UsageError } from '../../model/errors.ts';
import { startRangeWorker } from '../../range/range.ts';
import { scenarios } from '../../range/scenarios/catalogue.ts';
import { renderScorecard } from '../../report/scorecard.ts';
import { openSession } from '../../session/open-session.ts';
import { systemClock } from '../../shared/clock.ts';
import { sources } from '../../sources/catalogue.ts';
import { createCloudTrailLookup } from '../../sources/cloudtrail-lookup.ts';
import { existingIncident, openIncident } from '../../store/incident.ts';
import { readJournal } from '../../store/journal.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { chooseByLine } from '../choose-line.ts';
import { type Command, type Invocation, textFlag } from '../command.ts';
import { besideLoading, consoleOrLines } from '../console-or-lines.ts';
import { consoleSettings } from '../console-settings.ts';
import { hasTerminal } from '../has-terminal.ts';
import { keepHeapsSmall } from '../keep-heaps-small.ts';
import { numberFlag } from '../number-flag.ts';
import { setOpenJournalPath } from '../open-journal-path.ts';
import { replay } from '../replay.ts';
import { sayGoodbye } from '../say-goodbye.ts';
import {
  indicatorsFlag,
  readStart,
  rulesFlag,
  startOptionHelp,
  startOptions,
  tellRuleProblems,
} from '../start-flags.ts';
import { defaultSessions, tailFactory } from '../tail-factory.ts';
import { compactTime } from '../time.ts';

const defaultScenario = 'presigned-url-hijack';
/** A person needs minutes to read, decide and type; a pipe does not. */
const defaultSpeed = () => (hasTerminal() ? 5 : 20);

export const command: Command = {
  options: {
    ...startOptions,
    seed: { type: 'string' },
    speed: { type: 'string' },
    incident: { type: 'string' },
    replay: { type: 'string' },
  },
  optionHelp: {
    ...startOptionHelp,
    seed: 'another story of the same scenario (default 1)',
    speed: 'divides durations (default 5 in a terminal, 20 without one)',
    incident: 'name of the incident',
    replay: 'plays a drill of before again, with what was done in it, and prints its scorecard',
  },
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    if (positionals.length > 1) throw new UsageError('drill takes one scenario');
    const again = textFlag(flags, 'replay');
    if (again !== undefined) {
      if (positionals.length > 0)
        throw new UsageError('--replay knows the scenario: leave the other one out', {
          nextSteps: [`firebreak drill --replay ${again}`],
        });
      return playAgain(again, invocation);
    }
    const scenario =
      positionals[0] ??
      (hasTerminal()
        ? await chooseByLine(
            {
              noun: 'drill',
              offered: [...scenarios].sort(defaultFirst),
              command: 'firebreak scenarios',
              ascii: (await consoleSettings(invocation)).ascii,
            },
            signal,
          )
        : defaultScenario);
    const speed = numberFlag(flags, 'speed', { min: 0.1, max: 1000 }) ?? defaultSpeed();
    const seed = numberFlag(flags, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1;
    const stateDir = await stateDirectory(global.stateDir, invocation.env);
    const start = await readStart(invocation, systemClock.now());
    const rules = await rulesFlag(invocation);
    const indicators = await indicatorsFlag(invocation);
    const name = textFlag(flags, 'incident') ?? `drill-${scenario}-${compactTime(systemClock.now())}`;
    keepHeapsSmall();
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
    const session = await besideLoading((early) =>
      openSession({
        incident,
        early,
        mode: 'drill',
        clock: systemClock,
        actions,
        door,
        sources: [lookup, ...sources.filter(({ id }) => id !== lookup.id)],
        tails: tailFactory({ maxSessions: defaultSessions, places: 1 }),
        regions: [range.region],
        since: systemClock.now() - 60 * 60_000,
        rules,
        indicators,
        ...(start ? { start } : {}),
        drill: range,
        drilled: { seed, speed },
        speed,
        calls: calls.calls,
      }),
    );
    if (rules.length > 0) await tellRuleProblems(session);
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
      if (ending && !global.json) process.stdout.write(`${ending}\n`);
      const report = await session.report();
      if (!global.json) process.stdout.write(`report: ${report}\n`);
    }
    const score = await session.drill?.score();
    if (score) tellScore(score, global.json && !hasTerminal());
    await session.close();
    door.close();
    await range.close();
    sayGoodbye(session);
    return 0;
  },
};

const defaultFirst = (a: { readonly id: string }, b: { readonly id: string }): number =>
  Number(b.id === defaultScenario) - Number(a.id === defaultScenario) || (a.id < b.id ? -1 : 1);

/** The scorecard on stderr, when the console has left the screen or beside the events; with `--json` also as the last line of stdout. */
function tellScore(score: Score, json: boolean): void {
  process.stderr.write(`\n${renderScorecard(score)}`);
  if (json) process.stdout.write(`${JSON.stringify({ type: 'scorecard', ...score })}\n`);
}

async function playAgain(name: string, { env, global }: Invocation): Promise<number> {
  const stateDir = await stateDirectory(global.stateDir, env);
  const { lines } = await readJournal(`${await existingIncident(stateDir, name)}/journal.jsonl`);
  const score = await replay(lines, (text) => process.stderr.write(`${text}\n`));
  process.stdout.write(global.json ? `${JSON.stringify(score)}\n` : renderScorecard(score));
  return 0;
}

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
