import { listIncidents, readIncidents } from '../session/incident-list.ts';
import { systemClock } from '../shared/clock.ts';
import { chooseByLine } from './choose-line.ts';
import type { Invocation } from './command.ts';
import { consoleSettings } from './console-settings.ts';
import { hasTerminal } from './has-terminal.ts';
import { incidentLines, incidentSentence } from './tell-incidents.ts';

/**
 * The incident that is chosen from the list of the state folder; `undefined` where none was, and without a terminal, where the list is printed.
 * @throws FailedError `NotReadable`; UsageError when the keyboard ends before one is chosen.
 */
export async function fromList(
  stateDir: string,
  { global, flags, env, signal }: Invocation,
): Promise<string | undefined> {
  const print = async () => {
    const entries = await readIncidents(stateDir, systemClock.now());
    for (const line of incidentLines(entries, global.json)) process.stdout.write(`${line}\n`);
    return entries;
  };
  if (!hasTerminal() || global.json) {
    await print();
    return undefined;
  }
  const settings = await consoleSettings({ flags, env });
  const list = await listIncidents(stateDir, systemClock);
  if (list.incidents.get().length === 0) {
    list.close();
    await print();
    return undefined;
  }
  if (settings.screenReader) {
    list.close();
    const entries = await readIncidents(stateDir, systemClock.now());
    const offered = entries.map((entry) => ({ id: entry.name, summary: incidentSentence(entry) }));
    return chooseByLine({ noun: 'incident', offered, command: 'firebreak incidents', ascii: settings.ascii }, signal);
  }
  const { chooseIncident } = await import('../../views/incidents/choose-incident.tsx');
  return chooseIncident(list, { folder: stateDir, settings }, { ending: signal });
}
